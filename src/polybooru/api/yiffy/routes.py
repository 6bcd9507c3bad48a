"""The route tables of the five services, and where each is: below one prefix, or on a host of its own."""

from collections.abc import Mapping, Sequence
from functools import partial

from starlette.routing import Route

from polybooru.api.yiffy import about, addresses
from polybooru.api.yiffy.addresses import ALIAS, VERSION
from polybooru.api.yiffy.desk import Desk
from polybooru.api.yiffy.gate import Gate, outer_failure
from polybooru.api.yiffy.handlers.images import ImageHandlers
from polybooru.api.yiffy.handlers.media import MediaHandlers
from polybooru.api.yiffy.handlers.short import ShortHandlers, needs_key
from polybooru.api.yiffy.handlers.status import StatusHandlers
from polybooru.api.yiffy.handlers.thumbs import ThumbHandlers
from polybooru.api.yiffy.options import Options
from polybooru.api.yiffy.shown_images import ShownImages
from polybooru.api.yiffy.wire import ErrorObject
from polybooru.httpkit.documents import DocumentCache
from polybooru.httpkit.openapi import ApiDocument
from polybooru.httpkit.routing import Endpoint, Handler, routes
from polybooru.library.board import Board

_ABOUT = """
Random images by category, thumbnails and short addresses, as clients of YiffyAPI ask for them.
A key is a token of the board, bare in the header `Authorization`.
"""


_OFTEN = ("images", "short", "media", "thumb_media", "thumbs")
"""As routes are tried in order: what is asked most comes first."""


