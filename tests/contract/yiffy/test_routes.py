"""Every route by every kind of key, and the order in which the checks stand."""

from collections.abc import Callable
from typing import Any

import pytest
from tests.contract.yiffy.conftest import IMG, MEDIA, ORIGIN, SHT, SITE, THM, TMEDIA, Yiffy

from polybooru.api.yiffy.options import Options
from polybooru.api.yiffy.routes import Yiffy as Dialect
from polybooru.httpkit.documents import DocumentCache

OPEN = {"": 200, "plain": 200, "unknown": 200, "inactive": 200, "disabled": 200, "no images": 200}
IMAGES = {
    "": 0, "plain": 0, "bulk": 0, "sfw": 0, "no thumbs": 0, "no shortener": 0, "reader": 0, "unlimited": 0,
    "no images": 1022, "unknown": 1010, "inactive": 1011, "disabled": 1012,
}  # fmt: skip
BULK = IMAGES | {
    "": 1013,
    "plain": 1022,
    "no thumbs": 1022,
    "no shortener": 1022,
    "reader": 1022,
    "unlimited": 1022,
}
THUMBS = IMAGES | {"": 1013, "no images": 0, "no thumbs": 1022}
SHORTENER = IMAGES | {"": 1013, "no images": 0, "no shortener": 1022}
CHANGES = SHORTENER | {"reader": 1022}
FOLLOW = dict.fromkeys(IMAGES, 0)
STATUS = dict.fromkeys(IMAGES, 0) | {"unknown": 1010}
ROUTES: dict[tuple[str, str], dict[str, int]] = {
    ("GET", f"{IMG}/online"): OPEN,
    ("GET", f"{IMG}/robots.txt"): OPEN,
    ("GET", f"{IMG}/state"): OPEN,
    ("GET", f"{IMG}/categories"): IMAGES,
    ("GET", f"{IMG}/categories/{{db:rest}}"): IMAGES,
    ("GET", f"{IMG}/images/{{id:rest}}"): IMAGES,
    ("POST", f"{IMG}/bulk"): BULK,
    ("GET", f"{IMG}/stats"): IMAGES,
    ("GET", f"{IMG}/{{category:rest}}"): IMAGES,
    ("GET", f"{THM}/online"): OPEN,
    ("GET", f"{THM}/check/{{md5}}/{{type}}"): THUMBS,
    ("GET", f"{THM}/{{id}}"): THUMBS,
    ("PUT", f"{THM}/{{id}}/{{type}}"): THUMBS,
    ("GET", f"{SHT}/"): FOLLOW,
    ("GET", f"{SHT}/online"): OPEN,
    ("GET", f"{SHT}/robots.txt"): OPEN,
    ("POST", f"{SHT}/create"): CHANGES,
    ("POST", f"{SHT}/delete"): CHANGES,
    ("GET", f"{SHT}/{{code:rest}}"): FOLLOW,
    ("PATCH", f"{SHT}/{{code:rest}}"): CHANGES,
    ("DELETE", f"{SHT}/{{code:rest}}"): CHANGES,
    ("GET", f"{MEDIA}/{{name:rest}}"): OPEN,
    ("GET", f"{TMEDIA}/{{name:rest}}"): OPEN,
    ("GET", f"{SITE}/online"): OPEN,
    ("GET", f"{SITE}/status"): STATUS,
    ("GET", f"{SITE}/V1/{{rest:rest}}"): OPEN,
}
"""Which code each key meets; 0 and 200 for none."""
CELLS = [(*route, key, code) for route, by_key in ROUTES.items() for key, code in by_key.items()]


def dialect(yiffy: Yiffy) -> Dialect:
    return Dialect(yiffy.opened.board, DocumentCache(0), Options())


def test_the_checklist_is_the_route_table(yiffy: Yiffy) -> None:
    assert {(one.method, one.path) for one in dialect(yiffy).endpoints()} == ROUTES.keys()


