"""What stands around every handler of the dialect: its limits, its errors, its headers."""

import time
from dataclasses import dataclass, replace
from functools import partial, wraps

from starlette.requests import Request
from starlette.responses import Response

from polybooru.api.philomena import read
from polybooru.api.philomena.answers import answer_to, empty_answer, error_answer, too_many_requests
from polybooru.api.philomena.limit import Window, give_back, step
from polybooru.httpkit import cors
from polybooru.httpkit.addresses import counted_address
from polybooru.httpkit.parameters import (
    EncodingNotSupported,
    MalformedRequest,
    RequestTooLarge,
    query_parameters,
)
from polybooru.httpkit.routing import Handler
from polybooru.library.board import Board
from polybooru.library.errors import BooruError

_HEADERS = (
    (b"cache-control", b"no-store, no-cache"),
    (b"referrer-policy", b"no-referrer"),  # addresses hold keys
)
STAFF_FACTOR = 10
_JSON_RANGES = frozenset({"*/*", "application/*", "application/json"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Requests of one address: all of them, and those below `search_path`, which count for both."""

    every: Window
    searches: Window
    search_path: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Gate:
    """Who comes in, and what browsers are told.

    limits: None for none. refused_agents: words, in lower case, that no user agent may have in its name.
    hsts_seconds: how long browsers shall keep to https, where the board has it; 0 for no word about that.
    """

    limits: Limits | None = None
    refused_agents: tuple[str, ...] = ()
    hsts_seconds: int = 0


def outer_failure(status: int, phrase: str) -> Response:
    """The answer to what no handler gets to see, or to a bug in one."""
    answer = error_answer(status, "Internal Error" if status == 500 else phrase)
    answer.raw_headers.extend((*_HEADERS, *cors.OPEN))
    return answer


class Shield:
    """Wraps handlers of one board.

    makes_json: whether requests have to accept JSON; feeds have other readers.
    """

    def __init__(self, board: Board, gate: Gate, *, makes_json: bool = True) -> None:
        self._board = board
        self._limits = gate.limits
        self._refused_agents = gate.refused_agents
        self._headers = [*_HEADERS]
        if gate.hsts_seconds and board.public_url.startswith("https://"):
            self._headers.append((b"strict-transport-security", b"max-age=%d" % gate.hsts_seconds))
        self._makes_json = makes_json

    def __call__(self, handler: Handler) -> Handler:
        """The handler within limits, with the dialect's error answers and headers."""

        @wraps(handler)
        async def answered(request: Request) -> Response:
            try:
                answer = self._refusal(request) or await handler(request)
            except BooruError as error:
                answer = answer_to(error)
            except MalformedRequest:
                answer = error_answer(400, "Bad Request")
            except read.Unprocessable as error:
                answer = error_answer(422, str(error))
            except read.QueryNotText:
                answer = error_answer(400, "search query is not a string")
            except RequestTooLarge:
                answer = error_answer(413, "Request Entity Too Large")
            except EncodingNotSupported:
                answer = error_answer(415, "Unsupported Media Type")
            may_be_kept = "cache-control" in answer.headers
            answer.raw_headers.extend(self._headers[1:] if may_be_kept else self._headers)
            if request.method in {"GET", "HEAD", "OPTIONS"}:
                answer.raw_headers.extend(cors.OPEN)
            return answer

        return answered

    def _refusal(self, request: Request) -> Response | None:
        if self._limits is not None and (wait := self._seconds_to_wait(request, self._limits)) > 0:
            return too_many_requests(wait)
        if self._refused_agents and self._is_refused_agent(request):
            return empty_answer(403)
        return None if not self._makes_json or _takes_json(request) else error_answer(406, "Not Acceptable")

    def _is_refused_agent(self, request: Request) -> bool:
        agent = request.headers.get("user-agent", "").lower()
        return any(word in agent for word in self._refused_agents)

    def _seconds_to_wait(self, request: Request, limits: Limits) -> float:
        address = counted_address(request)
        windows = [("all", limits.every)]
        if request.url.path.startswith(limits.search_path):
            windows.append(("search", limits.searches))
        now = time.time()
        taken: list[tuple[str, Window]] = []
        for name, window in windows:
            take = partial(step, now=now, window=window)
            key = f"philomena {name} {address}"
            wait = self._board.counters.step(key, now, window.seconds, take)
            if wait > 0 and self._is_staff(request):
                more = replace(window, requests=window.requests * STAFF_FACTOR)
                wait = self._board.counters.step(
                    key, now, window.seconds, partial(step, now=now, window=more)
                )
            if wait > 0:
                for other, wider in taken:
                    undo = partial(give_back, now=now, window=wider)
                    self._board.counters.step(other, now, wider.seconds, undo)
                return wait
            taken.append((key, window))
        return 0.0

    def _is_staff(self, request: Request) -> bool:
        # Only of those whom a request before let this process know: a refusal asks no database.
        try:
            key = query_parameters(request).get("key")
        except MalformedRequest:
            return False
        callers = self._board.callers
        if not isinstance(key, str) or not callers.is_remembered(key):
            return False
        found = callers.find(key)
        return found is not None and found.is_staff


def _takes_json(request: Request) -> bool:
    # Not through `headers`, which decodes all of them at every look.
    accept = b",".join(value for name, value in request.scope["headers"] if name == b"accept")
    if not accept.strip() or accept == b"*/*":
        return True
    return any(
        one.partition(";")[0].strip() in _JSON_RANGES for one in accept.decode("latin-1").lower().split(",")
    )