class Yiffy:
    """The dialect over one board."""

    failure = staticmethod(outer_failure)

    def __init__(self, board: Board, documents: DocumentCache, options: Options) -> None:
        bases = addresses.bases(board.public_url, options.hosts, options.prefix)
        self._prefix = options.prefix
        self._paths = addresses.paths(options.prefix)
        self._board = board
        self._desk = Desk(board, bases, options)
        self._gate = Gate(self._desk)
        shown = ShownImages(self._desk, documents)
        self._images = ImageHandlers(self._desk, shown)
        self._thumbs = ThumbHandlers(self._desk, shown)
        self._short = ShortHandlers(self._desk, shown, self._gate)
        self._media = MediaHandlers(self._desk, shown)
        self._status = StatusHandlers(self._desk, self._gate)

    @property
    def desk(self) -> Desk:
        """What all services work with."""
        return self._desk

    def endpoints(self) -> Sequence[Endpoint]:
        """The route table on the main host, without the images' alias."""
        return [
            *self._images_at(self._paths["images"]),
            *self._thumbs_at(self._paths["thumbs"]),
            *self._short_at(self._paths["short"]),
            *self._media_at("media", self._paths["media"]),
            *self._media_at("thumb_media", self._paths["thumb_media"]),
            *self._site_at(self._prefix),
        ]

    def document(self) -> ApiDocument:
        """What documents tell of the dialect."""
        return ApiDocument(
            name="yiffy",
            title=f"{self._board.site_name}: YiffyAPI",
            about=_ABOUT,
            version="2",
            servers=[self._board.public_url],
            endpoints=self.endpoints(),
            named=(ErrorObject,),
        )

    def routes(self) -> list[Route]:
        """For Starlette, on the main host; every other path or method is an error of the dialect's own."""
        return [
            *(route for service in _OFTEN for route in self._service_routes(service, self._paths[service])),
            *self._site_routes(self._prefix),
            *self._service_routes("images", ALIAS),  # all below it, and so behind a prefix of that name
            *_any(self._prefix, self._gate.images(self._images.unknown, self._prefix)),
        ]

    def hosts(self) -> Mapping[str, Sequence[Route]]:
        """What answers on the hosts of the services' own."""
        found: dict[str, Sequence[Route]] = {}
        for service, host in self._desk.bases.hosts.items():
            alias = self._service_routes(service, VERSION) if service == "images" else []
            found[host] = [*alias, *self._service_routes(service, "")]
        return found

    def _service_routes(self, service: str, base: str) -> list[Route]:
        gate = self._gate
        match service:
            case "images":
                rest = gate.images(self._images.unknown, base)
                return [*_plain(self._images_at(base)), *_any(base, rest)]
            case "thumbs":
                rest = gate.thumbs(self._images.unknown, base)
                return [*_plain(self._thumbs_at(base)), *_any(base, rest)]
            case "short":
                methods = gate.open(self._short.methods, base)
                refused = gate.short(self._short.refused, base, needs_key=lambda _: False)
                options = Route(f"{base}/{{rest:rest}}", methods, methods=["OPTIONS"])
                return [options, *self._refusals(base), *_plain(self._short_at(base)), *_any(base, refused)]
            case _:
                return [
                    *_plain(self._media_at(service, base)),
                    *_any(base, gate.open(self._images.unknown, base)),
                ]

    def _refusals(self, base: str) -> list[Route]:
        """Words that are no codes, where something else than their own method is asked of them."""
        refused = self._gate.short(self._short.refused, base, needs_key=lambda _: False)
        create = self._gate.short(self._short.create, base, needs_key=needs_key)
        words = [Route(f"{base}/{word}", refused) for word in ("create", "create.{kind}", "delete", "")]
        for route in words:
            route.methods = {"PATCH", "DELETE", "PUT", *({"GET", "HEAD"} if route.path != f"{base}/" else ())}
        return [Route(f"{base}/create.{{kind}}", create, methods=["POST"]), *words]

    def _images_at(self, base: str) -> list[Endpoint]:
        images = self._images
        opened, limited = partial(self._gate.open, base=base), partial(self._gate.images, base=base)
        return [
            Endpoint("GET", f"{base}/online", opened(images.online), about.ONLINE),
            Endpoint("GET", f"{base}/robots.txt", opened(images.robots), about.ROBOTS),
            Endpoint("GET", f"{base}/state", opened(images.state), about.STATE),
            Endpoint("GET", f"{base}/categories", limited(images.categories), about.CATEGORIES),
            Endpoint("GET", f"{base}/categories/{{db:rest}}", limited(images.category), about.CATEGORY),
            Endpoint("GET", f"{base}/images/{{id:rest}}", limited(images.image), about.IMAGE),
            Endpoint("POST", f"{base}/bulk", limited(images.bulk), about.BULK),
            Endpoint("GET", f"{base}/stats", limited(images.stats), about.STATS),
            Endpoint("GET", f"{base}/{{category:rest}}", limited(images.random), about.RANDOM),
        ]

    def _thumbs_at(self, base: str) -> list[Endpoint]:
        thumbs = self._thumbs
        opened, limited = partial(self._gate.open, base=base), partial(self._gate.thumbs, base=base)
        return [
            Endpoint("GET", f"{base}/online", opened(self._images.online), about.ONLINE),
            Endpoint("GET", f"{base}/check/{{md5}}/{{type}}", limited(thumbs.check), about.THUMBS_CHECK),
            Endpoint("GET", f"{base}/{{id}}", limited(thumbs.info), about.THUMBS_INFO),
            Endpoint("PUT", f"{base}/{{id}}/{{type}}", limited(thumbs.create), about.THUMBS_CREATE),
        ]

    def _short_at(self, base: str) -> list[Endpoint]:
        short = self._short
        limited = partial(self._gate.short, base=base, needs_key=needs_key)
        return [
            Endpoint("GET", f"{base}/", limited(short.landing), about.LANDING),
            Endpoint("GET", f"{base}/online", self._gate.open(self._images.online, base), about.ONLINE),
            Endpoint("GET", f"{base}/robots.txt", self._gate.open(self._images.robots, base), about.ROBOTS),
            Endpoint("POST", f"{base}/create", limited(short.create), about.CREATE),
            Endpoint("POST", f"{base}/delete", limited(short.delete), about.DELETE_BY_POST),
            Endpoint("GET", f"{base}/{{code:rest}}", limited(short.follow), about.FOLLOW),
            Endpoint("PATCH", f"{base}/{{code:rest}}", limited(short.edit), about.EDIT),
            Endpoint("DELETE", f"{base}/{{code:rest}}", limited(short.delete), about.DELETE),
        ]

    def _media_at(self, service: str, base: str) -> list[Endpoint]:
        handler = self._media.image if service == "media" else self._media.thumbnail
        return [Endpoint("GET", f"{base}/{{name:rest}}", self._gate.open(handler, base), about.MEDIA)]

    def _site_routes(self, base: str) -> list[Route]:
        """Status and what is gone answer to any method."""
        online, *others = _plain(self._site_at(base))
        for route in others:
            route.methods = None
        return [online, *others]

    def _site_at(self, base: str) -> list[Endpoint]:
        opened = partial(self._gate.open, base=base)
        return [
            Endpoint("GET", f"{base}/online", opened(self._images.online), about.ONLINE),
            Endpoint("GET", f"{base}/status", opened(self._status.status), about.STATUS),
            Endpoint("GET", f"{base}/V1/{{rest:rest}}", opened(self._status.first_version), about.GONE),
        ]


def _plain(endpoints: Sequence[Endpoint]) -> list[Route]:
    """Their handlers stand behind the gate already."""
    return routes(endpoints, wrap=lambda handler: handler)


def _any(base: str, handler: Handler) -> list[Route]:
    """Every path below, with whatever method, also one that nobody has heard of."""
    found = [Route(path, handler) for path in (base, f"{base}/{{rest:rest}}") if path]
    for route in found:
        route.methods = None
    return found
