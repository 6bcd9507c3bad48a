"""The checklist: every route, every kind of caller, every error of the library; and the OpenAPI document."""

import re

import jsonschema_rs
import msgspec
import pytest
from starlette.testclient import TestClient
from tests.contract.conformance import conforms
from tests.contract.conftest import LOOPBACK
from tests.contract.philomena.test_routes import leaf_errors, made
from tests.contract.raw import ask
from tests.contract.waifu.conftest import Kiosk

from polybooru.api.waifu import answers
from polybooru.api.waifu.routes import Options, Waifu
from polybooru.httpkit.documents import DocumentCache
from polybooru.library import errors
from polybooru.settings import WaifuSettings

IMAGE = {"image_id": 10**9}
NO_TOKEN = {"anybody": 401, "unknown": 401, "banned": 403, "alice": 404, "reader": 404, "admin": 404}
WRITING = NO_TOKEN | {"reader": 403}
CHECKLIST = {
    ("GET", "/search"): dict.fromkeys(NO_TOKEN, 200),
    ("GET", "/tags"): dict.fromkeys(NO_TOKEN, 200),
    ("GET", "/fav"): NO_TOKEN,
    ("POST", "/fav/insert"): WRITING,
    ("POST", "/fav/delete"): WRITING,
    ("DELETE", "/fav/delete"): WRITING,
    ("POST", "/fav/toggle"): WRITING,
    ("POST", "/report"): WRITING,
}
"""What each caller gets, of an image that does not exist and of a list that is empty."""


@pytest.fixture(scope="module")
def callers(kiosk: Kiosk) -> dict[str, str | None]:
    fresh, admin = kiosk.newcomer(), "admin"
    return {
        "anybody": None,
        "unknown": "x" * 171,
        "banned": "banned",
        "alice": fresh,
        "reader": kiosk.newcomer("read"),
        "admin": admin,
    }


def test_the_checklist_is_the_route_table(kiosk: Kiosk) -> None:
    dialect = Waifu(kiosk.opened.board, DocumentCache(0), Options())
    assert {(endpoint.method, endpoint.path) for endpoint in dialect.endpoints()} == CHECKLIST.keys()


@pytest.mark.parametrize(("method", "path"), CHECKLIST)
@pytest.mark.parametrize("end", ["", "/"])
def test_each_caller_gets_what_the_checklist_says(
    kiosk: Kiosk, callers: dict[str, str | None], method: str, path: str, end: str
) -> None:
    body = {} if method == "GET" else {"json": IMAGE}
    told = {
        who: kiosk.ask(method, f"{path}{end}", token, **body).status_code for who, token in callers.items()
    }
    assert told == CHECKLIST[method, path]


@pytest.mark.parametrize("path", ["/search", "/fav", "/tags", "/nope", "/fav/insert"])
def test_browsers_of_every_origin_may_ask(kiosk: Kiosk, path: str) -> None:
    headers = {"origin": "https://elsewhere.example", "access-control-request-method": "POST"}
    for method in ("OPTIONS", "GET", "POST"):
        answer = kiosk.ask(method, path, headers=headers)
        assert answer.headers["access-control-allow-origin"] == "*"
        assert "access-control-allow-credentials" not in answer.headers
        for allowed in ("GET", "HEAD", "PUT", "PATCH", "POST", "DELETE", "OPTIONS"):
            assert allowed in answer.headers["access-control-allow-methods"]
        for allowed in ("Accept-Version", "Authorization", "Content-Type"):
            assert allowed in answer.headers["access-control-allow-headers"]
    if path != "/nope":
        preflight = kiosk.ask("OPTIONS", path, headers=headers)
        assert (preflight.status_code, preflight.content) == (204, b"")


def test_head_is_get_without_a_body(kiosk: Kiosk) -> None:
    head, get = kiosk.ask("HEAD", "/tags"), kiosk.ask("GET", "/tags")
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["content-length"] == get.headers["content-length"]


