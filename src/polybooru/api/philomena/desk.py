"""What all handlers of the dialect work with: the board, the caller, and where work is done.

Neighbours: `routes` (makes it), `handlers` (use it), `shown_images` (image documents).
"""

from collections.abc import Callable
from typing import Any, TypeVar

from anyio import CapacityLimiter, to_thread
from starlette.requests import Request
from starlette.responses import Response

from polybooru.api.philomena import read
from polybooru.api.philomena.answers import json_answer
from polybooru.httpkit.parameters import query_parameters
from polybooru.library.actors import Actor
from polybooru.library.board import Board
from polybooru.library.work import Reading

_SLOW_AT_ONCE = 4  # searches that are not quick
_Result = TypeVar("_Result")


class Desk:
    """One board's callers are received here."""

    def __init__(self, board: Board) -> None:
        self.board = board
        self._slow_threads = CapacityLimiter(_SLOW_AT_ONCE)

    async def asked(self, request: Request) -> tuple[dict[str, Any], Actor]:
        """Parameters of a GET and its caller, with what other processes have announced applied.

        Raises MalformedRequest, AccountDeactivated.
        """
        parameters = query_parameters(request)
        await self.freshen()
        return parameters, read.actor(self.board, parameters, request)

    async def freshen(self) -> None:
        """Apply what other processes have announced; a read on SQLite is short enough to do here."""
        replica = self.board.library.replica
        if replica.is_behind:
            await self.answer(replica.catch_up)

    async def answer(self, work: Callable[[], _Result], *, is_quick: bool = True) -> _Result:
        """Memory and short indexed SQLite reads at once: a hop to a thread costs more than they do.

        Not while a thread is at the index, for which the loop would have to wait. Of what is not quick only a
        few things are done at a time, so that threads are left for the rest.
        """
        if not is_quick:
            return await to_thread.run_sync(work, limiter=self._slow_threads)
        if self.board.library.database.is_sqlite and not self.board.library.replica.is_busy:
            return work()
        return await to_thread.run_sync(work)

    async def read(self, find: Callable[[Reading], bytes]) -> Response:
        """JSON that a short look at the rows gives."""
        library = self.board.library

        def found() -> Response:
            with library.reading() as reading:
                return json_answer(find(reading))

        return await self.answer(found)
