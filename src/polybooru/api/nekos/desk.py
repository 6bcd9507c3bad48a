"""What all handlers of the dialect work with: the board, the caller, and where work is done.

Neighbours: `routes` (makes it), `handlers` (use it), `shown_images` (image documents).
"""

from dataclasses import dataclass

from starlette.requests import Request

from polybooru.api.nekos import read
from polybooru.httpkit.desk import BoardDesk
from polybooru.library.actors import ANONYMOUS, Actor
from polybooru.library.board import Board
from polybooru.library.catalogue import Catalogue
from polybooru.library.rated_images import RatedImages
from polybooru.library.tokens import Key
from polybooru.library.uuids import Thing, Uuids

_SLOW_AT_ONCE = 2  # searches by patterns


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """Who asks. key: the token, if one was given."""

    key: Key | None = None

    @property
    def actor(self) -> Actor:
        """For the library."""
        return ANONYMOUS if self.key is None else self.key.actor


class Desk(BoardDesk):
    """One board's callers are received here."""

    def __init__(self, board: Board, catalogue: Catalogue, images: RatedImages, uuids: Uuids) -> None:
        super().__init__(board, slow_at_once=_SLOW_AT_ONCE)
        self.catalogue = catalogue
        self.images = images
        self.uuids = uuids

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
