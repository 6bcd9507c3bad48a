"""What stands around every handler: who may come in, in an order that clients can tell by the errors.

Source: docs/reference/yiffy.md, order of checks.
"""

import base64
import hashlib
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, replace
from functools import lru_cache, partial, wraps

import structlog
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from polybooru import store
from polybooru.api.yiffy import codes, limit, user_agents
from polybooru.api.yiffy.answers import error_answer, yiffy_error
from polybooru.api.yiffy.codes import YiffyError
from polybooru.api.yiffy.desk import Desk
from polybooru.api.yiffy.keys import NOBODY, Caller, Flag, caller
from polybooru.api.yiffy.limit import Limits, Use, Window
from polybooru.api.yiffy.options import Network, is_within
from polybooru.api.yiffy.read import Query, key
from polybooru.counters import State
from polybooru.httpkit.addresses import client_address, counted_address
from polybooru.httpkit.routing import Handler
from polybooru.library.errors import BooruError, Unavailable

log = structlog.get_logger()

_LONGEST_BUCKET_PATH = 1_000
_EXPOSED = ", ".join(
    ["RateLimit", "RateLimit-Policy", "Retry-After"]
    + [
        f"X-RateLimit-{name}"
        for name in ("Limit", "Remaining", "Reset", "Reset-After", "Bucket", "Precision")
    ]
    + [f"X-RateLimit-Global-{n}" for n in ("Limit", "Remaining", "Reset", "Reset-After", "Precision")]
)
_HEADERS = (
    (b"access-control-allow-origin", b"*"),
    (b"access-control-allow-headers", b"Content-Type, Authorization"),
    (b"access-control-allow-methods", b"GET, POST, OPTIONS, HEAD, PUT, PATCH, DELETE"),
    (b"access-control-expose-headers", _EXPOSED.encode()),
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"no-referrer"),  # addresses may hold keys
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A request that was let in. path: below the service. is_alias: by an alias."""

    request: Request
    query: Query
    caller: Caller
    path: str
    is_alias: bool = False

    @property
    def address(self) -> str:
        """Under what name the client is counted."""
        return counted_address(self.request)


YiffyHandler = Callable[[Asked], Awaitable[Response]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """One of the services. flag: what a key needs for it."""

    name: str
    flag: Flag


IMAGES = Service(name="images", flag=Flag.IMAGES)
THUMBS = Service(name="thumbs", flag=Flag.THUMBS)
SHORT = Service(name="short", flag=Flag.SHORTENER)


def outer_failure(status: int, phrase: str) -> Response:
    """The answer to what no handler gets to see, or to a bug outside of them; with all services' members."""
    answer = error_answer(YiffyError(codes.outside(status, phrase)), support="", with_message=True)
    answer.raw_headers.extend(_HEADERS)
    return answer