@pytest.mark.parametrize("kind", sorted(leaf_errors(errors), key=str))
def test_every_error_of_the_library_has_an_answer(kind: type[errors.BooruError]) -> None:
    answer = answers.answer_to(made(kind))
    assert 400 <= answer.status_code < 600
    assert bytes(answer.body).startswith(b'{"detail":"')


def test_a_bug_is_500_with_a_detail(kiosk: Kiosk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("polybooru.api.waifu.handlers.searches.present.tag_names", None)
    answer = kiosk.ask("GET", "/tags")
    assert (answer.status_code, answer.json()) == (500, {"detail": "Internal Server Error"})


def test_a_request_line_that_is_too_long_is_414(kiosk: Kiosk) -> None:
    answer = ask(kiosk.client, b"/waifu/search?width=>" + b"9" * 66_000)
    assert answer.status == 414
    assert msgspec.json.decode(answer.body)["detail"] == "URI Too Long"
    longest = ask(kiosk.client, b"/waifu/search?width=!=" + b"9" * 65_000)
    assert longest.status == 200
    many = kiosk.ask("GET", f"/search?{'&'.join(['gif=null'] * 1_200)}")
    assert (many.status_code, many.json()["detail"][:13]) == (400, "Bad Request: ")


def test_raw_operators_are_read(kiosk: Kiosk) -> None:
    """As .NET sends them; `TestClient` would quote them."""
    answer = ask(kiosk.client, b"/waifu/search?height=>=2304&width=!=5&byte_size=<9999999")
    assert answer.status == 200
    assert b'"height":230' in answer.body


def test_a_host_of_its_own_has_the_routes_at_its_root(kiosk: Kiosk, limited) -> None:
    settings = WaifuSettings(
        rate_limit=False,
        hosts=("waifu.example",),
        cdn_url="https://cdn.example/",
        site_url="https://www.example",
    )
    main = limited(settings)
    own = TestClient(main.app, base_url="https://waifu.example", follow_redirects=False, client=LOOPBACK)
    [image] = own.get(f"/search/?included_files={kiosk.images['portrait']}").json()["images"]
    assert image["url"] == f"https://cdn.example/{image['image_id']}.png"
    assert image["preview_url"] == f"https://www.example/preview/{image['image_id']}/"
    assert own.get("/waifu/search").json() == {"detail": "Not Found"}
    assert own.get("/").json() == {"detail": "Not Found"} == own.get("/images/1").json()
    page = own.get(f"/preview/{image['image_id']}/")
    assert (page.status_code, page.headers["location"]) == (
        302,
        f"https://board.example/images/{image['image_id']}",
    )
    assert main.get("/waifu/search").status_code == 200


def test_the_dialect_can_be_switched_off_and_moved(limited) -> None:
    assert limited(WaifuSettings(enabled=False)).get("/waifu/search").status_code == 404
    moved = limited(WaifuSettings(prefix="/w/5", rate_limit=False))
    assert moved.get("/w/5/search").json()["images"][0]["url"].startswith("https://board.example/w/5/cdn/")
    assert moved.get("/waifu/search").status_code == 404


def test_every_route_is_described(kiosk: Kiosk) -> None:
    document = kiosk.client.get("/openapi/waifu.json").json()
    assert document["servers"] == [{"url": "https://board.example/waifu"}]
    described = {
        (method.upper(), path) for path, operations in document["paths"].items() for method in operations
    }
    assert described == CHECKLIST.keys()
    for schema in document["components"]["schemas"].values():
        jsonschema_rs.meta.validate({"$schema": "https://json-schema.org/draft/2020-12/schema", **schema})
        for reference in re.findall(r"#/components/schemas/(\w+)", str(schema)):
            assert reference in document["components"]["schemas"]
    assert kiosk.client.get("/docs/api/waifu").status_code == 200


@pytest.mark.slow
def test_generated_requests_are_answered_as_the_document_says(kiosk: Kiosk) -> None:
    headers = {"authorization": f"Bearer {kiosk.tokens[kiosk.newcomer()]}"}
    assert conforms(kiosk.opened.application(), "waifu", examples=60, headers=headers) >= 7 * 60
