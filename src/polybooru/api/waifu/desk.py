"""What the handlers of the dialect work with: the caller, his permissions, and where work is done."""

from collections.abc import Callable
from typing import TypeVar

from anyio import CapacityLimiter, to_thread
from starlette.requests import Request

from polybooru.api.waifu import read
from polybooru.api.waifu.answers import Refused
from polybooru.httpkit.addresses import client_address
from polybooru.library.actors import Actor, refuse_banned, require_account
from polybooru.library.board import Board
from polybooru.library.granted import Granted
from polybooru.library.grants import Grants

_SLOW_AT_ONCE = 4  # searches that are not quick
_Result = TypeVar("_Result")


class Desk:
    """One board's callers are received here."""

    def __init__(self, board: Board) -> None:
        self.board = board
        self._grants = Grants(board.library)
        self._slow_threads = CapacityLimiter(_SLOW_AT_ONCE)

    async def caller(self, request: Request) -> Actor:
        """Whose token it is. Raises Refused for none or a bad one, AccountDeactivated, Banned."""
        # Not through `headers`, which decodes all of them at every look.
        header = next((value for name, value in request.scope["headers"] if name == b"authorization"), b"")
        token = read.token(header.decode("latin-1"))
        actor = await self.answer(lambda: self._found(token, client_address(request)))
        if actor is None:
            raise Refused(401)
        require_account(actor)
        refuse_banned(actor)
        return actor

    async def require(self, actor: Actor, permission: Granted, user_id: int | None) -> None:
        """Raises Refused, unless the caller may do this for the person; None: for everyone."""
        if not await self.answer(lambda: self._grants.allow(actor, permission, user_id)):
            raise Refused(403, permission.value)

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

    def _found(self, token: str, address: str) -> Actor | None:
        actor = self.board.callers.find(token)
        return None if actor is None else self.board.callers.with_address(actor, address)
