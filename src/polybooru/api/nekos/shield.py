"""What stands around every handler of the dialect, in its order: token, limit, errors, headers.

Whoever shows a bad token is refused and not counted; everybody else is counted, whatever comes of it.
"""

from functools import partial, wraps

import structlog
from anyio import to_thread
from starlette.requests import Request
from starlette.responses import Response

from polybooru.api.nekos import read
from polybooru.api.nekos.answers import answer_to, failure
from polybooru.api.nekos.desk import Caller
from polybooru.api.nekos.limit import Rule, Verdict, step
from polybooru.api.nekos.scopes import rule_for
from polybooru.httpkit.addresses import counted_address
from polybooru.httpkit.routing import Handler
from polybooru.library.board import Board
from polybooru.library.errors import BooruError

log = structlog.get_logger()

_HEADERS = (
    (b"access-control-allow-origin", b"*"),
    (b"access-control-allow-methods", b"GET, HEAD, PUT, PATCH, POST, DELETE"),
    (b"access-control-allow-headers", b"Authorization, Content-Type"),
    (
        b"access-control-expose-headers",
        b"Retry-After, X-RateLimit-Limit, X-RateLimit-Remaining, X-RateLimit-Reset",
    ),
    (b"cache-control", b"no-store"),
)


def outer_failure(status: int, phrase: str) -> Response:
    """The answer to what no handler gets to see, or to a bug outside of them."""
    answer = failure(status, phrase)
    answer.raw_headers.extend(_HEADERS)
    return answer


class Shield:
    """Wraps handlers of one board. rule: of requests; None for none."""

    def __init__(self, board: Board, rule: Rule | None) -> None:
        self._board = board
        self._rule = rule

    def __call__(self, handler: Handler) -> Handler:
        """The handler behind the checks that all have, with the dialect's error answers and headers."""

        @wraps(handler)
        async def answered(request: Request) -> Response:
            try:
                answer = Response() if request.method == "OPTIONS" else await self._counted(request, handler)
            except read.Refused as refused:
                answer = failure(refused.status, refused.message)
            except BooruError as error:  # the database is away
                answer = answer_to(error)
            answer.raw_headers.extend(_HEADERS)
            return answer

        return answered

    async def _counted(self, request: Request, handler: Handler) -> Response:
        caller = await self._caller(request)
        request.state.caller = caller
        rule = self._rule
        if rule is not None and caller.key is not None:
            rule = rule_for(caller.key.scopes, rule)
        if rule is None:
            return await _answered(request, handler)
        verdict = self._judged(request, rule)
        if verdict.is_served:
            answer = await _answered(request, handler)
        else:
            answer = failure(
                429, "You are blocked for a while." if verdict.is_blocked else "Too many requests."
            )
            answer.headers["retry-after"] = str(verdict.reset)
        answer.headers["x-ratelimit-limit"] = str(rule.requests)
        answer.headers["x-ratelimit-remaining"] = str(verdict.remaining)
        answer.headers["x-ratelimit-reset"] = str(verdict.reset)
        return answer

    def _judged(self, request: Request, rule: Rule) -> Verdict:
        now = self._board.library.clock().timestamp()
        take = partial(step, now=now, rule=rule)
        return self._board.counters.step(f"nekos {counted_address(request)}", now, rule.keep_seconds, take)

    async def _caller(self, request: Request) -> Caller:
        # Not through `headers`, which decodes all of them at every look.
        header = next((value for name, value in request.scope["headers"] if name == b"authorization"), b"")
        text = read.token(header.decode("latin-1"))
        if text is None:
            return Caller()
        callers = self._board.callers
        await self._freshen()
        at_once = self._board.library.database.is_sqlite or callers.is_remembered(text)
        key = callers.find_key(text) if at_once else await to_thread.run_sync(callers.find_key, text)
        if key is None or not key.terms.is_usable or key.actor.is_deactivated:
            raise read.Refused(401, "The token is unknown, or good no longer.")
        return Caller(key=key)

    async def _freshen(self) -> None:
        """A token may have been taken back by another process."""
        replica = self._board.library.replica
        if replica.is_behind:
            await to_thread.run_sync(replica.catch_up)


async def _answered(request: Request, handler: Handler) -> Response:
    """Errors have been counted, and so they carry the headers of the limit."""
    try:
        return await handler(request)
    except read.Refused as refused:
        return failure(refused.status, refused.message)
    except BooruError as error:
        return answer_to(error)
    except Exception:
        log.exception("request_failed", method=request.method, path=request.url.path)
        return failure(500, "Something went wrong here.")
