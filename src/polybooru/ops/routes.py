"""`/healthz` (the process is up), `/readyz` (database, storage, index answer), `/metrics` (loopback only)."""

import ipaddress

from anyio import to_thread
from prometheus_client import CONTENT_TYPE_LATEST, Gauge, generate_latest
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from polybooru.library.board import Board
from polybooru.library.health import faults

IMAGES = Gauge("polybooru_images", "Images in the index, hidden ones too")
APPLIED = Gauge("polybooru_applied_change_number", "Change number up to which the index is true")


class Ops:
    """Operation of one board."""

    def __init__(self, board: Board) -> None:
        self._board = board

    def routes(self) -> list[Route]:
        """For Starlette."""
        return [
            Route("/healthz", self.healthz),
            Route("/readyz", self.readyz),
            Route("/metrics", self.metrics),
        ]

    async def healthz(self, _: Request) -> Response:
        """The process answers."""
        return PlainTextResponse("ok")

    async def readyz(self, _: Request) -> Response:
        """Everything that a request may need answers; names the parts that do not."""
        found = await to_thread.run_sync(faults, self._board.library)
        return JSONResponse({"ready": not found, "faults": found}, 503 if found else 200)

    async def metrics(self, request: Request) -> Response:
        """Prometheus' text form."""
        if not _is_loopback(request):
            return PlainTextResponse("Not Found", 404)
        IMAGES.set(len(self._board.library.replica.index))
        APPLIED.set(self._board.library.replica.applied)
        return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)


def _is_loopback(request: Request) -> bool:
    # Behind a proxy every peer is local, so a forwarded request is never taken for one of the operator's own.
    if request.client is None or "x-forwarded-for" in request.headers or "forwarded" in request.headers:
        return False
    try:
        return ipaddress.ip_address(request.client.host).is_loopback
    except ValueError:
        return False