class Gate:
    """The checks of one board's services."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._options = desk.options
        self._canonical = {
            one.name: desk.bases.canonical_path(one.name, "") for one in (IMAGES, THUMBS, SHORT)
        }

    def open(self, handler: YiffyHandler, base: str) -> Handler:
        """For what anybody may ask as often as they like."""

        @wraps(handler)
        async def answered(request: Request) -> Response:
            asked = _asked(request, base)
            return await self._answered(asked, lambda: handler(asked))

        return answered

    def images(self, handler: YiffyHandler, base: str) -> Handler:
        """For the images service. base: the path that the service was found under."""
        return self._limited(handler, base, IMAGES, needs_key=False)

    def thumbs(self, handler: YiffyHandler, base: str) -> Handler:
        """For the thumbnails service, which needs a key."""
        return self._limited(handler, base, THUMBS, needs_key=True)

    def _limited(self, handler: YiffyHandler, base: str, service: Service, *, needs_key: bool) -> Handler:
        is_alias = base != self._canonical[service.name][1]

        @wraps(handler)
        async def answered(request: Request) -> Response:
            asked = _asked(request, base, is_alias=is_alias)
            limits: list[tuple[bytes, bytes]] = []

            async def let_in() -> Response:
                self._check_address(asked)
                if service is IMAGES:
                    self._check_disk()
                self._check_user_agent(asked)
                known = await self._known(asked, service, is_needed=needs_key)
                self._count(known, service, limits)
                return await handler(known)

            return await self._answered(asked, let_in, limits)

        return answered

    def short(self, handler: YiffyHandler, base: str, *, needs_key: Callable[[Asked], bool]) -> Handler:
        """For the shortener, which counts before it asks for a key."""

        @wraps(handler)
        async def answered(request: Request) -> Response:
            asked = _asked(request, base)
            limits: list[tuple[bytes, bytes]] = []

            async def let_in() -> Response:
                self._check_address(asked)
                self._check_user_agent(asked)
                found = await self._caller(asked)
                counted = replace(asked, caller=found or NOBODY)
                self._count(counted, SHORT, limits)
                known = await self._known(asked, SHORT, is_needed=True) if needs_key(asked) else counted
                return await handler(known)

            return await self._answered(asked, let_in, limits, with_message=True)

        return answered

    async def status_caller(self, asked: Asked) -> Caller:
        """Whoever's key it is, switched off or not. Raises YiffyError for an unknown one."""
        found = await self._caller(asked)
        if found is None:
            raise YiffyError(codes.INVALID_KEY, more=codes.INVALID_KEY_OF_STATUS)
        return found

    def now_ms(self) -> int:
        """Milliseconds since 1970."""
        return round(self._desk.board.library.clock().timestamp() * 1_000)

    def spend(self, name: str, window: Window) -> Use:
        """Count something besides requests, by whatever name."""
        return self._step(f"yiffy {name}", window, limit.take)

    def unspend(self, name: str, window: Window) -> None:
        """Undo one `spend`."""
        self._step(f"yiffy {name}", window, limit.give_back)

    def spent(self, name: str, window: Window) -> Use:
        """How it stands."""
        return self._step(f"yiffy {name}", window, limit.peek)

    async def _answered(
        self,
        asked: Asked,
        answer: Callable[[], Awaitable[Response]],
        limits: Iterable[tuple[bytes, bytes]] = (),
        *,
        with_message: bool = False,
    ) -> Response:
        support = self._desk.board.public_url
        told = partial(error_answer, support=support, with_message=with_message)
        try:
            await self._desk.freshen()
            response = await answer()
        except YiffyError as error:
            response = told(error)
        except Unavailable as error:
            log.warning("database_unavailable", reason=str(error))
            response = told(YiffyError(codes.READ_ONLY))
        except BooruError as error:
            response = told(yiffy_error(error))
        except ClientDisconnect:
            raise
        except Exception:
            log.exception("request_failed", method=asked.request.method, path=asked.request.scope["path"])
            response = told(YiffyError(codes.INTERNAL))
        response.raw_headers.extend([*limits, *_HEADERS])
        return response

    def _check_address(self, asked: Asked) -> None:
        if _comes_from(asked, self._options.blocked_addresses):
            extra = {"reason": "This address is blocked by the operator."}
            raise YiffyError(codes.ADDRESS_BLOCKED, more={"extra": extra})

    def _check_disk(self) -> None:
        if self._options.refuses_when_full:
            try:
                self._desk.board.library.store.check()
            except store.StoreError:
                raise YiffyError(codes.DISK_FULL) from None

    def _check_user_agent(self, asked: Asked) -> None:
        reason = user_agents.fault(asked.request.headers.get("user-agent", ""), self._options)
        if reason is not None:
            raise YiffyError(codes.USER_AGENT_BLOCKED, more={"extra": {"reason": reason}})

    async def _known(self, asked: Asked, service: Service, *, is_needed: bool) -> Asked:
        """With its caller, who may use the service. Raises YiffyError."""
        found = await self._caller(asked)
        if found is None:
            raise YiffyError(codes.INVALID_KEY)
        if found.key is None:
            if is_needed:
                raise YiffyError(codes.KEY_REQUIRED)
            self._check_anonymous(asked)
        found.require_usable()
        found.require(service.flag)
        if _comes_from(asked, self._options.sfw_only_addresses):
            found = replace(found, flags=found.flags | Flag.SFW_ONLY)
        return replace(asked, caller=found)

    async def _caller(self, asked: Asked) -> Caller | None:
        """Who asks; None for an unknown key."""
        given = key(asked.request, asked.query)
        if not given:
            return NOBODY
        callers = self._desk.board.callers
        if callers.is_remembered(given):
            found = callers.find_key(given)
        else:
            found = await self._desk.answer(partial(callers.find_key, given))
        return None if found is None else caller(found)

    def _check_anonymous(self, asked: Asked) -> None:
        if not self._options.key_required_user_agents and not self._options.key_required_addresses:
            return
        agent = asked.query.get("_ua") or asked.request.headers.get("user-agent", "")
        is_listed = any(part in agent.lower() for part in self._options.key_required_user_agents)
        if is_listed or _comes_from(asked, self._options.key_required_addresses):
            raise YiffyError(codes.ANONYMOUS_RESTRICTED)

    def _count(self, asked: Asked, service: Service, into: list[tuple[bytes, bytes]]) -> None:
        """Count the request, and tell how the windows stand. Raises YiffyError if it is one too many."""
        host, above = self._canonical[service.name]
        path = above + asked.path
        bucket = _bucket(host, path[:_LONGEST_BUCKET_PATH])
        now_ms = self.now_ms()
        if not self._options.is_limited or _comes_from(asked, self._options.unlimited_addresses):
            windows = limit.UNLIMITED
            short, long = limit.uncounted(windows.short, now_ms), limit.uncounted(windows.long, now_ms)
        else:
            short, long = self._take(asked, f"{host}{path}", asked.caller.limits)
        into.extend(_limit_headers(short, long, bucket, now_ms))
        if short.is_allowed and long.is_allowed:
            return
        refusing, is_global = (long, True) if short.is_allowed else (short, False)
        wait = refusing.retry_after_seconds(now_ms)
        info = {
            "limit": refusing.limit,
            "remaining": refusing.remaining,
            "reset": refusing.reset_ms,
            "resetAfter": refusing.reset_after_ms(now_ms),
            "retryAfter": wait,
            "bucket": None if is_global else bucket,
            "precision": "millisecond",
            "global": is_global,
        }
        code = codes.GLOBAL_LIMIT if is_global else codes.ROUTE_LIMIT
        raise YiffyError(code, more={"info": info}, headers={"retry-after": str(wait)})

    def _take(self, asked: Asked, place: str, limits: Limits) -> tuple[Use, Use]:
        digest = hashlib.blake2b(place.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()
        path_key, all_key = f"yiffy path {asked.address} {digest}", f"yiffy all {asked.address}"
        short = self._step(path_key, limits.short, limit.take)
        if not short.is_allowed:
            return short, self._step(all_key, limits.long, limit.peek)
        long = self._step(all_key, limits.long, limit.take)
        if not long.is_allowed:
            short = self._step(path_key, limits.short, limit.give_back)
        return short, long

    def _step(
        self, name: str, window: Window, rule: Callable[[State, int, Window], tuple[State, Use]]
    ) -> Use:
        now_ms = self.now_ms()
        return self._desk.board.counters.step(
            name, now_ms / 1_000, window.window_ms / 1_000, lambda state: rule(state, now_ms, window)
        )


def _comes_from(asked: Asked, networks: tuple[Network, ...]) -> bool:
    """Whether the client's address is in one of them; read only where there are any."""
    return bool(networks) and is_within(client_address(asked.request), networks)


def _asked(request: Request, base: str, *, is_alias: bool = False) -> Asked:
    """By nobody yet. base: the path that the service was found under."""
    path: str = request.scope["path"]
    below = path.removeprefix(base) or "/"
    return Asked(request=request, query=Query(request), caller=NOBODY, path=below, is_alias=is_alias)


@lru_cache(1_024)
def _bucket(host: str, path: str) -> str:
    text = f"domain={host},path={path}"
    return base64.urlsafe_b64encode(text.encode("utf-8", "surrogatepass")).decode().rstrip("=")


def _limit_headers(short: Use, long: Use, bucket: str, now_ms: int) -> list[tuple[bytes, bytes]]:
    named, policy = _policy(short.limit, short.window_ms, long.limit, long.window_ms, bucket)
    short_after_ms, long_after_ms = short.reset_after_ms(now_ms), long.reset_after_ms(now_ms)
    short_line = (short.limit, short.remaining, short_after_ms // 1_000)
    long_line = (long.limit, long.remaining, long_after_ms // 1_000)
    return [  # by % on bytes: this stands at every answer
        (b"x-ratelimit-limit", b"%d" % short.limit),
        (b"x-ratelimit-remaining", b"%d" % short.remaining),
        (b"x-ratelimit-reset", b"%d" % short.reset_ms),
        (b"x-ratelimit-reset-after", b"%d" % short_after_ms),
        (b"x-ratelimit-bucket", named),
        (b"x-ratelimit-precision", b"millisecond"),
        (b"x-ratelimit-global-limit", b"%d" % long.limit),
        (b"x-ratelimit-global-remaining", b"%d" % long.remaining),
        (b"x-ratelimit-global-reset", b"%d" % long.reset_ms),
        (b"x-ratelimit-global-reset-after", b"%d" % long_after_ms),
        (b"x-ratelimit-global-precision", b"millisecond"),
        (b"ratelimit-policy", policy),
        (b"ratelimit", b"limit=%d, remaining=%d, reset=%d" % short_line),
        (b"ratelimit", b"limit=%d, remaining=%d, reset=%d" % long_line),
    ]


@lru_cache(1_024)
def _policy(
    short: int, short_window_ms: int, long: int, long_window_ms: int, bucket: str
) -> tuple[bytes, bytes]:
    """The bucket's name and the policy as headers have them."""
    named = bucket.encode()
    policy = (short, short_window_ms // 1_000, named, long, long_window_ms // 1_000)
    return named, b'%d;w=%d;comment="bucket:%b", %d;w=%d;comment="global"' % policy
