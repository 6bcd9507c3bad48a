"""Routes are found by the beginning of their path as they would be one after the other."""

import pytest
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route, Router, WebSocketRoute
from starlette.testclient import TestClient
from starlette.types import ASGIApp, Receive, Scope, Send
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


class AnyMethod:
    """An application behind a route: it takes every method."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await PlainTextResponse(f"any method {scope['path_params']}")(scope, receive, send)


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
    Route("/any/method", AnyMethod()),
    route("/any/{rest:path}"),
    route("/deep/er/still"),
    route("/deep/er/still", methods=["POST"]),
    route("/deep/{rest:path}"),
    route("/deep/er"),
    route("/deep/er/"),
    route("/deep/er/{id}.json"),
    route("/deeper/{id}/still"),
    route("/deeper/er/{id}"),
]
PATHS = (
    *("/", "", "/api/", "/api/x/y", "/api", "/images/7", "/images/x", "/images", "/7", "/x", "/a/b", "/img7"),
    *("/any/method", "/any/method/", "/any/other", "/any"),
    *("/post", "/post/", "//", "//api/x", "/%61pi/x", "/socket"),
    *(
        "/deep",
        "/deep/",
        "/deep/x",
        "/deep/er",
        "/deep/er/",
        "/deep/er/still",
        "/deep/er/still/",
        "/deep//er",
    ),
    *("/deep/er/7.json", "/deep/er/7", "/deeper/er/still", "/deeper/x/still", "/deeper/er/x", "/deeper/er"),
    *("/deep/%65r/still", "/deep%2Fer/still", "/api/x/", "/images/7/", "/deep/er/still/x"),
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
