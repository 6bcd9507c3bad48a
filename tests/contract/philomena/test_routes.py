"""The checklist: every route of the table, every kind of caller, every error of the library."""

import json
from dataclasses import replace
from functools import partial
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from bench.philomena_routes import unasked
from starlette.testclient import TestClient
from structlog.testing import capture_logs
from tests.contract.conftest import Workshop
from tests.contract.raw import ask
from tests.contract.worlds import World

from polybooru import application
from polybooru.api.philomena import answers
from polybooru.api.philomena.routes import AUTOCOMPLETE, BASE, FEEDS, FETCH, Options, Philomena
from polybooru.app import open_board as open_other
from polybooru.httpkit.documents import DocumentCache
from polybooru.library import errors
from polybooru.library.account_changes import deactivate_user
from polybooru.library.accounts import find_user
from polybooru.library.actors import OPERATOR
from polybooru.library.bans import ban_user
from polybooru.library.errors import BooruError
from polybooru.settings import DialectSettings, PhilomenaSettings
from polybooru.telemetry.logs import request_log

NOUNS = ("comments", "posts", "galleries", "tags", "filters")
OWN_FILTERS = f"{BASE}/filters/user"
TOPIC = f"{BASE}/forums/dis/topics/ask-the-mods-anything"
ROUTES = {
    ("GET", f"{BASE}/images/featured"): f"{BASE}/images/featured",
    ("GET", f"{BASE}/images/{{id}}"): f"{BASE}/images/1",
    ("POST", f"{BASE}/images"): f"{BASE}/images",
    ("POST", f"{BASE}/search/reverse"): f"{BASE}/search/reverse",
    ("GET", f"{BASE}/search"): f"{BASE}/search?q=safe",
    ("GET", f"{BASE}/search/images"): f"{BASE}/search/images?q=safe",
    ("GET", f"{BASE}/tags/{{slug:rest}}"): f"{BASE}/tags/safe",
    **{("GET", f"{BASE}/search/{noun}"): f"{BASE}/search/{noun}?q=*" for noun in NOUNS},
    ("GET", f"{BASE}/profiles/{{id}}"): f"{BASE}/profiles/1",
    ("GET", f"{BASE}/filters/system"): f"{BASE}/filters/system",
    ("GET", f"{BASE}/filters/{{id}}"): f"{BASE}/filters/1",
    ("GET", f"{BASE}/filters/user"): OWN_FILTERS,
    ("GET", f"{BASE}/comments/{{id}}"): f"{BASE}/comments/1",
    ("GET", f"{BASE}/posts/{{id}}"): f"{BASE}/posts/1",
    ("GET", f"{BASE}/forums"): f"{BASE}/forums",
    ("GET", f"{BASE}/forums/{{short_name}}"): f"{BASE}/forums/dis",
    ("GET", f"{BASE}/forums/{{short_name}}/topics"): f"{BASE}/forums/dis/topics",
    ("GET", f"{BASE}/forums/{{short_name}}/topics/{{slug}}"): TOPIC,
    ("GET", f"{BASE}/forums/{{short_name}}/topics/{{slug}}/posts"): f"{TOPIC}/posts",
    ("GET", f"{BASE}/forums/{{short_name}}/topics/{{slug}}/posts/{{id}}"): f"{TOPIC}/posts/1",
    ("GET", f"{AUTOCOMPLETE}/tags"): f"{AUTOCOMPLETE}/tags?term=saf&vsn=2",
    ("GET", f"{AUTOCOMPLETE}/compiled"): f"{AUTOCOMPLETE}/compiled",
    ("GET", f"{FETCH}/tags"): f"{FETCH}/tags?ids[]=1",
    ("GET", f"{BASE}/oembed"): f"{BASE}/oembed?url=/1",
    ("GET", f"{FEEDS}/watched"): f"{FEEDS}/watched",
}
ONLY_WITH_A_TOKEN = {f"{FEEDS}/watched", OWN_FILTERS}
GETS = [path for (method, _), path in ROUTES.items() if method == "GET"]
EVERY_METHOD = ["GET", "POST", "PUT", "PATCH", "DELETE", "PROPFIND", "TRACE", "BREW"]


def with_key(path: str, key: str) -> str:
    return f"{path}{'&' if '?' in path else '?'}key={key}"


def test_the_checklist_is_the_route_table(world: World) -> None:
    dialect = Philomena(world.opened.board, DocumentCache(0), Options())
    assert {(endpoint.method, endpoint.path) for endpoint in dialect.endpoints()} == ROUTES.keys()


def test_every_route_is_measured(world: World) -> None:
    dialect = Philomena(world.opened.board, DocumentCache(0), Options())
    assert unasked(dialect.endpoints()) == set()


