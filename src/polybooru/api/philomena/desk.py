"""What all handlers of the dialect work with: the board, the caller, and where work is done.

Neighbours: `routes` (makes it), `handlers` (use it), `shown_images` (image documents).
"""

from collections.abc import Callable
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from polybooru.api.philomena import read
from polybooru.api.philomena.answers import json_answer
from polybooru.httpkit.desk import BoardDesk
from polybooru.httpkit.parameters import query_parameters
from polybooru.library.actors import Actor
from polybooru.library.work import Reading


class Desk(BoardDesk):
    """One board's callers are received here."""

    async def asked(self, request: Request) -> tuple[dict[str, Any], Actor]:
        """Parameters of a GET and its caller, with what other processes have announced applied.

        Raises MalformedRequest, AccountDeactivated.
        """
        parameters = query_parameters(request)
        await self.freshen()
        return parameters, read.actor(self.board, parameters, request)

    async def read(self, find: Callable[[Reading], bytes]) -> Response:
        """JSON that a short look at the rows gives."""
        library = self.board.library

        def found() -> Response:
            with library.reading() as reading:
                return json_answer(find(reading))

        return await self.answer(found)