def ask(yiffy: Yiffy, method: str, path: str, key: str) -> Any:
    md5 = yiffy.md5(yiffy.birds[0])
    concrete = path.replace("{category:rest}", "animals/birb").replace("{code:rest}", "nothing")
    for name, value in {
        "{db:rest}": "animals.birb", "{id:rest}": md5, "{id}": md5, "{md5}": md5, "{type}": "jpg",
        "{name:rest}": f"{md5}.png", "{rest:rest}": "animals/birb",
    }.items():  # fmt: skip
        concrete = concrete.replace(name, value)
    body = {
        f"{IMG}/bulk": {"animals.birb": 1},
        f"{SHT}/create": {"url": "https://example.com/checklist"},
    }.get(path, {"managementCode": "x", "code": "nothing"})
    more = {"json": body} if method in {"POST", "PATCH", "DELETE"} else {}
    return yiffy.ask(method, concrete, key, **more)


@pytest.mark.parametrize(("method", "path", "key", "code"), CELLS)
def test_each_key_opens_what_it_should(yiffy: Yiffy, method: str, path: str, key: str, code: int) -> None:
    answer = ask(yiffy, method, path, key)
    assert answer.status_code < 500
    is_json = answer.headers.get("content-type", "").startswith("application/json")
    found = answer.json().get("code", 0) if is_json else 0
    gates = {1002, 1010, 1011, 1012, 1013, 1014, 1021, 1022}
    assert (found if found in gates else 0) == (code if code in gates else 0)


def chain(
    yiffy: Yiffy, other: Callable[..., Yiffy], path: str, order: list[tuple[dict[str, Any], str, int]]
) -> None:
    """Each line adds a fault that is found before those of the lines above."""
    settings: dict[str, Any] = {}
    key = ""
    for more, new_key, code in order:
        settings |= more
        key = new_key or key
        answer = other(**settings).get(path, key)
        assert answer.json()["code"] == code, (settings, key)


def test_faults_of_images_are_found_in_order(yiffy: Yiffy, other: Callable[..., Yiffy]) -> None:
    yiffy.opened.clock.advance(60)
    limited = other(rate_limit=True)
    path = f"{IMG}/order/of/checks"
    assert [limited.get(path).json()["code"] for _ in range(3)] == [1030, 1030, 1000]
    chain(
        yiffy,
        other,
        path,
        [
            ({"rate_limit": True}, "", 1000),
            ({}, "unknown", 1010),
            ({"blocked_user_agents": ("testclient",)}, "", 1021),
            ({"blocked_addresses": ("127.0.0.1",)}, "", 1002),
        ],
    )


def test_a_key_that_is_refused_on_images_is_not_counted(yiffy: Yiffy, other: Callable[..., Yiffy]) -> None:
    yiffy.opened.clock.advance(60)
    limited = other(rate_limit=True)
    for _ in range(20):
        answer = limited.get(f"{IMG}/animals/birb", "unknown")
        assert answer.json()["code"] == 1010
        assert "x-ratelimit-limit" not in answer.headers
    assert limited.get(f"{IMG}/animals/birb").headers["x-ratelimit-remaining"] == "1"


def test_bulk_without_a_key_is_counted_and_then_refused(yiffy: Yiffy, other: Callable[..., Yiffy]) -> None:
    yiffy.opened.clock.advance(60)
    limited = other(rate_limit=True)
    codes = [limited.ask("POST", f"{IMG}/bulk", json={}).json()["code"] for _ in range(3)]
    assert codes == [1013, 1013, 1000]