def leaf_errors(module: ModuleType) -> set[type[BooruError]]:
    """Every error of the library that may be raised: leaves, and classes raised besides their own leaves."""
    found = {
        kind for kind in vars(module).values() if isinstance(kind, type) and issubclass(kind, BooruError)
    }
    return {kind for kind in found if not kind.__subclasses__()} | {errors.NotAllowed}


def made(kind: type[BooruError]) -> BooruError:
    arguments: dict[type[BooruError], tuple[Any, ...]] = {
        errors.UploadRefused: ([errors.Fault(errors.FaultCode.NO_FILE)],),
        errors.EditRefused: ([errors.Fault(errors.FaultCode.NO_RATING)],),
        errors.InvalidQuery: ("Expected a term.", 1),
        errors.InvalidValue: ("name", "is wrong"),
        errors.Banned: ("U1", "spam", None),
        errors.LinkRefused: (errors.LinkFault.UNCHANGED,),
    }
    return kind(*arguments.get(kind, ("There is a reason.",)))


def test_every_library_error_has_an_answer() -> None:
    assert leaf_errors(errors) == answers.ANSWERED
    for kind in leaf_errors(errors):
        assert 400 <= answers.answer_to(made(kind)).status_code < 600


@pytest.mark.parametrize("code", errors.FaultCode)
def test_every_fault_of_an_upload_has_a_message(code: errors.FaultCode) -> None:
    messages = answers.upload_errors([errors.Fault(code, 7)])
    assert messages
    assert all(message for listed in messages.values() for message in listed)


@pytest.mark.parametrize("path", GETS)
@pytest.mark.parametrize(
    "who", ["nobody", "empty", "alice", "assistant", "moderator", "admin", "reader", "expired"]
)
def test_everybody_may_read(client: TestClient, world: World, path: str, who: str) -> None:
    key = {"nobody": "x" * 100, "empty": ""}.get(who) if who in {"nobody", "empty"} else world.keys[who]
    is_refused = path in ONLY_WITH_A_TOKEN and who in {"nobody", "empty", "expired"}
    assert client.get(with_key(path, key or "")).status_code == (403 if is_refused else 200)


@pytest.mark.parametrize("path", [*GETS, f"{BASE}/images/999", f"{BASE}/tags/nothing"])
def test_a_deactivated_account_is_refused_with_an_empty_body(
    client: TestClient, world: World, path: str
) -> None:
    answer = client.get(with_key(path, world.keys["gone"]))
    assert (answer.status_code, answer.content) == (403, b"")
    assert answer.headers["content-type"] == "text/plain; charset=utf-8"
    assert answer.headers["content-length"] == "0"


@pytest.mark.parametrize(
    ("who", "status"),
    [("nobody", 401), ("empty", 401), ("expired", 401), ("gone", 403), ("reader", 403), ("alice", 400)],
)
@pytest.mark.parametrize("where", ["query", "form", "json", "multipart"])
def test_only_people_with_the_right_may_upload(
    client: TestClient, world: World, who: str, status: int, where: str
) -> None:
    key = {"nobody": "x" * 100, "empty": ""}.get(who, world.keys.get(who, ""))
    form = {"key": key, "image[tag_input]": "safe"}
    sent: dict[str, Any] = {
        "query": {"params": {"key": key}},
        "form": {"data": form},
        "json": {"json": {"key": key, "image": {"tag_input": "safe"}}},
        "multipart": {"data": form, "files": {"other": b"x"}},
    }[where]
    answer = client.post(f"{BASE}/images", **sent)
    assert answer.status_code == status
    if status != 400:
        assert answer.content == b""
        assert answer.headers["content-type"] == "text/plain; charset=utf-8"


def test_a_key_in_the_body_wins_over_one_in_the_query(client: TestClient, world: World) -> None:
    path = with_key(f"{BASE}/images", world.keys["alice"])
    assert client.post(path, json={"key": "x"}).status_code == 401
    assert client.post(path, data={"key": ""}).status_code == 401
    assert client.post(with_key(f"{BASE}/images", "x"), json={"key": world.keys["alice"]}).status_code == 400


@pytest.mark.parametrize("name", ["key[]", "key[a]"])
def test_a_key_that_is_no_text_is_nobodys(client: TestClient, world: World, name: str) -> None:
    answer = client.get(f"{BASE}/images/1?{name}={world.keys['gone']}")
    assert answer.status_code == 200
    assert client.post(f"{BASE}/images?{name}={world.keys['alice']}").status_code == 401


def test_only_the_parameter_authenticates(client: TestClient, world: World) -> None:
    headers = {"authorization": f"Bearer {world.keys['alice']}", "cookie": f"key={world.keys['alice']}"}
    assert client.post(f"{BASE}/images", headers=headers).status_code == 401


