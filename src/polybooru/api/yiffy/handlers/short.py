"""The shortener: make, follow, look at, change and delete short addresses."""

from collections.abc import Callable
from functools import partial
from html import escape
from typing import TypeVar
from urllib.parse import quote

from starlette.responses import HTMLResponse, Response

from polybooru.api.yiffy import codes, limit, present, read
from polybooru.api.yiffy.answers import json_answer, yiffy_error
from polybooru.api.yiffy.codes import YiffyError
from polybooru.api.yiffy.desk import Desk
from polybooru.api.yiffy.gate import Asked, Gate
from polybooru.api.yiffy.limit import Use, Window
from polybooru.api.yiffy.shown_images import ShownImages
from polybooru.httpkit.addresses import client_address
from polybooru.library.actors import Actor
from polybooru.library.errors import LinkNotFound, LinkRefused
from polybooru.library.shortlinks import (
    LinkText,
    Maker,
    Shortened,
    Shortlink,
    create_shortlink,
    delete_shortlink,
    edit_shortlink,
    find_shortlink,
)

UNKNOWN = "Unknown short url code."
_JSON = ".json"
_HOUR_MS = 3_600_000
_PAGE_POLICY = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'"
_SAFE_IN_LOCATION = "%:/?#[]@!$&'()*+,;=~"
_Result = TypeVar("_Result")


def needs_key(asked: Asked) -> bool:
    """Whether this request of the shortener has to name somebody: all but following and looking."""
    return asked.request.method not in {"GET", "HEAD"} or asked.path.endswith(_JSON)


def allowed(path: str) -> str:
    """What may be done at a path below the service."""
    if path == "/":
        return "GET"
    is_create = path == "/create" or path.startswith("/create.")
    return "POST" if is_create or path == "/delete" else "GET, DELETE, PATCH"


