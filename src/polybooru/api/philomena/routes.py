"""The route table of the dialect, put together from what its handlers answer."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route, WebSocketRoute

from polybooru.api.philomena.answers import error_answer
from polybooru.api.philomena.desk import Desk
from polybooru.api.philomena.handlers.comments import CommentHandlers
from polybooru.api.philomena.handlers.feeds import FeedHandlers
from polybooru.api.philomena.handlers.forums import ForumHandlers
from polybooru.api.philomena.handlers.images import ImageHandlers
from polybooru.api.philomena.handlers.oembed import OembedHandlers
from polybooru.api.philomena.handlers.people import PeopleHandlers
from polybooru.api.philomena.handlers.pictures import PictureHandlers
from polybooru.api.philomena.handlers.searches import SearchHandlers
from polybooru.api.philomena.handlers.small import SmallHandlers
from polybooru.api.philomena.handlers.tags import TagHandlers
from polybooru.api.philomena.live.events import Events
from polybooru.api.philomena.live.firehose import Firehose
from polybooru.api.philomena.live.socket import PATH as SOCKET
from polybooru.api.philomena.live.socket import Sockets
from polybooru.api.philomena.shield import Gate, Shield, outer_failure
from polybooru.api.philomena.shown_images import ShownImages
from polybooru.api.philomena.terms import TERMS
from polybooru.api.philomena.wire import ErrorObject, ErrorsObject, HiddenImageObject, ImageObject
from polybooru.httpkit.cors import asked_before
from polybooru.httpkit.documents import DocumentCache
from polybooru.httpkit.openapi import ApiDocument
from polybooru.httpkit.routing import Endpoint, routes
from polybooru.httpkit.sockets import origin_of
from polybooru.library.board import Board
from polybooru.library.uploads import EVERY_TYPE
from polybooru.media import MediaType

BASE = "/api/v1/json"
AUTOCOMPLETE = "/autocomplete"
FEEDS = "/api/v1/rss"
FETCH = "/fetch"
BOARD_TYPES = frozenset({MediaType.GIF, MediaType.JPEG, MediaType.PNG, MediaType.SVG, MediaType.WEBM})


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """The dialect as set.

    accepts_every_format: take files that boards of this kind refuse (WebP, AVIF, MP4).
    shows_extra_fields: show fields that only newer boards have; strict clients refuse objects with them.
    provider_name, provider_url: who shows the images, for pages elsewhere; empty for the board's own.
    gate: who comes in.
    socket_origins: whose pages may listen to the firehose, beside the board's own: `https://board.example`.
    """

    images_per_page: int = 25
    accepts_every_format: bool = False
    shows_extra_fields: bool = False
    provider_name: str = ""
    provider_url: str = ""
    gate: Gate = field(default_factory=Gate)
    socket_origins: frozenset[str] = frozenset()


class Philomena:
    """The dialect over one board."""

    failure = staticmethod(outer_failure)

    def __init__(self, board: Board, documents: DocumentCache, options: Options) -> None:
        desk = Desk(board)
        shown = ShownImages(board, documents, with_extra_fields=options.shows_extra_fields)
        accepted = EVERY_TYPE if options.accepts_every_format else BOARD_TYPES
        self._board = board
        self._shield = Shield(board, options.gate)
        self._endpoints = (
            *ImageHandlers(desk, shown, images_per_page=options.images_per_page).endpoints(BASE),
            *PictureHandlers(desk, shown, accepted).endpoints(BASE),
            *SearchHandlers(desk, with_extra_fields=options.shows_extra_fields).endpoints(BASE),
            *CommentHandlers(desk).endpoints(BASE),
            *ForumHandlers(desk).endpoints(BASE),
            *PeopleHandlers(desk).endpoints(BASE),
            *TagHandlers(desk).endpoints(BASE, AUTOCOMPLETE),
            *SmallHandlers(desk).endpoints(FETCH),
            *OembedHandlers(
                desk, documents, provider_name=options.provider_name, provider_url=options.provider_url
            ).endpoints(BASE),
        )
        self._files = (
            *FeedHandlers(desk, documents, images_per_page=options.images_per_page).endpoints(FEEDS),
            *SmallHandlers(desk).files(AUTOCOMPLETE),
        )
        hose = Firehose(board.library.replica, Events(board, shown))
        origins = options.socket_origins | {origin_of(board.public_url)}
        self._sockets = Sockets(hose, board.counters, origins)
        self._files_shield = Shield(board, options.gate, makes_json=False)

    def endpoints(self) -> Sequence[Endpoint]:
        """The route table."""
        return (*self._endpoints, *self._files)

    def document(self) -> ApiDocument:
        """What documents tell of the dialect."""
        return ApiDocument(
            name="philomena",
            title=f"{self._board.site_name}: Philomena API",
            about=TERMS.format(site=self._board.site_name, address=self._board.public_url),
            version="1",
            servers=[self._board.public_url],
            endpoints=self.endpoints(),
            named=(ImageObject, HiddenImageObject, ErrorsObject, ErrorObject),
        )

    def routes(self) -> list[Route]:
        """For Starlette; every other path or method below the bases is the dialect's own 404."""
        rest = [
            Route(path, self._shield(self.unknown))
            for base in (BASE, AUTOCOMPLETE, FEEDS, FETCH)
            for path in (base, f"{base}/{{rest:rest}}")
        ]
        for route in rest:
            route.methods = None  # any, also one that nobody has heard of
        files = routes(self._files, wrap=self._files_shield)
        return [*routes(self._endpoints, wrap=self._shield), *files, *rest]

    def sockets(self) -> list[WebSocketRoute]:
        """For Starlette."""
        return [WebSocketRoute(SOCKET, self._sockets.talk)]

    async def unknown(self, request: Request) -> Response:
        """No such route."""
        if request.method == "OPTIONS":
            return asked_before()
        return error_answer(404, "Not Found")
