"""The route table of the dialect, put together from what its handlers answer, and how a path finds its route.

Every route stands under two prefixes, with or without a slash at the end, and whatever else is asked there is
answered by the dialect too: so all below a prefix is one route to Starlette, and the table is looked up here.
"""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from random import SystemRandom
from types import MappingProxyType
from typing import Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from polybooru.api.nekos.answers import failure
from polybooru.api.nekos.desk import Desk
from polybooru.api.nekos.handlers.general import BASE_ROUTE, VERSION, GeneralHandlers
from polybooru.api.nekos.handlers.images import ImageHandlers
from polybooru.api.nekos.handlers.sets import SetHandlers
from polybooru.api.nekos.handlers.shelves import ShelfHandlers
from polybooru.api.nekos.limit import Rule
from polybooru.api.nekos.shield import Shield, outer_failure
from polybooru.api.nekos.shown_images import ShownImages
from polybooru.api.nekos.terms import TERMS
from polybooru.httpkit.documents import DocumentCache
from polybooru.httpkit.openapi import ApiDocument
from polybooru.httpkit.routing import Endpoint
from polybooru.library.board import Board
from polybooru.library.catalogue import Catalogue
from polybooru.library.own_secrets import SIGNED_LINKS, UUIDS, secret
from polybooru.library.rated_images import Fitness, RatedImages
from polybooru.library.signed_links import SignedLinks
from polybooru.library.uuids import Uuids
from polybooru.search.pattern import Percent

BASES: Final = ("/api", "/v1")
FILES: Final = "/file"
PATTERN_SECONDS: Final = 0.25
_PARAMETER = re.compile(r"\{(\w+)\}")
_METHODS = frozenset({"GET", "HEAD"})
_ANY = "*"


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """The dialect as set.

    prefix: of its paths on the main host. ratings: images that it shows at all. percent: what `%` stands for.
    needs_list_scope: whether listing all images needs a token that allows it. rule: of requests; None: none.
    """

    prefix: str = "/nekos"
    ratings: Collection[Fitness] = (Fitness.SFW,)
    percent: Percent = Percent.ONE_OR_MORE
    needs_list_scope: bool = False
    rule: Rule | None = None


class Nekos:
    """The dialect over one board."""

    failure = staticmethod(outer_failure)

    def __init__(self, board: Board, documents: DocumentCache, options: Options) -> None:
        self._board = board
        self._prefix = options.prefix
        library = board.library
        with library.reading() as reading:
            uuids, links = Uuids(secret(reading, UUIDS)), SignedLinks(secret(reading, SIGNED_LINKS))
        catalogue = Catalogue(library, percent=options.percent, pattern_seconds=PATTERN_SECONDS)
        images = RatedImages(library, board.search, allowed=options.ratings, rng=SystemRandom())
        desk = Desk(board, catalogue, images, uuids)
        shown = ShownImages(desk, documents, links, f"{board.public_url}{options.prefix}{FILES}")
        base = f"{options.prefix}{BASE_ROUTE}"
        table = [
            *ImageHandlers(desk, shown, needs_scope=options.needs_list_scope).endpoints(base),
            *ShelfHandlers(desk, shown).endpoints(base),
            *SetHandlers(desk).endpoints(base),
        ]
        paths = [endpoint.path for endpoint in (*GeneralHandlers(desk, ()).endpoints(base), *table)]
        listed = [_PARAMETER.sub(r":\1", path.removeprefix(base)) for path in paths]
        self._endpoints = (*table, *GeneralHandlers(desk, listed).endpoints(base))
        self._by_path = _by_path(self._endpoints, base)
        self._answer = Shield(board, options.rule)(self._dispatch)

    def endpoints(self) -> Sequence[Endpoint]:
        """The route table, under the first of the prefixes."""
        return self._endpoints

    def document(self) -> ApiDocument:
        """What documents tell of the dialect."""
        board = self._board
        return ApiDocument(
            name="nekos",
            title=f"{board.site_name}: Nekos API",
            about=TERMS.format(site=board.site_name, address=f"{board.public_url}{self._prefix}"),
            version=VERSION,
            servers=[board.public_url],
            endpoints=self._endpoints,
        )

    def routes(self, prefix: str | None = None) -> list[Route]:
        """For Starlette. prefix: in place of the one on the main host."""
        prefix = self._prefix if prefix is None else prefix
        found = [
            Route(path, self._answer)
            for base in BASES
            for path in (f"{prefix}{base}", f"{prefix}{base}/{{rest:rest}}")
        ]
        for route in found:
            route.methods = None  # any, also one that nobody has heard of
        return found

    async def _dispatch(self, request: Request) -> Response:
        endpoint, parameters = self._found(request.path_params.get("rest", ""))
        if endpoint is None:
            return failure(404, "There is no such path.")
        if request.method not in _METHODS:
            answer = failure(405, "Only GET and HEAD are answered.")
            answer.headers["allow"] = "GET, HEAD, OPTIONS"
            return answer
        request.path_params.update(parameters)
        return await endpoint.handler(request)

    def _found(self, rest: str) -> tuple[Endpoint | None, Mapping[str, str]]:
        segments = tuple(rest.rstrip("/").split("/"))
        known = self._by_path.get(segments)
        if known is not None:
            return known, {}
        if len(segments) < 2:
            return None, {}
        first, second, *others = segments
        return self._by_path.get((first, _ANY, *others)), {"id": second}


def _by_path(endpoints: Sequence[Endpoint], base: str) -> Mapping[tuple[str, ...], Endpoint]:
    """By the parts of the path behind the base; an id is any text."""
    return MappingProxyType(
        {
            tuple(
                _PARAMETER.sub(_ANY, endpoint.path.removeprefix(f"{base}/")).rstrip("/").split("/")
            ): endpoint
            for endpoint in endpoints
        }
    )
