"""Which part of the application answers: by the host that is asked, then by the beginning of the path."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from os.path import commonpath
from typing import TypeAlias

import msgspec
from starlette.responses import Response
from starlette.routing import BaseRoute, Route, WebSocketRoute
from starlette.types import ASGIApp, Receive, Scope, Send
from starlette.websockets import WebSocketClose

from polybooru.httpkit.segments import BySegment

Failure: TypeAlias = Callable[[int, str], Response]
"""An answer by its status and the phrase of it, where there is no more to say: 404, 414, 431, 500."""


def plain_failure(status: int, phrase: str) -> Response:
    """`{"error": "Not Found"}`."""
    return Response(msgspec.json.encode({"error": phrase}), status, media_type="application/json")


@dataclass(frozen=True, slots=True, kw_only=True)
class Edge:
    """A part of the application with words of its own.

    name: in metrics. routes: on the main host. hosts: routes on hosts of its own, by name, with the port
    where it is to count. failure: for requests that none of them is for, or gets to see, or that one failed.
    """

    name: str
    routes: Sequence[BaseRoute] = ()
    hosts: Mapping[str, Sequence[BaseRoute]] = field(default_factory=dict[str, Sequence[BaseRoute]])
    failure: Failure = plain_failure


class Edges:
    """All parts of an application. rest: answers whatever is none of the others' business.

    Two may share the first part of a path (`/api/v1/json`, `/api/waifu`); then whoever has the longer
    beginning of it in all its routes answers.
    """

    def __init__(self, edges: Sequence[Edge], rest: Edge) -> None:
        self._own = {
            host.lower(): (edge, _answering(edge, routes))
            for edge in edges
            for host, routes in edge.hosts.items()
        }
        self._rest = (rest, _answering(rest, rest.routes))
        by_first: dict[str, list[tuple[str, Edge, ASGIApp]]] = {}
        for edge in edges:
            heads, app = [_head(route) for route in edge.routes], _answering(edge, edge.routes)
            for first in {_first(head) for head in heads}:
                base = commonpath([head for head in heads if _first(head) == first])
                by_first.setdefault(first, []).append((base, edge, app))
        self._alone = {first: found[0][1:] for first, found in by_first.items() if len(found) == 1}
        self._shared = {
            first: sorted(found, key=lambda one: -len(one[0]))
            for first, found in by_first.items()
            if len(found) > 1
        }

    def find(self, scope: Scope) -> tuple[Edge, ASGIApp]:
        """Whose a request is, and what answers it."""
        if self._own and (found := self._own_host(scope)) is not None:
            return found
        path: str = scope.get("path", "")
        first = _first(path)
        found = self._alone.get(first)
        if found is not None:
            return found
        for base, edge, app in self._shared.get(first, ()):
            if path == base or path.startswith(f"{base}/"):
                return edge, app
        return self._rest

    def _own_host(self, scope: Scope) -> tuple[Edge, ASGIApp] | None:
        named = next((value for name, value in scope.get("headers", ()) if name == b"host"), b"")
        host = named.decode("latin-1").lower()
        return self._own.get(host) or self._own.get(host.rpartition(":")[0])


def _first(path: str) -> str:
    return path.partition("/")[2].partition("/")[0]


def _head(route: BaseRoute) -> str:
    """The parts of its path in front of the first parameter. Raises ValueError for none."""
    head, brace, _ = route.path.partition("{") if isinstance(route, Route | WebSocketRoute) else ("", "", "")
    if brace:
        head = head.rpartition("/")[0]
    if not head:
        message = f"{route!r} would stand in front of everything: it belongs to the rest"
        raise ValueError(message)
    return head


def _answering(edge: Edge, routes: Sequence[BaseRoute]) -> ASGIApp:
    async def missing(scope: Scope, receive: Receive, send: Send) -> None:
        answer = edge.failure(404, "Not Found") if scope["type"] == "http" else WebSocketClose()
        await answer(scope, receive, send)

    return BySegment(routes, missing)
