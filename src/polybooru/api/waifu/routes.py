"""The route table of the dialect, put together from what its handlers answer."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from polybooru.api.waifu.answers import Refused, failure
from polybooru.api.waifu.desk import Desk
from polybooru.api.waifu.handlers.searches import SearchHandlers
from polybooru.api.waifu.handlers.writing import WritingHandlers
from polybooru.api.waifu.limit import Rule
from polybooru.api.waifu.present import Places
from polybooru.api.waifu.shield import Limits, Shield, outer_failure
from polybooru.api.waifu.shown_images import ShownImages
from polybooru.api.waifu.terms import TERMS
from polybooru.api.waifu.wire import TagNamesObject, TagsObject
from polybooru.httpkit.documents import DocumentCache
from polybooru.httpkit.openapi import ApiDocument
from polybooru.httpkit.routing import Answering, Endpoint, Handler
from polybooru.library.board import Board
from polybooru.library.tag_listing import TagListing


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """The dialect as set.

    prefix: where it is on the main host. cdn_url, site_url: what addresses of files and of previews begin
    with; empty for the places below the prefix. rule: of requests; None for none. is_delaying: whether
    requests wait for their turn, or are served at once as long as they may wait.
    """

    prefix: str = "/waifu"
    cdn_url: str = ""
    site_url: str = ""
    rule: Rule | None = None
    is_delaying: bool = True


class Waifu:
    """The dialect over one board."""

    failure = staticmethod(outer_failure)

    def __init__(self, board: Board, documents: DocumentCache, options: Options) -> None:
        self._board = board
        self._prefix = options.prefix
        root = f"{board.public_url}{options.prefix}"
        places = Places(files=options.cdn_url or f"{root}/cdn", site=options.site_url or root)
        desk, listing = Desk(board), TagListing(board.library)
        shown = ShownImages(board, documents, listing, places)
        limits = None
        if options.rule is not None:
            limits = Limits(rule=options.rule, sleep=asyncio.sleep if options.is_delaying else None)
        self._shield = Shield(board, limits)
        self._endpoints = (
            *SearchHandlers(desk, shown, listing).endpoints(),
            *WritingHandlers(desk).endpoints(),
        )
        by_path: dict[str, dict[str, Handler]] = {}
        for endpoint in self._endpoints:
            by_path.setdefault(endpoint.path, {})[endpoint.method] = endpoint.handler
        self._by_path = {path: _by_method(known) for path, known in by_path.items()}

    def endpoints(self) -> Sequence[Endpoint]:
        """The route table; its paths begin behind the prefix."""
        return self._endpoints

    def document(self) -> ApiDocument:
        """What documents tell of the dialect."""
        return ApiDocument(
            name="waifu",
            title=f"{self._board.site_name}: waifu.im API",
            about=TERMS,
            version="5",
            servers=[f"{self._board.public_url}{self._prefix}"],
            endpoints=self._endpoints,
            named=(TagNamesObject, TagsObject),
        )

    def routes(self, prefix: str | None = None) -> list[Route]:
        """For Starlette: all paths below the prefix; a slash at the end does not count."""
        base = self._prefix if prefix is None else prefix
        found = [
            Route(f"{base}{path}{slash}", Answering(self._shield(handler)))
            for path, handler in self._by_path.items()
            for slash in ("", "/")
        ]
        found.append(Route(f"{base}/{{rest:rest}}", Answering(self._shield(self._unknown))))
        if base:
            found.append(Route(base, Answering(self._shield(self._unknown))))
        return found

    async def _unknown(self, _: Request) -> Response:
        """No such route."""
        raise Refused(404)


def _by_method(handlers: dict[str, Handler]) -> Handler:
    allowed = sorted({*handlers, "OPTIONS", *({"HEAD"} if "GET" in handlers else ())})

    async def choose(request: Request) -> Response:
        method: str = request.method
        if method == "OPTIONS":
            return Response(status_code=204)
        handler = handlers.get("GET" if method == "HEAD" else method)
        if handler is None:
            answer = failure(405)
            answer.headers["allow"] = ", ".join(allowed)
            return answer
        return await handler(request)

    return choose
