"""Both windows through HTTP: numbers, headers, bodies, many at once, several processes."""

import base64
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from starlette.testclient import TestClient
from tests.contract.conftest import LOOPBACK
from tests.contract.yiffy.conftest import IMG, SHT, THM, Yiffy, settings_with
from tests.contract.yiffy.test_acceptance import create

from polybooru import app
from polybooru.application import application

Other = Callable[..., Yiffy]
BIRB = f"{IMG}/animals/birb"


@pytest.fixture
def limited(yiffy: Yiffy, other: Other) -> Yiffy:
    """With limits, and nobody counted yet."""
    yiffy.opened.clock.advance(7_200)
    return other(rate_limit=True)


def test_every_answer_tells_how_both_windows_stand(limited: Yiffy) -> None:
    now_ms = round(limited.opened.clock().timestamp() * 1_000)
    headers = limited.get(BIRB).headers
    bucket = (
        base64.urlsafe_b64encode(b"domain=board.example,path=/yiffy/V2/animals/birb").decode().rstrip("=")
    )
    assert {name: value for name, value in headers.items() if name.startswith("x-ratelimit")} == {
        "x-ratelimit-limit": "2",
        "x-ratelimit-remaining": "1",
        "x-ratelimit-reset": str(now_ms + 2_000),
        "x-ratelimit-reset-after": "2000",
        "x-ratelimit-bucket": bucket,
        "x-ratelimit-precision": "millisecond",
        "x-ratelimit-global-limit": "7",
        "x-ratelimit-global-remaining": "6",
        "x-ratelimit-global-reset": str(now_ms + 10_000),
        "x-ratelimit-global-reset-after": "10000",
        "x-ratelimit-global-precision": "millisecond",
    }
    assert headers.get_list("ratelimit") == [
        "limit=2, remaining=1, reset=2", "limit=7, remaining=6, reset=10",
    ]  # fmt: skip
    assert headers["ratelimit-policy"] == f'2;w=2;comment="bucket:{bucket}", 7;w=10;comment="global"'
    assert "retry-after" not in headers


def test_the_bucket_of_a_service_with_a_host_of_its_own_is_the_published_one(
    yiffy: Yiffy, other: Other
) -> None:
    from polybooru.settings import YiffyHostSettings

    own = other(hosts=YiffyHostSettings(images="v2.yiff.rest"))
    answer = own.get("/animals/birb", headers={"host": "v2.yiff.rest"})
    published = "ZG9tYWluPXYyLnlpZmYucmVzdCxwYXRoPS9hbmltYWxzL2JpcmI"
    assert answer.headers["x-ratelimit-bucket"] == published
    assert own.get(BIRB).headers["x-ratelimit-bucket"] == published


def test_a_refusal_says_for_how_long(limited: Yiffy) -> None:
    for _ in range(2):
        limited.get(BIRB)
    limited.opened.clock.advance(0.5)
    answer = limited.get(BIRB)
    now_ms = round(limited.opened.clock().timestamp() * 1_000)
    assert answer.headers["retry-after"] == "2"
    info = answer.json()["info"]
    assert info == {
        "limit": 2,
        "remaining": 0,
        "reset": now_ms + 1_500,
        "resetAfter": 1_500,
        "retryAfter": 2,
        "bucket": answer.headers["x-ratelimit-bucket"],
        "precision": "millisecond",
        "global": False,
    }
    assert answer.headers["x-ratelimit-global-remaining"] == "5"
    limited.opened.clock.advance(1.5)
    assert limited.get(BIRB).status_code == 200


def test_what_the_second_window_refuses_is_given_back_to_the_first(limited: Yiffy) -> None:
    for number in range(7):
        assert limited.get(f"{IMG}/animals/{'/' * number}birb").status_code == 200
    for _ in range(5):
        answer = limited.get(f"{IMG}/animals/fox")
        assert answer.json()["code"] == 1001
        assert answer.headers["x-ratelimit-remaining"] == "2"
        assert answer.json()["info"]["global"] is True
    limited.opened.clock.advance(10)
    assert [limited.get(f"{IMG}/animals/fox").status_code for _ in range(3)] == [200, 200, 429]


def test_the_query_and_the_way_in_do_not_make_another_path(limited: Yiffy) -> None:
    paths = [f"{BIRB}?a=1", f"{BIRB}?a=2", "/yiffrest/animals/birb"]
    assert [limited.get(path).status_code for path in paths] == [200, 200, 429]


def test_a_key_only_changes_the_numbers(limited: Yiffy) -> None:
    assert [limited.get(BIRB).status_code for _ in range(3)] == [200, 200, 429]
    with_key = [limited.get(BIRB, "plain") for _ in range(3)]
    assert [answer.status_code for answer in with_key] == [200, 200, 429]
    assert with_key[0].headers["x-ratelimit-limit"] == "4"
    assert with_key[0].headers["x-ratelimit-global-limit"] == "12"
    assert {limited.get(BIRB, "unlimited").status_code for _ in range(20)} == {200}


