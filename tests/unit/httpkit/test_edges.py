"""Who answers a request: by its host, then by the beginning of its path."""

import pytest
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Mount, Route, WebSocketRoute
from starlette.testclient import TestClient
from starlette.types import Receive, Scope, Send
from starlette.websockets import WebSocket, WebSocketDisconnect

from polybooru.httpkit.edges import Edge, Edges, plain_failure


def route(path: str, methods: list[str] | None = None) -> Route:
    async def answer(request: Request) -> Response:
        return PlainTextResponse(f"{path} {request.path_params}")

    return Route(path, answer, methods=methods)


def failure(status: int, phrase: str) -> Response:
    return PlainTextResponse(f"animals: {phrase}", status)


async def talk(socket: WebSocket) -> None:
    await socket.accept()
    await socket.send_text("hello")
    await socket.close()


ANIMALS = [
    *(route("/api/v1/{id:int}"), route("/api/v1/{name}"), route("/api/feed"), route("/animals/{rest:path}")),
    *(route("/post", methods=["POST"]), WebSocketRoute("/socket", talk)),
]
EDGES = Edges(
    [
        Edge(name="animals", routes=ANIMALS, failure=failure),
        Edge(name="plants", routes=[route("/api/plants"), route("/api/plants/{rest:path}")]),
        Edge(
            name="stones",
            routes=[route("/stones/{id}")],
            hosts={"Api.example": [route("/{id}")], "api.example:8080": [route("/")]},
        ),
    ],
    Edge(name="other", routes=[route("/"), route("/{id:int}")]),
)


async def app(scope: Scope, receive: Receive, send: Send) -> None:
    edge, found = EDGES.find(scope)
    if scope["type"] == "http":
        scope["path_params"] = {}
    scope["state"] = {"edge": edge.name}
    await found(scope, receive, send)


def named(path: str, host: str = "host") -> str:
    headers = [(b"host", host.encode())] if host else []
    return EDGES.find({"type": "http", "path": path, "headers": headers})[0].name


@pytest.mark.parametrize(
    ("path", "name", "text"),
    [
        ("/api/v1/7", "animals", "/api/v1/{id:int} {'id': 7}"),
        ("/api/v1/fox", "animals", "/api/v1/{name} {'name': 'fox'}"),
        ("/api/feed", "animals", "/api/feed {}"),
        ("/api/plants", "plants", "/api/plants {}"),
        ("/api/plants/v1/7", "plants", "/api/plants/{rest:path} {'rest': 'v1/7'}"),
        ("/animals/a/b", "animals", "/animals/{rest:path} {'rest': 'a/b'}"),
        ("/stones/x", "stones", "/stones/{id} {'id': 'x'}"),
        ("/", "other", "/ {}"),
        ("/7", "other", "/{id:int} {'id': 7}"),
    ],
)
def test_the_beginning_of_a_path_decides_who_answers(path: str, name: str, text: str) -> None:
    assert named(path) == name
    answer = TestClient(app).get(path)
    assert (answer.status_code, answer.text) == (200, text)


@pytest.mark.parametrize(
    ("path", "name", "text"),
    [
        ("/animals", "animals", "animals: Not Found"),
        ("/api/v1/", "animals", "animals: Not Found"),
        ("/api", "animals", "animals: Not Found"),
        ("/api/plantsandmore", "animals", "animals: Not Found"),
        ("/stones/x/y", "stones", '{"error":"Not Found"}'),
        ("/nobody", "other", '{"error":"Not Found"}'),
        ("//api/feed", "other", '{"error":"Not Found"}'),
    ],
)
def test_what_no_route_is_for_is_answered_in_the_words_of_who_was_asked(
    path: str, name: str, text: str
) -> None:
    assert named(path) == name
    answer = TestClient(app).get(f"http://host{path}")
    assert (answer.status_code, answer.text) == (404, text)


def test_a_method_that_a_route_does_not_know_is_405() -> None:
    assert TestClient(app).get("/post").status_code == 405
    assert TestClient(app).post("/post").text == "/post {}"


def test_paths_are_not_redirected_to_their_slash() -> None:
    for path in ("/api/feed/", "/post/", "/animals"):
        assert TestClient(app, follow_redirects=False).get(path).status_code == 404


@pytest.mark.parametrize(
    ("host", "text"),
    [
        ("api.example", "/{id} {'id': '7'}"),
        ("API.EXAMPLE", "/{id} {'id': '7'}"),
        ("api.example:443", "/{id} {'id': '7'}"),
        ("api.example:8080", '{"error":"Not Found"}'),
        ("board.example", "/{id:int} {'id': 7}"),
        ("api.example.org", "/{id:int} {'id': 7}"),
        ("", "/{id:int} {'id': 7}"),
    ],
)
def test_the_host_decides_first(host: str, text: str) -> None:
    assert TestClient(app).get("/7", headers={"host": host}).text == text
    assert named("/7", host) == ("stones" if host.lower().split(":")[0] == "api.example" else "other")
    assert named("/animals/x", "api.example") == "stones"


def test_sockets_are_found_too_and_closed_where_there_is_none() -> None:
    with TestClient(app).websocket_connect("/socket") as socket:
        assert socket.receive_text() == "hello"
    for path in ("/animals/x", "/nobody"):
        with pytest.raises(WebSocketDisconnect), TestClient(app).websocket_connect(path):
            pass


def test_a_request_without_a_path_is_nobodys() -> None:
    assert EDGES.find({"type": "lifespan"})[0].name == "other"


@pytest.mark.parametrize("found", [Mount("/x", routes=[]), route("/{id}"), route("/x{id}")])
def test_a_route_that_begins_with_a_parameter_belongs_to_the_rest(found: BaseRoute) -> None:
    with pytest.raises(ValueError, match="belongs to the rest"):
        Edges([Edge(name="x", routes=[found])], Edge(name="other"))


def test_a_plain_failure_is_json() -> None:
    answer = plain_failure(414, "URI Too Long")
    assert (answer.status_code, bytes(answer.body)) == (414, b'{"error":"URI Too Long"}')
    assert answer.headers["content-type"].startswith("application/json")
