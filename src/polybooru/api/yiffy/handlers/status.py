"""What a key may do, and what is left of the first version."""

import msgspec
from starlette.responses import Response

from polybooru.api.yiffy import present
from polybooru.api.yiffy.answers import json_answer
from polybooru.api.yiffy.desk import Desk
from polybooru.api.yiffy.gate import Asked, Gate

_GONE = msgspec.json.encode({"success": False, "error": "The first version is gone. Use the second."})


class StatusHandlers:
    """What stands beside the services of one board."""

    def __init__(self, desk: Desk, gate: Gate) -> None:
        self._desk = desk
        self._gate = gate

    async def status(self, asked: Asked) -> Response:
        """What the caller's key may do."""
        caller = await self._gate.status_caller(asked)
        return json_answer(present.status(caller, is_read_only=self._desk.options.is_read_only))

    async def first_version(self, asked: Asked) -> Response:
        """There is none any more."""
        del asked
        return json_answer(_GONE, 410)
