"""The checklist: every route with every kind of token; errors; generated and random requests; floods."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import quote, quote_from_bytes

import httpx2
import jsonschema_rs
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as some
from starlette.testclient import TestClient
from tests.contract.conformance import conforms
from tests.contract.nekos.conftest import BASE, Shown, bearer
from tests.contract.philomena.test_routes import leaf_errors, made
from tests.contract.raw import ask

from polybooru.api.nekos import answers
from polybooru.api.nekos.limit import Rule, step
from polybooru.api.nekos.routes import Nekos, Options
from polybooru.counters import Counters
from polybooru.httpkit.documents import DocumentCache
from polybooru.library import errors

OPEN, TOKEN, SCOPE = "open", "token", "scope"
CHECKLIST = {
    "/": OPEN,
    "/stats": OPEN,
    "/token": TOKEN,
    "/image": SCOPE,
    "/image/random": OPEN,
    "/image/{id}": OPEN,
    "/artist": OPEN,
    "/artist/{id}": OPEN,
    "/artist/{id}/images": OPEN,
    "/category": OPEN,
    "/category/{id}": OPEN,
    "/character": OPEN,
    "/character/{id}": OPEN,
    "/set": OPEN,
    "/set/{id}": OPEN,
}
FEW = settings(
    max_examples=150,
    deadline=None,
    derandomize=True,
    database=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)
NAMES = some.sampled_from(["limit", "offset", "expiry", "search", "categories", "search[]", "?nsfw", "a"])
VALUES = some.one_of(
    some.text(max_size=20),
    some.integers().map(str),
    some.sampled_from(
        ["9" * 400, "\u0661", "1e9", "\0", "(((a{99}){99}){99}){99}", "[a-", "%?", "scenery,sky", "-0"]
    ),
    some.text(alphabet="ab%_|*+?(){}[]\\^-,0129 ", max_size=50),
)
PATHS = some.one_of(
    some.sampled_from([path.replace("{id}", "x") for path in CHECKLIST]),
    some.binary(max_size=20).map(lambda raw: f"/image/{quote_from_bytes(raw)}"),
    some.binary(max_size=20).map(lambda raw: f"/{quote_from_bytes(raw, safe='/')}"),
)


def test_the_checklist_is_the_route_table(shown: Shown) -> None:
    dialect = Nekos(shown.opened.board, DocumentCache(0), Options())
    assert {endpoint.path.removeprefix(BASE) for endpoint in dialect.endpoints()} == CHECKLIST.keys()
    assert {endpoint.method for endpoint in dialect.endpoints()} == {"GET"}


@pytest.mark.parametrize(("path", "needs"), CHECKLIST.items())
@pytest.mark.parametrize("token", [None, "plain", "list", "expiry", "expired", "unknown", "malformed"])
def test_every_route_with_every_kind_of_token(shown: Shown, path: str, needs: str, token: str | None) -> None:
    text = {"unknown": "a" * 100, "malformed": "a"}.get(token or "") or shown.tokens.get(token or "", "")
    with shown.client(require_image_list=True) as client:
        kind = path.split("/")[1]
        if "{id}" in path:
            first = client.get(f"{BASE}/{kind}?limit=1", headers=bearer(shown.tokens["list"])).json()["data"][
                0
            ]
            path = path.replace("{id}", first["id"])
        answer = client.get(BASE + path, headers={} if token is None else bearer(text))
    if token in {"expired", "unknown", "malformed"} or (token is None and needs != OPEN):
        expected = 401
    else:
        expected = 403 if needs == SCOPE and token != "list" else 200
    assert answer.status_code == expected, answer.text


def test_every_library_error_has_an_answer() -> None:
    for kind in leaf_errors(errors):
        answer = answers.answer_to(made(kind))
        assert 400 <= answer.status_code <= 503
        assert b'"success":false' in answer.body


def test_a_failure_of_ours_is_an_envelope(shown: Shown, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object, **__: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("polybooru.library.catalogue.Catalogue.page", broken)
    with shown.client() as client:
        answer = client.get(f"{BASE}/artist")
    assert (answer.status_code, answer.json()["code"], answer.json()["success"]) == (500, 500, False)
    assert "ZeroDivision" not in answer.text


def test_the_document_is_whole(nekos: TestClient, shown: Shown) -> None:
    document = nekos.get("/openapi/nekos.json").json()
    dialect = Nekos(shown.opened.board, DocumentCache(0), Options())
    assert document["paths"].keys() == {endpoint.path for endpoint in dialect.endpoints()}
    for endpoint in dialect.endpoints():
        assert endpoint.summary
        assert {200, 401, 429, 500} <= endpoint.about.answers.keys()
    for schema in document["components"]["schemas"].values():
        jsonschema_rs.meta.validate({"$schema": "https://json-schema.org/draft/2020-12/schema", **schema})
    page = nekos.get("/docs/api/nekos")
    assert page.status_code == 200
    assert "/nekos/api/image/random" in page.text


@pytest.mark.slow
def test_generated_requests_are_answered_as_the_document_says(shown: Shown) -> None:
    with shown.client() as client:
        assert conforms(client.app, "nekos", examples=40) >= 15
        assert conforms(client.app, "nekos", examples=40, headers=bearer(shown.tokens["expiry"])) >= 15


@FEW
@given(path=PATHS, pairs=some.lists(some.tuples(NAMES, VALUES), max_size=4), person=some.booleans())
def test_no_parameters_end_in_a_failure(
    nekos: TestClient, shown: Shown, path: str, pairs: list[tuple[str, str]], person: bool
) -> None:
    query = "&".join(f"{quote(name, safe='[]')}={quote(value)}" for name, value in pairs)
    headers = [(b"authorization", f"Bearer {shown.tokens['expiry']}".encode())] if person else []
    answer = ask(nekos, f"{BASE}{path}?{query}".encode(), headers=headers)
    assert answer.status in {200, 400, 401, 403, 404, 414, 431}, (path, query, answer.body)


@FEW
@given(query=some.binary(max_size=60), path=PATHS)
def test_no_bytes_of_a_query_string_end_in_a_failure(nekos: TestClient, query: bytes, path: str) -> None:
    answer = ask(nekos, f"{BASE}{path}?".encode() + query.replace(b"?", b""))
    assert answer.status in {200, 400, 401, 404, 414, 431}, (path, query, answer.body)


def test_of_200_requests_at_once_one_is_served(shown: Shown) -> None:
    shown.opened.clock.advance(10_000)
    with shown.client(rate_limit=True, strikes=1_000) as client:

        async def at_once() -> list[int]:
            transport = httpx2.ASGITransport(client.app, client=("203.0.113.9", 1))
            async with httpx2.AsyncClient(transport=transport, base_url="https://board.example") as asking:
                found = await asyncio.gather(*(asking.get(f"{BASE}/artist") for _ in range(200)))
            return [answer.status_code for answer in found]

        statuses = asyncio.run(at_once())
    assert (statuses.count(200), statuses.count(429)) == (1, 199)


def test_processes_count_together(tmp_path: Path) -> None:
    rule = Rule(requests=7, seconds=60, strikes=1_000)
    with ThreadPoolExecutor(16) as pool:
        shared = [Counters(tmp_path / "counters") for _ in range(4)]  # as four processes hold it

        def served(number: int) -> bool:
            take = lambda state: step(state, 1_000.0, rule)  # noqa: E731 — one step of the test's
            return shared[number % 4].step("one", 1_000.0, rule.keep_seconds, take).is_served

        assert sum(pool.map(served, range(200))) == 7
        for one in shared:
            one.close()


def test_addresses_are_counted_apart_and_networks_of_one_customer_together(shown: Shown) -> None:
    shown.opened.clock.advance(10_000)
    with shown.client(rate_limit=True) as client:

        async def asked(host: str) -> int:
            transport = httpx2.ASGITransport(client.app, client=(host, 1))
            async with httpx2.AsyncClient(transport=transport, base_url="https://board.example") as asking:
                return (await asking.get(f"{BASE}/artist")).status_code

        async def all_of_them() -> list[int]:
            hosts = ("203.0.113.1", "203.0.113.2", "2001:db8::1", "2001:db8::2", "2001:db8:0:1::1")
            return [await asked(host) for host in hosts]

        assert asyncio.run(all_of_them()) == [200, 200, 200, 429, 200]
