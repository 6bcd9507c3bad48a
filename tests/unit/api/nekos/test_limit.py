"""The limit as a pure function: the timeline of the dialect's document, and its edges."""

import math

import pytest

from polybooru.api.nekos.limit import MOST_STRIKES, Rule, Verdict, step
from polybooru.api.nekos.scopes import Expiry, expiry_for, rule_for
from polybooru.counters import State

SINCE = 1_790_000_000.3  # a clock as it is: seconds since 1970, with the errors of such numbers
TIMELINE = (
    # seconds, served, blocked, remaining, reset, strikes behind it
    (0.0, True, False, 0, 1, 0),
    (0.3, False, False, 0, 1, 1),
    (1.0, True, False, 0, 1, 1),
    *((1.0 + n / 10, False, False, 0, 1, 1 + n) for n in range(1, 9)),
    (1.9, False, True, 0, 3600, 10),
    (3.0, False, True, 0, 3599, 10),
    (3601.8, False, True, 0, 1, 10),
    (3601.9, True, False, 0, 1, 0),
)


class Asker:
    def __init__(self, rule: Rule, since: float = SINCE) -> None:
        self.rule, self.since = rule, since
        self.state: State = ()

    def asks(self, seconds: float) -> Verdict:
        self.state, verdict = step(self.state, self.since + seconds, self.rule)
        return verdict

    @property
    def strikes(self) -> int:
        return len(self.state) - 3


@pytest.mark.parametrize("since", [SINCE, 0.0, 1_793_333_333.333])
def test_the_timeline_of_the_document(since: float) -> None:
    asker = Asker(Rule(), since)
    for seconds, is_served, is_blocked, remaining, reset, strikes in TIMELINE:
        expected = Verdict(is_served=is_served, is_blocked=is_blocked, remaining=remaining, reset=reset)
        assert asker.asks(seconds) == expected, seconds
        assert asker.strikes == strikes, seconds


def test_several_requests_fit_into_a_window_that_the_first_opens() -> None:
    asker = Asker(Rule(requests=3, seconds=10))
    assert [asker.asks(t).remaining for t in (0, 4, 8)] == [2, 1, 0]
    refused = asker.asks(9)
    assert (refused.is_served, refused.reset) == (False, 1)
    assert asker.asks(9.99).is_served is False
    assert asker.asks(10).remaining == 2  # what was refused prolonged nothing


def test_violations_are_forgotten_after_an_hour() -> None:
    asker = Asker(Rule(strikes=3))
    asker.asks(0)
    assert not asker.asks(0.5).is_blocked
    for t in (3_000, 3_600.5):
        asker.asks(t)
        asker.asks(t + 0.1)
    # The first is older than an hour now: two are left, and the third of an hour blocks.
    assert asker.strikes == 2
    asker.asks(3_650)
    assert asker.asks(3_650.1).is_blocked


def test_asking_during_a_block_neither_prolongs_it_nor_counts() -> None:
    asker = Asker(Rule(strikes=1, block_seconds=60))
    asker.asks(0)
    assert asker.asks(0.5).reset == 60
    before = asker.state
    for t in range(1, 60):
        assert asker.asks(t).is_blocked
    assert asker.state == before
    assert asker.asks(60.5).is_served
    assert asker.strikes == 0


def test_a_clock_that_was_set_back_locks_nobody_out() -> None:
    asker = Asker(Rule())
    asker.asks(1_000)
    assert asker.asks(0).is_served


def test_no_rule_lets_a_state_grow_without_bound() -> None:
    asker = Asker(Rule(strikes=10**6))
    for n in range(MOST_STRIKES + 50):
        asker.asks(n / 10_000)
    assert asker.strikes == MOST_STRIKES
    assert all(map(math.isfinite, asker.state))


def test_the_first_scope_that_says_so_changes_the_rule() -> None:
    rule = Rule(block_seconds=7)
    assert rule_for(["read", "image:list"], rule) == rule
    changed = Rule(requests=5, seconds=2, strikes=3, block_seconds=7)
    assert rule_for(["image:list", "api:ratelimit:5-2-3", "api:ratelimit:9-9-9"], rule) == changed
    assert rule_for(["api:ratelimit:0-1-1", "api:ratelimit:5-2", "api:ratelimit:5-2-3"], rule) == changed
    assert rule_for(["api:ratelimit:5-2-3", "API:RateLimit:Disabled"], rule) is None


def test_the_first_scope_that_says_so_allows_an_expiry() -> None:
    assert expiry_for(["image:list", "image:custom-expiry:x"]) is None
    assert expiry_for(["image:custom-expiry"]) == Expiry(most=None)
    assert expiry_for(["image:custom-expiry:90", "image:custom-expiry"]) == Expiry(most=90)
    assert expiry_for(["image:custom-expiry", "image:custom-expiry:90"]) == Expiry(most=None)