def test_a_key_with_numbers_of_its_own(limited: Yiffy) -> None:
    key = limited.new_key(short_limit=1, short_window_ms=5_000, long_limit=2)
    answers = [limited.get(path, key) for path in (BIRB, BIRB, f"{IMG}/animals/fox", f"{IMG}/furry/hug")]
    assert [answer.json().get("code", 0) for answer in answers] == [0, 1000, 0, 1001]
    assert answers[0].headers["x-ratelimit-reset-after"] == "5000"
    assert answers[0].headers["ratelimit-policy"].startswith("1;w=5;")


def test_off_and_exempt_addresses_have_the_headers_of_an_unlimited_key(yiffy: Yiffy, other: Other) -> None:
    for asking in (yiffy, other(rate_limit=True, unlimited_addresses=("127.0.0.0/8",))):
        answers = [asking.get(BIRB) for _ in range(20)]
        assert {answer.status_code for answer in answers} == {200}
        assert answers[-1].headers["x-ratelimit-limit"] == "1000"
        assert answers[-1].headers["x-ratelimit-remaining"] == "999"


def test_of_many_at_once_exactly_the_limit_passes(limited: Yiffy) -> None:
    app_of = limited.client.app

    def ask(number: int) -> int:
        with TestClient(app_of, client=LOOPBACK) as client:
            return client.get(BIRB if number % 2 else f"{IMG}/animals/fox").status_code

    with ThreadPoolExecutor(8) as pool:
        statuses = Counter(pool.map(ask, range(60)))
    assert statuses == {200: 4, 429: 56}


def test_processes_count_together(limited: Yiffy) -> None:
    opened = limited.opened
    settings = settings_with(rate_limit=True)
    with app.open_board(opened.data, opened.settings) as second:
        second.library.clock = opened.clock
        second.library.replica.load()
        with TestClient(application(second, settings), client=LOOPBACK) as there:
            statuses = [
                asking.get(BIRB).status_code for asking in (limited.client, there, limited.client, there)
            ]
    assert statuses == [200, 200, 429, 429]


def test_other_addresses_are_counted_apart_and_ipv6_by_its_half(limited: Yiffy) -> None:
    def asking(host: str) -> Any:
        return TestClient(limited.client.app, client=(host, 1))

    for host, status in (
        ("192.0.2.1", 200), ("192.0.2.1", 200), ("192.0.2.1", 429), ("192.0.2.2", 200),
        ("2001:db8::1", 200), ("2001:db8::2", 200), ("2001:db8::3", 429), ("2001:db8:0:1::1", 200),
    ):  # fmt: skip
        assert asking(host).get(BIRB).status_code == status


def test_a_person_makes_so_many_links_an_hour(yiffy: Yiffy, other: Other) -> None:
    yiffy.opened.clock.advance(7_200)
    few = other(rate_limit=True, links_per_hour=3, unlimited_addresses=())
    key = yiffy.new_key(short_limit=1_000, long_limit=1_000)
    made = [create(few, key, url=f"https://example.com/pace/{n}") for n in range(4)]
    assert [answer.status_code for answer in made] == [201, 201, 201, 429]
    assert (made[3].json()["code"], made[3].json()["info"]["bucket"]) == (1000, "links")
    assert int(made[3].headers["retry-after"]) == 3_600
    yiffy.opened.clock.advance(3_600)
    refused = [create(few, key, url="no") for _ in range(5)]
    assert {answer.status_code for answer in refused} == {422}  # what was not made does not count
    again = create(few, key, url="https://example.com/pace/0")
    assert again.status_code == 200
    assert create(few, key, url="https://example.com/pace/5").status_code == 201


def test_a_management_code_that_was_guessed_too_often_is_wrong_for_an_hour(yiffy: Yiffy) -> None:
    yiffy.opened.clock.advance(7_200)
    made = create(yiffy, url="https://example.com/guess", code="guess").json()["data"]

    def delete(code: str) -> Any:
        return yiffy.ask("DELETE", f"{SHT}/guess", "plain", json={"managementCode": code})

    assert {delete(f"{n:060}").json()["code"] for n in range(10)} == {1078}
    assert delete(made["managementCode"]).json()["code"] == 1078
    yiffy.opened.clock.advance(3_601)
    assert delete(made["managementCode"]).status_code == 204


def test_thumbnails_and_the_shortener_are_counted_too(limited: Yiffy) -> None:
    thumbs = [limited.get(f"{THM}/{limited.birds[0]}", "plain") for _ in range(5)]
    assert [answer.status_code for answer in thumbs] == [200, 200, 200, 200, 429]
    follows = [limited.get(f"{SHT}/none") for _ in range(3)]
    assert [answer.status_code for answer in follows] == [404, 404, 429]
