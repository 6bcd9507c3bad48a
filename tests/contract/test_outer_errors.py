"""What no handler gets to see is refused in the words of the dialect that was asked, on any host."""

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest
from starlette.testclient import TestClient
from tests.boards import UNLIMITED
from tests.contract.conftest import LOOPBACK
from tests.contract.raw import Answer, ask
from tests.contract.worlds import World

from polybooru.application import application
from polybooru.httpkit.segments import BySegment
from polybooru.settings import YiffyHostSettings

HOSTS = replace(
    UNLIMITED,
    waifu=replace(UNLIMITED.waifu, hosts=("waifu.example",)),
    nekos=replace(UNLIMITED.nekos, prefix="/api/nekos", hosts=("nekos.example:8443",)),
    yiffy=replace(
        UNLIMITED.yiffy, hosts=YiffyHostSettings(images="v2.example", media="m.example", short="s.example")
    ),
)
MAIN = "board.example"
ASKED = [
    ("philomena", MAIN, "/api/v1/json/images/1"),
    ("philomena", MAIN, "/autocomplete/tags"),
    ("philomena", MAIN, "/fetch"),
    ("waifu", MAIN, "/waifu/search"),
    ("waifu", MAIN, "/waifu/cdn/1.png"),
    ("waifu", "waifu.example", "/api/v1/json/images/1"),
    ("yiffy", MAIN, "/yiffy/V2/animals/birb"),
    ("yiffy", MAIN, "/yiffrest/animals/birb"),
    ("yiffy", "v2.example", "/waifu/search"),
    ("yiffy", "s.example", "/healthz"),
    ("nekos", MAIN, "/api/nekos/api/image"),
    ("nekos", MAIN, "/api/nekos"),
    ("nekos", "nekos.example:8443", "/img/1"),
    ("files", MAIN, "/img/1"),
    ("ops", MAIN, "/healthz"),
    ("ops", MAIN, "/openapi/waifu.json"),
    ("other", MAIN, "/"),
    ("other", MAIN, "/nothing/here"),
]
PHRASES = {
    404: "Not Found",
    414: "URI Too Long",
    431: "Request Header Fields Too Large",
    500: "Internal Server Error",
}
YIFFY = {
    404: (1024, "Unknown api route."),
    414: (0, "URI Too Long"),
    431: (0, "Request Header Fields Too Large"),
    500: (0, "There was an internal error while attempting to perform that action."),
}


def body_of(edge: str, status: int) -> Any:
    phrase = PHRASES[status]
    match edge:
        case "philomena":
            return {"error": "Internal Error" if status == 500 else phrase}
        case "waifu":
            return {"detail": phrase}
        case "nekos":
            return {"code": status, "message": phrase, "success": False}
        case "yiffy":
            code, text = YIFFY[status]
            return {"success": False, "error": text, "code": code, "message": text}
        case _:
            return {"error": phrase}


HEADERS = {
    "philomena": {"access-control-allow-origin": "*", "cache-control": "no-store, no-cache"},
    "waifu": {"access-control-allow-origin": "*", "version": "v5"},
    "nekos": {"access-control-allow-origin": "*", "cache-control": "no-store"},
    "yiffy": {"access-control-allow-origin": "*", "x-content-type-options": "nosniff"},
}


@pytest.fixture(scope="module")
def client(world: World) -> Iterator[TestClient]:
    settings = replace(world.opened.settings, dialect=HOSTS)
    app = application(world.opened.board, settings)
    with TestClient(app, follow_redirects=False, client=LOOPBACK) as asking:
        yield asking


def counted(client: TestClient, edge: str, status: int) -> float:
    line = f'polybooru_requests_total{{edge="{edge}",status="{status}"}} '
    text: str = client.get("/metrics").text
    return next((float(one.removeprefix(line)) for one in text.splitlines() if one.startswith(line)), 0.0)


def check(client: TestClient, edge: str, status: int, ask: Callable[[], Answer]) -> None:
    before = counted(client, edge, status)
    answer = ask()
    assert (answer.status, json.loads(answer.body)) == (status, body_of(edge, status))
    assert answer.headers["content-type"].startswith("application/json")
    assert HEADERS.get(edge, {}).items() <= answer.headers.items()
    assert len(answer.headers["x-request-id"]) == 16
    assert counted(client, edge, status) == before + 1


@pytest.mark.parametrize(("edge", "host", "path"), ASKED)
def test_what_is_too_long_is_refused_in_the_words_of_who_was_asked(
    client: TestClient, edge: str, host: str, path: str
) -> None:
    long = f"{path}?x={'a' * 66_000}".encode()
    check(client, edge, 414, lambda: ask(client, long, host=host))
    many = [(b"x", b"y")] * 120
    check(client, edge, 431, lambda: ask(client, path.encode(), host=host, headers=many))


@pytest.mark.parametrize(("edge", "host", "path"), ASKED)
def test_a_bug_is_told_in_the_words_of_who_was_asked(
    client: TestClient, monkeypatch: pytest.MonkeyPatch, edge: str, host: str, path: str
) -> None:
    def broken() -> Answer:
        with monkeypatch.context() as patched:
            patched.setattr(BySegment, "__call__", None)  # what every edge finds its routes by
            return ask(client, path.encode(), host=host)

    check(client, edge, 500, broken)


@pytest.mark.parametrize(
    ("edge", "host", "path"),
    [
        ("philomena", MAIN, "/api/v1"),
        ("other", MAIN, "/api"),
        ("waifu", MAIN, "/waifu/nothing"),
        ("waifu", "waifu.example", "/nothing"),
        ("nekos", MAIN, "/api/nekos/nothing"),
        ("nekos", "nekos.example:8443", "/api.json"),
        ("files", MAIN, "/img"),
        ("ops", MAIN, "/docs/nothing"),
        ("other", MAIN, "/nothing"),
    ],
)
def test_a_path_that_nothing_is_for_is_told_in_the_words_of_who_was_asked(
    client: TestClient, edge: str, host: str, path: str
) -> None:
    check(client, edge, 404, lambda: ask(client, path.encode(), host=host))


@pytest.mark.parametrize(("host", "path"), [(MAIN, "/yiffy/media/x.png"), ("m.example", "/x.png")])
def test_other_methods_of_media_files_are_unknown_routes(client: TestClient, host: str, path: str) -> None:
    answer = client.put(path, headers={"host": host})
    assert (answer.status_code, answer.json()["code"]) == (404, 1024)
