"""Routes found by the beginning of their path.

With a hundred of them, to try one after the other takes longer than most answers do.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from starlette.routing import BaseRoute, Route, Router, WebSocketRoute
from starlette.types import ASGIApp, Receive, Scope, Send


class BySegment:
    """As a router with these routes in this order, redirecting nothing.

    A path that one route names as a whole is looked up at once. Of others it is part after part, as far as
    routes name them; a route whose path goes on with a parameter stands behind every part from there on, in
    its place. missing: answers what no route is for.
    """

    def __init__(self, routes: Sequence[BaseRoute], missing: ASGIApp | None = None) -> None:
        self._whole = _whole(routes)
        self._root = _crossing([(route, _named(route)) for route in routes], 0, missing)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """The ASGI application."""
        path = scope.get("path", "")
        route = self._whole.get(path)
        if route is not None and scope["type"] == "http" and _takes(route, scope["method"]):
            scope["endpoint"], scope["path_params"] = route.endpoint, {}
            await route.app(scope, receive, send)
            return
        found, parts, depth = self._root, path.split("/"), 1
        while isinstance(found, _Crossing):
            # Where a path ends nothing further is named; it may still be a route's whole.
            part = parts[depth] if depth < len(parts) else None
            found = found.ways.get(part, found.else_)
            depth += 1
        await found(scope, receive, send)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Crossing:
    """Where paths part. ways: by the next part. else_: for whatever is not named here."""

    ways: "Mapping[str | None, _Crossing | ASGIApp]"
    else_: ASGIApp


@dataclass(frozen=True, slots=True, kw_only=True)
class _Named:
    """The parts that a path begins with. is_whole: whether there is nothing behind them."""

    parts: Sequence[str]
    is_whole: bool

    def goes_by(self, depth: int, part: str) -> bool:
        """Whether the route may answer a path that has this part there, as far as that is known."""
        if depth < len(self.parts):
            return self.parts[depth] == part
        return not self.is_whole


def _crossing(
    routes: Sequence[tuple[BaseRoute, _Named]], depth: int, missing: ASGIApp | None
) -> "_Crossing | ASGIApp":
    parts = {named.parts[depth] for _, named in routes if depth < len(named.parts)}
    if not parts:
        # No redirects to paths without their slash: they would name whatever host the request named.
        return Router([route for route, _ in routes], redirect_slashes=False, default=missing)
    rest = [route for route, named in routes if depth >= len(named.parts)]
    return _Crossing(
        ways={
            part: _crossing([one for one in routes if one[1].goes_by(depth, part)], depth + 1, missing)
            for part in parts
        },
        else_=Router(rest, redirect_slashes=False, default=missing),
    )


def _whole(routes: Sequence[BaseRoute]) -> dict[str, Route]:
    """Routes without parameters in front of all others that fit their path, by that path."""
    known = [route for route in routes if isinstance(route, Route | WebSocketRoute)]
    if len(known) < len(routes):  # who knows what others answer
        return {}
    found: dict[str, Route] = {}
    for route in known:
        if isinstance(route, Route) and "{" not in route.path:
            first = next(other for other in known if other.path_regex.match(route.path))
            if first is route:
                found[route.path] = route
    return found


def _takes(route: Route, method: str) -> bool:
    """Whether it answers this method; another it leaves to those behind it."""
    return route.methods is None or method in route.methods


def _named(route: BaseRoute) -> _Named:
    """What a route's path names before its first parameter; nothing of one of another kind."""
    if not isinstance(route, Route | WebSocketRoute):
        return _Named(parts=(), is_whole=False)
    parts = route.path.split("/")[1:]
    first = next((at for at, part in enumerate(parts) if "{" in part), None)
    return _Named(parts=parts[:first], is_whole=first is None)
