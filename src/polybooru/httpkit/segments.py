"""Routes found by the first part of their path.

With a hundred of them, to try one after the other takes longer than most answers do.
"""

from collections.abc import Sequence

from starlette.routing import BaseRoute, Route, Router, WebSocketRoute
from starlette.types import ASGIApp, Receive, Scope, Send


class BySegment:
    """As a router with these routes in this order, redirecting nothing.

    Those whose path begins with a parameter stand behind every first part, in their place.
    """

    def __init__(self, routes: Sequence[BaseRoute]) -> None:
        firsts = [_first(route) for route in routes]

        def router(segment: str | None) -> Router:
            found = [one for one, first in zip(routes, firsts, strict=True) if first in {segment, None}]
            # No redirects to paths without their slash: they would name whatever host the request named.
            return Router(found, redirect_slashes=False)

        self._by_first = {first: router(first) for first in {*firsts} if first is not None}
        self._rest: ASGIApp = router(None)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """The ASGI application."""
        segment = scope.get("path", "").split("/", 2)[1:2]
        await self._by_first.get(segment[0] if segment else "", self._rest)(scope, receive, send)


def _first(route: BaseRoute) -> str | None:
    """The first part of its path; None if that is a parameter, or if the route is of another kind."""
    if not isinstance(route, Route | WebSocketRoute):
        return None
    segment = route.path.split("/", 2)[1:2]
    return None if not segment or "{" in segment[0] else segment[0]