def test_a_key_dies_with_the_account_even_if_another_process_ended_it(workshop: Workshop) -> None:
    opened = workshop.opened
    opened.make_user("brief")
    path = with_key(f"{BASE}/images", opened.make_token("brief"))
    assert workshop.client.post(path).status_code == 400  # known, remembered
    with open_other(opened.data, opened.settings) as other, other.library.work() as work:
        deactivate_user(work, OPERATOR, find_user(work, "brief").id)
    assert workshop.client.post(path).status_code == 403
    assert workshop.client.get(with_key(f"{BASE}/tags/safe", path.rpartition("=")[2])).status_code == 403


def test_a_banned_person_reads_and_uploads_nothing(workshop: Workshop) -> None:
    opened = workshop.opened
    opened.make_user("rude")
    key = opened.make_token("rude")
    assert workshop.client.post(with_key(f"{BASE}/images", key)).status_code == 400  # known, remembered
    with open_other(opened.data, opened.settings) as other, other.library.work() as work:
        ban_user(work, OPERATOR, find_user(work, "rude").id, reason="Rule 1")
    answer = workshop.client.post(with_key(f"{BASE}/images", key))
    assert (answer.status_code, answer.content) == (403, b"")
    assert workshop.client.get(with_key(f"{BASE}/tags/safe", key)).status_code == 200


