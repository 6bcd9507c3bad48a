"""Hosts of their own: the name that a request is sent to decides which application answers it."""

from collections.abc import Mapping

from starlette.types import ASGIApp, Receive, Scope, Send


class ByHost:
    """Sends what is asked of a host of its own to that host's application, everything else to the main one.

    own: by host name in lower case, with the port where it is to count.
    """

    def __init__(self, main: ASGIApp, own: Mapping[str, ASGIApp]) -> None:
        self._main = main
        self._own = {host.lower(): app for host, app in own.items()}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """The ASGI application."""
        await self._chosen(scope)(scope, receive, send)

    def _chosen(self, scope: Scope) -> ASGIApp:
        named = next((value for name, value in scope.get("headers", ()) if name == b"host"), b"")
        host = named.decode("latin-1").lower()
        return self._own.get(host) or self._own.get(host.rpartition(":")[0]) or self._main
