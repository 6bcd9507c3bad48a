"""What stands around every handler of the dialect: the limit, the errors, the headers."""

import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial, wraps

from starlette.requests import Request
from starlette.responses import Response

from polybooru.api.waifu.answers import Refused, answer_to, detail, failure, too_many
from polybooru.api.waifu.limit import Rule, give_back, take, wait
from polybooru.httpkit.addresses import counted_address
from polybooru.httpkit.parameters import EncodingNotSupported, MalformedRequest, RequestTooLarge
from polybooru.httpkit.routing import Handler
from polybooru.library.board import Board
from polybooru.library.errors import BooruError

METHODS = "GET, HEAD, PUT, PATCH, POST, DELETE, OPTIONS"
_HEADERS = (
    (b"version", b"v5"),
    (b"cache-control", b"no-store"),
    (b"access-control-allow-origin", b"*"),
    (b"access-control-allow-methods", METHODS.encode()),
    (b"access-control-allow-headers", b"Accept-Version, Authorization, Content-Type"),
    (b"access-control-expose-headers", b"Retry-After, Version"),
)
_WAITING = "waifu waiting"

Sleep = Callable[[float], Awaitable[None]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """rule: of requests. sleep: waits for a turn; None serves at once whatever may wait."""

    rule: Rule
    sleep: Sleep | None


def outer_failure(status: int, phrase: str) -> Response:
    """The answer to what no handler gets to see, or to a bug in one."""
    answer = detail(status, phrase)
    answer.raw_headers.extend(_HEADERS)
    return answer


class Shield:
    """Wraps handlers of one board. limits: None for none."""

    def __init__(self, board: Board, limits: Limits | None) -> None:
        self._board = board
        self._limits = limits

    def __call__(self, handler: Handler) -> Handler:
        """The handler within limits, with the dialect's error answers and headers."""

        @wraps(handler)
        async def answered(request: Request) -> Response:
            try:
                answer = await self._turned_away(request) or await handler(request)
            except Refused as refused:
                answer = failure(refused.status, refused.said)
            except BooruError as error:
                answer = answer_to(error)
            except MalformedRequest as error:
                answer = failure(400, str(error))
            except RequestTooLarge:
                answer = failure(413)
            except EncodingNotSupported:
                answer = failure(415)
            answer.raw_headers.extend(_HEADERS)
            return answer

        return answered

    async def _turned_away(self, request: Request) -> Response | None:
        """After the caller's turn has come, unless it never will. Asking what is allowed costs nothing."""
        if self._limits is None or request.method == "OPTIONS":
            return None
        rule, counters = self._limits.rule, self._board.counters
        now, key = time.time(), f"waifu {counted_address(request)}"
        turn = counters.step(key, now, rule.keep_seconds, partial(take, now=now, rule=rule))
        if turn.retry_after is not None:
            return too_many(turn.retry_after)
        if turn.wait <= 0 or self._limits.sleep is None:
            return None
        until = now + turn.wait
        has_room = counters.step(
            _WAITING, now, rule.keep_seconds, partial(wait, now=now, until=until, rule=rule)
        )
        if not has_room:
            counters.step(key, now, rule.keep_seconds, partial(give_back, slot=until, rule=rule))
            return too_many(1)
        await self._limits.sleep(turn.wait)
        return None
