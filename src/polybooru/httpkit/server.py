"""Middleware around all edges.

Request ids, one log line and one metric a request, limits of headers and address.
"""

import time
from collections.abc import Callable
from functools import cache
from random import getrandbits

import structlog
from prometheus_client import Counter, Histogram
from starlette.requests import ClientDisconnect
from starlette.types import Message, Receive, Scope, Send

from polybooru.httpkit.edges import Edges

MAX_HEADERS = 100
MAX_HEADER_BYTES = 16 * 1024
MAX_TARGET_BYTES = 64 * 1024

log = structlog.get_logger()

REQUESTS = Counter("polybooru_requests_total", "Requests by edge and status", ["edge", "status"])
SECONDS = Histogram(
    "polybooru_request_seconds",
    "Time to the end of the answer, by edge",
    ["edge"],
    buckets=(0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
)
LogDone = Callable[[str, str, str, int, float], None]
"""Is told of each request that has ended: id, method, path, status, milliseconds."""


class Observe:
    """Gives each request an id, logs how it ended, counts it, and answers a bug with 500 and the id.

    What is refused here is worded by the edge that was asked. The query string is never logged: it may hold a
    token.
    """

    def __init__(self, edges: Edges, *, log_done: LogDone | None) -> None:
        self._edges = edges
        self._log_done = log_done

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """The ASGI application."""
        edge, app = self._edges.find(scope)
        if scope["type"] != "http":
            await app(scope, receive, send)
            return
        request_id = f"{getrandbits(64):016x}"  # by a generator that each process seeds for itself
        started, status = time.perf_counter(), 0
        structlog.contextvars.bind_contextvars(request_id=request_id)

        async def observed(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = [*message["headers"], (b"x-request-id", request_id.encode())]
            await send(message)

        try:
            refusal = _refusal(scope)
            if refusal is None:
                await app(scope, receive, observed)
            else:
                await edge.failure(*refusal)(scope, receive, observed)
        except ClientDisconnect:
            log.info("client_left", method=scope["method"], path=scope["path"])
        except Exception:
            log.exception("request_failed", method=scope["method"], path=scope["path"])
            if status == 0:
                await edge.failure(500, "Internal Server Error")(scope, receive, observed)
        finally:
            self._done(request_id, edge.name, scope, status, time.perf_counter() - started)
            structlog.contextvars.unbind_contextvars("request_id")

    def _done(self, request_id: str, edge: str, scope: Scope, status: int, seconds: float) -> None:
        _counter(edge, status).inc()
        _histogram(edge).observe(seconds)
        if self._log_done is not None:
            self._log_done(request_id, scope["method"], scope["path"], status, round(seconds * 1000, 2))


@cache  # finding a child by its labels takes longer than counting
def _counter(edge: str, status: int) -> Counter:
    return REQUESTS.labels(edge, status)


@cache
def _histogram(edge: str) -> Histogram:
    return SECONDS.labels(edge)


def _refusal(scope: Scope) -> tuple[int, str] | None:
    headers: list[tuple[bytes, bytes]] = scope["headers"]
    if len(headers) > MAX_HEADERS or sum(len(n) + len(v) for n, v in headers) > MAX_HEADER_BYTES:
        return 431, "Request Header Fields Too Large"
    if len(scope.get("raw_path", b"")) + len(scope["query_string"]) > MAX_TARGET_BYTES:
        return 414, "URI Too Long"
    return None
