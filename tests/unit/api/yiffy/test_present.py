"""What is made of values: nested counts, headers, texts about user agents, waits."""

from datetime import UTC, datetime, timedelta

import pytest

from polybooru.api.yiffy import user_agents
from polybooru.api.yiffy.addresses import bases
from polybooru.api.yiffy.codes import CODES
from polybooru.api.yiffy.handlers.thumbs import wait_for
from polybooru.api.yiffy.options import Options, UserAgents
from polybooru.api.yiffy.present import header_text, moment, nested_counts

NOW = datetime(2026, 1, 2, 3, 4, 5, 678_000, tzinfo=UTC)


def test_counts_are_nested_by_the_parts_of_the_path() -> None:
    paths = ["animals", "animals.birb", "animals.birb.small", "furry.hug", "plain"]
    counts = {"animals": 1, "animals.birb": 2, "animals.birb.small": 3, "plain": 4, "gone": 100}
    assert nested_counts(counts, paths) == {
        "total": 10,
        "animals": {"_total": 1, "birb": {"_total": 2, "small": 3}},
        "furry": {"hug": 0},
        "plain": 4,
    }
    assert nested_counts({}, ["a.b", "a"]) == {"total": 0, "a": {"b": 0, "_total": 0}}


def test_headers_hold_no_other_text_than_they_may() -> None:
    assert header_text("Fern é ÿ") == "Fern é ÿ"
    assert header_text("雨\r\nX: y\0") == "%E9%9B%A8%0D%0AX: y%00"


def test_moments_have_milliseconds() -> None:
    assert moment(NOW) == "2026-01-02T03:04:05.678Z"


@pytest.mark.parametrize(
    ("kind", "seconds", "wait_ms"),
    [("png", 0, 500), ("jpg", 20, 500), ("png", 21, 2_500), ("gif", 0, 2_000), ("webp", 31, 5_000)],
)
def test_who_waits_longer_asks_less_often(kind: str, seconds: int, wait_ms: int) -> None:
    assert wait_for(kind, NOW, NOW + timedelta(seconds=seconds)) == wait_ms


@pytest.mark.parametrize(
    ("agent", "is_fine"),
    [
        ("MyApp/1.0 (me@example.org)", True),
        ("Mozilla/5.0 (X11; Linux) Firefox/1", True),
        ("", False),
        ("  ", False),
        ("curl/8.1", False),
        ("python-requests/2.31", False),
        ("axios", False),
        ("bird", False),
        ("Mozilla/5.0 (compatible; Somebot/2.1; +http://example.com/bot)", False),
    ],
)
def test_strict_user_agents_name_an_application(agent: str, is_fine: bool) -> None:
    strict = Options(user_agents=UserAgents.STRICT)
    assert (user_agents.fault(agent, strict) is None) is is_fine
    assert user_agents.fault(agent, Options()) is None


def test_listed_user_agents_are_refused_unless_all_are_let_in() -> None:
    listed = {"blocked_user_agents": ("loud",)}
    assert user_agents.fault("VeryLOUD/1", Options(**listed)) is not None
    assert user_agents.fault("VeryLOUD/1", Options(user_agents=UserAgents.OFF, **listed)) is None
    assert user_agents.fault("x" * 10_000_000 + "loud", Options(**listed)) is None


def test_services_have_addresses_below_the_board_or_of_their_own() -> None:
    shared = bases("https://board.example", {})
    assert (shared.images, shared.short) == (
        "https://board.example/yiffy/V2",
        "https://board.example/yiffy/s",
    )
    assert shared.canonical_path("images", "/animals/birb") == ("board.example", "/yiffy/V2/animals/birb")
    own = bases("https://board.example", {"images": "v2.example", "short": "s.example:8443", "media": ""})
    assert (own.images, own.short) == ("https://v2.example", "https://s.example:8443")
    assert own.media == "https://board.example/yiffy/media"
    assert own.canonical_path("images", "/animals/birb") == ("v2.example", "/animals/birb")


def test_every_code_has_a_text_or_a_reason_and_stands_once() -> None:
    assert all(bool(code.text) != bool(code.reserved) for code in CODES.values())
    assert [number for number, code in CODES.items() if number != code.number] == []
