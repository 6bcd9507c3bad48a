"""What all handlers of the dialect work with: the board, the caller, and where work is done.

Neighbours: `routes` (makes it), `handlers` (use it), `shown_images` (image documents).
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from anyio import CapacityLimiter, to_thread
from starlette.requests import Request

from polybooru.api.nekos import read
from polybooru.library.actors import ANONYMOUS, Actor
from polybooru.library.board import Board
from polybooru.library.catalogue import Catalogue
from polybooru.library.rated_images import RatedImages
from polybooru.library.tokens import Key
from polybooru.library.uuids import Thing, Uuids

_SLOW_AT_ONCE = 2  # searches by patterns
_Result = TypeVar("_Result")


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """Who asks. key: the token, if one was given."""

    key: Key | None = None

    @property
    def actor(self) -> Actor:
        """For the library."""
        return ANONYMOUS if self.key is None else self.key.actor


class Desk:
    """One board's callers are received here."""

    def __init__(self, board: Board, catalogue: Catalogue, images: RatedImages, uuids: Uuids) -> None:
        self.board = board
        self.catalogue = catalogue
        self.images = images
        self.uuids = uuids
        self._slow_threads = CapacityLimiter(_SLOW_AT_ONCE)

    def caller(self, request: Request) -> Caller:
        """Who asks, as the shield has found out."""
        found: Caller = request.state.caller
        return found

    def asked(self, request: Request) -> read.Parameters:
        """The query's parameters."""
        return read.parameters(request.scope["query_string"])

    def path_id(self, request: Request, thing: Thing) -> int | None:
        """The id of what the path names; None if there cannot be such a thing. Raises Refused."""
        return self.uuids.read(thing, read.path_id(request.path_params["id"]))

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
