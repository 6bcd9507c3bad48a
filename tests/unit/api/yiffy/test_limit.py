"""The two windows, as values."""

from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from polybooru.api.yiffy.limit import Window, give_back, peek, take, uncounted
from polybooru.counters import State

WINDOW = Window(limit=2, window_ms=2_000)


def run(moments: list[int], window: Window = WINDOW) -> list[bool]:
    state: State = ()
    allowed = []
    for now_ms in moments:
        state, use = take(state, now_ms, window)
        allowed.append(use.is_allowed)
    return allowed


def test_a_window_begins_with_its_first_request_and_ends_as_a_whole() -> None:
    assert run([0, 1_999, 1_999, 2_000, 2_001, 2_002]) == [True, True, False, True, True, False]


def test_a_refused_request_neither_counts_nor_prolongs() -> None:
    state: State = ()
    for now_ms in (0, 10, 20, 30, 1_900):
        state, use = take(state, now_ms, WINDOW)
    assert (use.remaining, use.reset_ms, use.is_allowed) == (0, 2_000, False)
    assert state == (0.0, 2.0)


def test_what_is_looked_at_stays() -> None:
    state, _ = take((), 5, WINDOW)
    same, use = peek(state, 7, WINDOW)
    assert same == state
    assert (use.remaining, use.is_allowed, use.reset_after_ms(7)) == (1, True, 1_998)
    full, _ = take(state, 8, WINDOW)
    assert not peek(full, 9, WINDOW)[1].is_allowed
    assert peek(full, 2_005, WINDOW)[1].remaining == 2


def test_what_is_given_back_can_be_taken_again() -> None:
    state, _ = take((), 0, WINDOW)
    state, use = give_back(state, 1, WINDOW)
    assert use.remaining == 2
    assert give_back(state, 1, WINDOW)[0] == (0.0, 0.0)
    assert give_back((), 1, WINDOW)[1].remaining == 2


def test_a_clock_that_was_set_back_begins_anew() -> None:
    assert run([10_000, 10_001, 10_002, 500]) == [True, True, False, True]


def test_whole_seconds_are_rounded_up_and_never_none() -> None:
    use = uncounted(Window(limit=1_000, window_ms=1_000), 77)
    assert (use.remaining, use.reset_ms) == (999, 1_077)
    for now_ms, seconds in ((77, 1), (1_076, 1), (1_077, 1), (5_000, 1), (-500, 2)):
        assert use.retry_after_seconds(now_ms) == seconds


@pytest.mark.parametrize("limit", [1, 2, 7])
@given(steps=st.lists(st.integers(0, 3_000), max_size=60))
def test_no_window_lets_more_in_than_it_may(limit: int, steps: list[int]) -> None:
    window = Window(limit=limit, window_ms=2_000)
    now_ms, moments = 0, []
    for step in steps:
        now_ms += step
        moments.append(now_ms)
    state: State = ()
    begun: dict[int, int] = {}
    for moment in moments:
        state, use = partial(take, window=window)(state, moment)
        if use.is_allowed:
            begun[use.reset_ms] = begun.get(use.reset_ms, 0) + 1
    assert all(count <= limit for count in begun.values())
