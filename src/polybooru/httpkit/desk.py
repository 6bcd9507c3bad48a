"""Where a request's work is done: at once on the event loop, or in a thread."""

from collections.abc import Callable
from typing import TypeVar

from anyio import CapacityLimiter, to_thread

from polybooru.library.board import Board

_Result = TypeVar("_Result")


class BoardDesk:
    """One board's callers are received here; each dialect adds what its own handlers share.

    slow_at_once: how many works that are not quick are done at a time.
    """

    def __init__(self, board: Board, *, slow_at_once: int = 4) -> None:
        self.board = board
        self._slow_threads = CapacityLimiter(slow_at_once)

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