def test_the_shortener_counts_before_it_asks_for_a_key(yiffy: Yiffy, other: Callable[..., Yiffy]) -> None:
    yiffy.opened.clock.advance(60)
    limited = other(rate_limit=True)
    answers = [limited.get(f"{SHT}/x.json", "unknown") for _ in range(3)]
    assert [answer.json()["code"] for answer in answers] == [1010, 1010, 1000]
    assert answers[0].headers["x-ratelimit-limit"] == "2"


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "FROBNICATE"])
@pytest.mark.parametrize("path", [f"{IMG}/animals/birb", f"{IMG}/categories", f"{THM}/1", f"{THM}/a/b/c/d"])
def test_other_methods_of_images_and_thumbnails_are_unknown_routes(
    yiffy: Yiffy, method: str, path: str
) -> None:
    answer = yiffy.ask(method, path, "plain")
    assert (answer.status_code, answer.json()["code"]) == (404, 1024)


def test_literal_routes_win_over_categories_of_that_name(yiffy: Yiffy) -> None:
    for path in ("bulk", "bulk/", "images", "categories/"):
        assert yiffy.get(f"{IMG}/{path}").json()["code"] in {1024, 1030}
    assert yiffy.get(f"{IMG}/bulk").json()["code"] == 1024


@pytest.mark.parametrize(
    ("path", "allow"),
    [
        ("/", "GET"),
        ("/create", "POST"),
        ("/create.json", "POST"),
        ("/delete", "POST"),
        ("/x", "GET, DELETE, PATCH"),
    ],
)
def test_the_shortener_tells_what_may_be_done(yiffy: Yiffy, path: str, allow: str) -> None:
    answer = yiffy.ask("OPTIONS", f"{SHT}{path}", "unknown")
    assert (answer.status_code, answer.headers["allow"], answer.content) == (204, allow, b"")
    refused = yiffy.ask("GET" if "create" in path else "PUT", f"{SHT}{path}")
    assert (refused.status_code, refused.json()["code"], refused.headers["allow"]) == (405, 1025, allow)
    assert refused.json()["message"] == refused.json()["error"]


def test_head_is_get_without_a_body(yiffy: Yiffy) -> None:
    for path in (f"{IMG}/animals/birb", f"{IMG}/online", f"{SHT}/nothing"):
        answer = yiffy.ask("HEAD", path)
        assert answer.status_code == yiffy.get(path).status_code
        assert answer.content == b""


def test_the_status_of_keys(yiffy: Yiffy, other: Callable[..., Yiffy]) -> None:
    def of(key: str) -> Any:
        return yiffy.get(f"{SITE}/status", key).json()["data"]

    assert of("") == {
        "readonly": False,
        "services": {"images": True, "imagesBulk": False, "thumbs": False, "shortener": False},
    }
    bulk = of("bulk")
    assert (bulk["flags"], bulk["bulkLimit"], bulk["active"], bulk["disabled"]) == (15, 100, True, False)
    assert bulk["rateLimit"] == {
        "long": {"window": 10_000, "limit": 12},
        "short": {"window": 2_000, "limit": 4},
    }
    assert of("plain")["flags"] == 7
    assert "bulkLimit" not in of("plain")
    assert (of("sfw")["flags"], of("sfw")["sfwOnly"]) == (31, True)
    assert of("no thumbs")["services"]["thumbs"] is False
    assert set(of("inactive")["services"].values()) == {False}
    assert (of("disabled")["disabled"], of("disabled")["disabledReason"]) == (True, "Too loud.")
    assert of("unlimited")["rateLimit"]["long"] == {"window": 1_000, "limit": 1_000}
    assert other(read_only=True).get(f"{SITE}/status").json()["data"]["readonly"] is True


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"])
def test_the_status_of_keys_and_what_is_gone_answer_to_any_method(yiffy: Yiffy, method: str) -> None:
    answer = yiffy.ask(method, f"{SITE}/status", "bulk")
    assert (answer.status_code, answer.json()["data"]["flags"]) == (200, 15)
    unknown = yiffy.ask(method, f"{SITE}/status", "unknown")
    assert (unknown.status_code, unknown.json()["code"]) == (401, 1010)
    assert unknown.json()["error"] == "Invalid API Key"
    gone = yiffy.ask(method, f"{SITE}/V1/animals/birb", "unknown")
    assert (gone.status_code, [*gone.json()]) == (410, ["success", "error"])
    assert yiffy.ask(method, f"{SITE}/nothing").json()["code"] == 1024


