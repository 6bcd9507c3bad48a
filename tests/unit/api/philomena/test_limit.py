"""Windows of requests: counted from the first, refused ones not at all."""

from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

from polybooru.api.philomena.limit import Window, give_back, step
from polybooru.counters import Counters

WINDOW = Window(requests=3, seconds=5)


def waits(*moments: float) -> list[float]:
    state, found = (), []
    for now in moments:
        state, wait = step(state, now, WINDOW)
        found.append(round(wait, 3))
    return found


def test_a_window_lets_in_so_many_and_tells_the_rest_how_long_to_wait() -> None:
    assert waits(10, 10, 11, 12, 14.5) == [0, 0, 0, 3, 0.5]


def test_a_window_ends_by_itself_and_refused_requests_do_not_prolong_it() -> None:
    assert waits(10, 10, 10, 14, 14.9, 15, 15, 15, 15) == [0, 0, 0, 1, 0.1, 0, 0, 0, 5]


def test_who_looked_at_the_clock_earlier_and_comes_later_is_counted_all_the_same() -> None:
    assert waits(10.002, 10.001, 10, 10) == [0, 0, 0, 5.002]


def test_a_clock_that_was_set_back_locks_nobody_out() -> None:
    assert waits(1_000, 1_000, 1_000, 10) == [0, 0, 0, 0]


def test_of_many_at_once_exactly_the_limit_passes(tmp_path: Path) -> None:
    counters = Counters(tmp_path / "counters")
    take = partial(step, now=100.0, window=Window(requests=30, seconds=5))
    with ThreadPoolExecutor(16) as threads:
        found = list(threads.map(lambda _: counters.step("key", 100.0, 5, take), range(200)))
    counters.close()
    assert found.count(0) == 30


def test_what_another_window_refused_is_given_back_while_the_window_lasts() -> None:
    state, _ = step((), 10, WINDOW)
    state, _ = step(state, 11, WINDOW)
    assert give_back(state, 12, WINDOW) == ((10, 1), None)
    assert give_back((10, 0), 12, WINDOW) == ((10, 0), None)
    assert give_back(state, 15, WINDOW) == (state, None)
    assert give_back((), 15, WINDOW) == ((), None)
