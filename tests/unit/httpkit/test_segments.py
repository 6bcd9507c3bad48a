"""Routes are found by the first part of their path as they would be one after the other."""

import pytest
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route, Router, WebSocketRoute
from starlette.testclient import TestClient
from starlette.types import ASGIApp
from starlette.websockets import WebSocket

from polybooru.httpkit.segments import BySegment


def route(path: str, methods: list[str] | None = None) -> Route:
    async def answer(request: Request) -> Response:
        return PlainTextResponse(f"{path} {request.path_params}")

    return Route(path, answer, methods=methods)


async def talk(socket: WebSocket) -> None:
    await socket.accept()
    await socket.send_text("hello")
    await socket.close()


ROUTES = [
    route("/api/{rest:path}"),
    route("/images/{id:int}"),
    route("/{id:int}"),
    route("/images/{name}"),
    route("/"),
    WebSocketRoute("/socket", talk),
    route("/{first}/{second}"),
    route("/img{id}"),
    route("/post", methods=["POST"]),
]
PATHS = (
    *("/", "", "/api/", "/api/x/y", "/api", "/images/7", "/images/x", "/images", "/7", "/x", "/a/b", "/img7"),
    *("/post", "/post/", "//", "//api/x", "/%61pi/x", "/socket"),
)


def by_segment() -> ASGIApp:
    return BySegment(ROUTES)


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_the_same_route_answers(path: str, method: str) -> None:
    expected = TestClient(Router(ROUTES, redirect_slashes=False)).request(method, f"http://host{path}")
    answer = TestClient(by_segment()).request(method, f"http://host{path}")
    assert (answer.status_code, answer.text) == (expected.status_code, expected.text)


def test_sockets_are_found_too() -> None:
    with TestClient(by_segment()).websocket_connect("/socket") as socket:
        assert socket.receive_text() == "hello"