class ShortHandlers:
    """The shortener of one board."""

    def __init__(self, desk: Desk, shown: ShownImages, gate: Gate) -> None:
        self._desk = desk
        self._library = desk.board.library
        self._shown = shown
        self._gate = gate

    async def landing(self, asked: Asked) -> Response:
        """What this service is."""
        del asked
        name = escape(self._desk.board.site_name)
        return _page(f"{name}: short addresses", "<p>Short addresses of this board lead from here.</p>")

    async def methods(self, asked: Asked) -> Response:
        """What may be done at a path."""
        return Response(status_code=204, headers={"allow": allowed(asked.path)})

    async def refused(self, asked: Asked) -> Response:
        """A method that the path does not have."""
        raise YiffyError(codes.METHOD_NOT_ALLOWED, headers={"allow": allowed(asked.path)})

    async def create(self, asked: Asked) -> Response:
        """Shorten an address."""
        self._refuse_read_only()
        given = await read.fields(asked.request)
        if given is None:
            raise YiffyError(codes.LINK_URL_INVALID)
        wanted = LinkText(
            url=given.get("url", ""),
            code=given.get("code", ""),
            credit=given.get("credit", ""),
            is_editable=asked.query.get("editable") != "false",
        )
        maker = Maker(
            address=client_address(asked.request), user_agent=asked.request.headers.get("user-agent", "")
        )
        pace, window = f"links {asked.caller.actor.user_id}", self._pace(asked)
        if window is not None and not (use := self._gate.spend(pace, window)).is_allowed:
            raise _too_often(use, self._gate.now_ms())
        is_new = False
        try:
            made = await self._change(asked, partial(self._create, asked, wanted, maker), done="created")
            is_new = made.is_new
        finally:
            if window is not None and not is_new:
                self._gate.unspend(pace, window)
        body = present.link(made.link, self._desk.bases, management_code=made.management_code)
        return json_answer(body, 201 if made.is_new else 200)

    def _create(self, asked: Asked, wanted: LinkText, maker: Maker) -> Shortened:
        with self._library.work() as work:
            return create_shortlink(
                work, self._actor(asked), wanted, hosts=self._desk.options.link_hosts, maker=maker
            )

    async def follow(self, asked: Asked) -> Response:
        """Go where a short address leads; with `+` behind it only look, with `.json` get its record."""
        code, form = asked.request.path_params["code"], asked.query.get("format")
        wants_json, wants_page = code.endswith(_JSON), code.endswith("+")
        code = code.removesuffix(_JSON) if wants_json else code.removesuffix("+")
        if form is not None:
            wants_json, wants_page = form == "json", False
        try:
            found = await self._desk.answer(partial(self._find, code))
        except LinkNotFound:
            if wants_json:
                raise
            return Response(UNKNOWN, 404, media_type="text/plain")
        if wants_json:
            return json_answer(present.link(found, self._desk.bases))
        if wants_page:
            return _preview(found)
        location = quote(found.url, safe=_SAFE_IN_LOCATION)
        return Response(status_code=302, headers={"location": location, "cache-control": "no-cache"})

    def _find(self, code: str) -> Shortlink:
        md5, _ = read.image_id(code)
        card = self._shown.find(md5, 0) if md5 else None
        if card is not None:
            return present.image_link(card, self._desk.bases)
        with self._library.reading() as reading:
            return find_shortlink(reading, code)

    async def edit(self, asked: Asked) -> Response:
        """Have a short address lead elsewhere, or name somebody else."""
        self._refuse_read_only()
        given = await read.fields(asked.request) or {}
        code = asked.request.path_params["code"].removesuffix(_JSON)

        def edit(management_code: str) -> Shortlink:
            with self._library.work() as work:
                return edit_shortlink(
                    work,
                    self._actor(asked),
                    code,
                    management_code,
                    url=given.get("url", ""),
                    credit=given.get("credit", ""),
                    hosts=self._desk.options.link_hosts,
                )

        changed = await self._managed(asked, code, given, edit, done="modified")
        return json_answer(present.link(changed, self._desk.bases))

    async def delete(self, asked: Asked) -> Response:
        """Forget a short address."""
        self._refuse_read_only()
        given = await read.fields(asked.request) or {}
        code = asked.request.path_params.get("code", given.get("code", "")).removesuffix(_JSON)

        def delete(management_code: str) -> None:
            with self._library.work() as work:
                delete_shortlink(work, self._actor(asked), code, management_code)

        await self._managed(asked, code, given, delete, done="deleted")
        return Response(status_code=204)

    async def _managed(
        self,
        asked: Asked,
        code: str,
        given: dict[str, str],
        change: Callable[[str], _Result],
        *,
        done: str,
    ) -> _Result:
        """With the management code that was given; one that was guessed too often is always the wrong one."""
        management_code = given.get("managementCode", "")
        if not management_code:
            raise YiffyError(codes.LINK_CODE_MISSING)
        tries = f"tries {code[:100]}"
        if not self._gate.spent(tries, limit.WRONG_CODES).is_allowed:
            raise YiffyError(codes.LINK_WRONG_CODE)
        try:
            return await self._change(asked, partial(change, management_code), done=done)
        except YiffyError as error:
            if error.code is codes.LINK_WRONG_CODE:
                self._gate.spend(tries, limit.WRONG_CODES)
            raise

    async def _change(self, asked: Asked, change: Callable[[], _Result], *, done: str) -> _Result:
        del asked
        try:
            return await self._desk.answer(change, is_quick=False)
        except LinkRefused as error:
            raise yiffy_error(error, done=done) from error

    def _actor(self, asked: Asked) -> Actor:
        return self._desk.board.callers.with_address(asked.caller.actor, client_address(asked.request))

    def _pace(self, asked: Asked) -> Window | None:
        """How many links one person makes in an hour; None for any number."""
        key, links = asked.caller.key, self._desk.options.links_per_hour
        is_unlimited = key is not None and key.terms.limits.is_unlimited
        if is_unlimited or not links or not self._desk.options.is_limited:
            return None
        return Window(limit=links, window_ms=_HOUR_MS)

    def _refuse_read_only(self) -> None:
        if self._desk.options.is_read_only:
            raise YiffyError(codes.READ_ONLY)


def _too_often(use: Use, now_ms: int) -> YiffyError:
    wait = use.retry_after_seconds(now_ms)
    info = {
        "limit": use.limit,
        "remaining": use.remaining,
        "reset": use.reset_ms,
        "resetAfter": use.reset_after_ms(now_ms),
        "retryAfter": wait,
        "bucket": "links",
        "precision": "millisecond",
        "global": False,
    }
    return YiffyError(codes.ROUTE_LIMIT, more={"info": info}, headers={"retry-after": str(wait)})


def _preview(found: Shortlink) -> Response:
    address, credit = escape(found.url), escape(found.credit)
    body = (
        f'<p>This short address leads to</p><p><a rel="nofollow noopener noreferrer" href="{address}">'
        f"<bdi>{address}</bdi></a></p><p>Credit: <bdi>{credit}</bdi></p>"
    )
    return _page(f"Where {escape(found.code)} leads", body)


def _page(title: str, body: str) -> Response:
    html = (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{title}</title>'
        '<meta name="viewport" content="width=device-width"><meta name="robots" content="noindex">'
        "<style>body{font:1rem/1.5 sans-serif;max-width:40rem;margin:2rem auto;padding:0 1rem;"
        f"overflow-wrap:anywhere}}</style></head><body><h1>{title}</h1>{body}</body></html>"
    )
    return HTMLResponse(html, headers={"content-security-policy": _PAGE_POLICY, "cache-control": "no-cache"})
