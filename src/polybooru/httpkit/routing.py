"""Route tables: each edge lists its endpoints as values.

Routing and the contract checklist are made from them.
"""

from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from typing import TypeAlias

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

Handler: TypeAlias = Callable[[Request], Awaitable[Response]]


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One line of a route table. GET answers HEAD too; `path` is in Starlette's form."""

    method: str
    path: str
    handler: Handler


def routes(endpoints: Iterable[Endpoint], *, wrap: Callable[[Handler], Handler]) -> list[Route]:
    """Starlette's routes, in the order of the table.

    wrap: puts the edge's error answers around each handler.
    A path with several methods becomes one route: Starlette would answer the second with 405.
    """
    by_path: dict[str, dict[str, Handler]] = {}
    for endpoint in endpoints:
        by_path.setdefault(endpoint.path, {})[endpoint.method] = wrap(endpoint.handler)
    return [Route(path, _by_method(found), methods=sorted(found)) for path, found in by_path.items()]


def _by_method(handlers: dict[str, Handler]) -> Handler:
    if len(handlers) == 1:
        return next(iter(handlers.values()))

    async def choose(request: Request) -> Response:
        method = "GET" if request.method == "HEAD" else request.method
        return await handlers[method](request)

    return choose