def test_the_first_version_is_gone(yiffy: Yiffy) -> None:
    answer = yiffy.get(f"{SITE}/V1/furry/hug")
    assert answer.status_code == 410
    assert set(answer.json()) == {"success", "error"}
    assert yiffy.get(f"{SITE}/nothing").json()["code"] == 1024


@pytest.mark.parametrize("prefix", ["/y/2", "/yiffrest"])
def test_the_dialect_can_be_moved(yiffy: Yiffy, other: Callable[..., Yiffy], prefix: str) -> None:
    moved = other(prefix=prefix)
    [shown] = moved.get(f"{prefix}/V2/animals/birb").json()["images"]
    root = f"{ORIGIN}{prefix}"
    assert shown["url"] == f"{root}/media/{shown['name']}"
    assert shown["shortURL"] == f"{root}/s/{shown['id']}"
    assert moved.get(f"{prefix}/media/{shown['name']}").status_code == 200
    assert moved.get(f"{prefix}/s/{shown['id']}").headers["location"] == shown["url"]
    assert moved.get(f"{prefix}/thumbs/{shown['id']}", "plain").status_code == 200
    made = moved.ask("POST", f"{prefix}/s/create", "plain", json={"url": f"https://example.com{prefix}"})
    assert made.json()["data"]["fullURL"].startswith(f"{root}/s/")
    assert moved.get(f"{prefix}/status").json()["success"] is True
    assert moved.get(f"{prefix}/no/thing/at/all").json()["code"] in {1024, 1030}
    assert moved.get("/yiffrest/animals/birb").json()["success"] is True
    for path in (f"{IMG}/animals/birb", f"{SITE}/status", f"{SITE}/nothing"):
        nobody = moved.get(path)
        assert (nobody.status_code, b"code" in nobody.content) == (404, False)
    document = moved.client.get("/openapi/yiffy.json").json()
    assert document["servers"] == [{"url": ORIGIN}]
    assert {path.removeprefix(prefix) for path in document["paths"]} == {
        path.removeprefix(SITE) for path in yiffy.client.get("/openapi/yiffy.json").json()["paths"]
    }


def test_services_answer_on_hosts_of_their_own(yiffy: Yiffy, other: Callable[..., Yiffy]) -> None:
    from polybooru.settings import YiffyHostSettings

    hosts = YiffyHostSettings(
        images="v2.example", thumbs="thumbs.example", short="short.example:8443", media="media.example"
    )
    own = other(hosts=hosts)
    image = own.get("/animals/birb", headers={"host": "v2.example"}).json()
    assert [note["id"] for note in image["notes"]] == [3, 5, 6, 7, 8]
    [shown] = image["images"]
    assert shown["url"] == f"https://media.example/{shown['name']}"
    assert shown["shortURL"] == f"https://short.example:8443/{shown['id']}"
    assert own.get(f"/{shown['name']}", headers={"host": "media.example"}).status_code == 200
    led = own.get(f"/{shown['id']}", headers={"host": "short.example:8443"})
    assert (led.status_code, led.headers["location"]) == (302, shown["url"])
    assert own.get(f"/{shown['id']}", "plain", headers={"host": "thumbs.example"}).status_code == 200
    through_main = own.get(f"{IMG}/animals/birb").json()
    assert [note["id"] for note in through_main["notes"]] == [2, 3, 5, 6, 7, 8]
    assert own.get("/", headers={"host": "v2.example"}).json()["code"] == 1024
    assert (
        own.get("/", headers={"host": "short.example:8443"}).headers["content-type"].startswith("text/html")
    )
    for path in ("/V2/categories", "/V2//animals/birb", "/V2/animals.birb", "/V2/online"):
        assert own.get(path, headers={"host": "v2.example"}).status_code == 200