def test_a_key_is_never_logged(world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = replace(world.opened.settings, log_level="debug")
    key = world.keys["alice"]
    log = tmp_path / "log"
    with log.open("w") as stream, capture_logs() as said:
        monkeypatch.setattr(application, "request_log", partial(request_log, stream=stream))
        with TestClient(application.application(world.opened.board, settings)) as asking:
            for path in (*GETS, f"{BASE}/images/x", "/img/x", "/nothing"):
                asking.get(with_key(path, key))
            asking.post(f"{BASE}/images", json={"key": key})
    assert log.read_text().count('"event":"request_done"') == len(GETS) + 4
    assert key not in log.read_text()
    assert key not in repr(said)


# --- methods, headers ---


@pytest.mark.parametrize("path", GETS)
def test_head_answers_as_get(client: TestClient, path: str) -> None:
    head, got = client.head(path), client.get(path)
    del head.headers["x-request-id"], got.headers["x-request-id"]
    assert (head.status_code, head.headers) == (got.status_code, got.headers)


@pytest.mark.parametrize("method", EVERY_METHOD)
def test_a_wrong_method_and_an_unknown_path_are_not_found(client: TestClient, method: str) -> None:
    unknown = {f"{BASE}/nothing", BASE, f"{BASE}/", f"{BASE}/images/1/", f"{BASE}/images/1/favorites"}
    wrong = {path for (served, _), path in ROUTES.items() if served != method}
    for path in unknown | wrong:
        answer = client.request(method, path)
        assert (answer.status_code, answer.text) == (404, '{"error":"Not Found"}'), path
        assert answer.headers["content-type"] == "application/json; charset=utf-8"


def test_paths_outside_are_not_found_and_never_redirected(client: TestClient) -> None:
    for path in ("/nothing", "/healthz/", "/img", "/api", "/api/v1", "//evil.example/healthz/"):
        answer = client.get(path, headers={"host": "evil.example"})
        assert answer.status_code == 404
        assert "evil" not in str(answer.headers)


@pytest.mark.parametrize("method", ["put", "PATCH", "Delete"])
def test_a_post_that_wants_another_method_is_not_found(client: TestClient, world: World, method: str) -> None:
    path = with_key(f"{BASE}/images", world.keys["alice"])
    for sent in ({"json": {"_method": method}}, {"data": {"_method": method}}):
        answer = client.post(path, **sent)  # type: ignore[arg-type]
        assert (answer.status_code, answer.text) == (404, '{"error":"Not Found"}')


@pytest.mark.parametrize("method", ["get", "POST", "", "BREW", ["put"], {"put": 1}])
def test_other_overrides_are_ignored(client: TestClient, world: World, method: Any) -> None:
    path = with_key(f"{BASE}/images", world.keys["alice"])
    assert client.post(path, json={"_method": method}).status_code == 400


ORIGIN = {"origin": "https://elsewhere.example"}


@pytest.mark.parametrize("path", [*GETS, f"{BASE}/images/999", f"{BASE}/images/x", f"{BASE}/nothing"])
def test_other_sites_may_read(client: TestClient, path: str) -> None:
    answer = client.get(path, headers=ORIGIN)
    assert answer.headers["access-control-allow-origin"] == "*"
    assert answer.headers["access-control-allow-methods"] == "GET, OPTIONS"
    assert answer.headers["access-control-allow-headers"] == (
        "DNT, Keep-Alive, User-Agent, X-Requested-With, If-Modified-Since, Cache-Control, Content-Type"
    )
    assert "access-control-allow-credentials" not in answer.headers


@pytest.mark.parametrize("path", [*ROUTES.values(), f"{BASE}/nothing"])
def test_options_say_so_for_twenty_days(client: TestClient, path: str) -> None:
    answer = client.options(path, headers=ORIGIN | {"access-control-request-method": "GET"})
    assert answer.status_code == 200
    assert (answer.content, answer.headers["content-length"]) == (b"", "0")
    assert answer.headers["access-control-max-age"] == "1728000"
    assert answer.headers["access-control-allow-origin"] == "*"


def test_other_sites_may_not_upload(client: TestClient, world: World) -> None:
    for key in ("", world.keys["alice"]):
        answer = client.post(with_key(f"{BASE}/images", key), headers=ORIGIN)
        assert not [name for name in answer.headers if name.startswith("access-control")]


@pytest.mark.parametrize("path", [*GETS, f"{BASE}/images/999", f"{BASE}/nothing"])
def test_no_answer_is_kept_or_tells_its_address(client: TestClient, path: str) -> None:
    answer = client.get(path)
    for_a_day = path == f"{AUTOCOMPLETE}/compiled"
    assert answer.headers["cache-control"] == ("public, max-age=86400" if for_a_day else "no-store, no-cache")
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert "set-cookie" not in answer.headers


@pytest.mark.parametrize(
    ("accept", "status"),
    [
        ("*/*", 200),
        ("", 200),
        ("application/json", 200),
        ("Application/JSON; charset=utf-8", 200),
        ("text/html, application/xhtml+xml, */*;q=0.8", 200),
        ("text/html,application/json", 200),
        ("application/*", 200),
        ("text/html", 406),
        ("application/jsonp", 406),
        ("image/png, application/xml", 406),
        (";;,", 406),
    ],
)
def test_the_accept_header_has_to_admit_json(client: TestClient, accept: str, status: int) -> None:
    for path in (f"{BASE}/images/1", f"{BASE}/tags/safe"):
        assert client.get(path, headers={"accept": accept}).status_code == status
    refused = client.post(f"{BASE}/images", headers={"accept": accept})
    assert refused.status_code == (406 if status == 406 else 401)


def test_a_missing_accept_header_is_fine(client: TestClient) -> None:
    del client.headers["accept"]
    try:
        assert client.get(f"{BASE}/images/1").status_code == 200
    finally:
        client.headers["accept"] = "*/*"


def test_headers_and_addresses_have_limits(client: TestClient) -> None:
    assert client.get(f"{BASE}/images/1", headers={"x": "y" * 17_000}).status_code == 431
    assert client.get(f"{BASE}/images/1", headers=[("x", "y")] * 120).status_code == 431
    for target in (f"{BASE}/search?q={'a' * 66_000}", f"{BASE}/{'a' * 66_000}"):
        long = ask(client, target.encode())
        assert (long.status, json.loads(long.body)["error"]) == (414, "URI Too Long")
    many = client.get(f"{BASE}/search?q=safe&{'a=&' * 1200}")
    assert (many.status_code, many.text) == (400, '{"error":"Bad Request"}')
    assert client.get(f"{BASE}/search?q=safe&{'a=&' * 1000}").status_code == 200


def test_a_deeply_nested_or_null_parameter_is_a_bad_request(client: TestClient) -> None:
    for query in ("a" + "[b]" * 40 + "=c", "q=%00", "q=safe&a=%00", "q=safe&%00=a", "q=safe&a[%00]=b"):
        answer = client.get(f"{BASE}/search?{query}")
        assert (answer.status_code, answer.text) == (400, '{"error":"Bad Request"}'), query
    assert client.get(f"{BASE}/search?q=safe&a[b=c&]x[=y&[]=z&a[[]]=1").status_code == 200


# --- limits ---


def test_over_the_limit_is_429_in_the_dialects_form(world: World) -> None:
    limited = PhilomenaSettings(requests=5, requests_seconds=60, searches=2, searches_seconds=60)
    settings = replace(world.opened.settings, dialect=DialectSettings(philomena=limited))
    inner = application.application(world.opened.board, settings)
    with TestClient(inner, client=("198.51.100.1", 1)) as asking:
        search = [asking.get(f"{BASE}/search/images?q=safe").status_code for _ in range(3)]
        other = [asking.get(f"{BASE}/tags/safe") for _ in range(4)]
    assert search == [200, 200, 429]  # what is refused is counted nowhere
    assert [answer.status_code for answer in other] == [200, 200, 200, 429]
    assert other[-1].json() == {"error": "Too Many Requests"}
    assert 1 <= int(other[-1].headers["retry-after"]) <= 60
    assert other[-1].headers["access-control-allow-origin"] == "*"
    with TestClient(inner, client=("198.51.100.2", 1)) as another:
        assert another.get(f"{BASE}/tags/safe").status_code == 200
