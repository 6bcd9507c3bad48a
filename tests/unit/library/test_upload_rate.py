"""How often one person may upload: the rule alone."""

from concurrent.futures import ThreadPoolExecutor
from functools import partial
from math import inf
from pathlib import Path

from polybooru.counters import Counters
from polybooru.library.upload_rate import Window, step


def waits(*moments: float, at_once: int = 1, seconds_between: float = 5, an_hour: float = inf) -> list[float]:
    state, found = (), []
    windows = (
        Window(uploads=at_once, seconds=seconds_between),
        Window(uploads=an_hour, seconds=3_600),
    )
    for now in moments:
        state, wait = step(state, now, windows)
        found.append(round(wait, 3))
    return found


def test_between_two_uploads_lies_a_while_and_refused_ones_do_not_prolong_it() -> None:
    assert waits(100, 100, 104.5, 105, 106, 110) == [0, 5, 0.5, 0, 4, 0]


def test_so_many_pass_in_an_hour_from_the_first_on() -> None:
    assert waits(0, 5, 10, 15, 3599, 3600, 3605, an_hour=3) == [0, 0, 0, 3585, 1, 0, 0]


def test_the_longer_wait_is_told() -> None:
    assert waits(0, 3598, 3599, an_hour=2) == [0, 0, 4]
    assert waits(0, 3500, 3504, an_hour=2) == [0, 0, 96]


def test_several_may_be_let_in_at_once() -> None:
    assert waits(0, 0, 1, 2, 5, at_once=3) == [0, 0, 0, 3, 0]


def test_without_a_distance_only_the_hour_counts() -> None:
    assert waits(1, 1, 1, 1, seconds_between=0, an_hour=3) == [0, 0, 0, 3600]


def test_a_clock_that_was_set_back_locks_nobody_out() -> None:
    assert waits(100_000, 10, 11, an_hour=1) == [0, 0, 3599]


def test_of_many_at_once_one_passes(tmp_path: Path) -> None:
    counters = Counters(tmp_path / "counters")
    take = partial(step, now=100.0, windows=[Window(uploads=1, seconds=5)])
    with ThreadPoolExecutor(16) as threads:
        found = list(threads.map(lambda _: counters.step("key", 100.0, 5, take), range(200)))
    counters.close()
    assert found.count(0) == 1
