"""Shared counters: one step at a time over threads and processes, forgotten in time, never in the way."""

import multiprocessing
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from polybooru.counters import Counters, State


def one_more(state: State) -> tuple[State, int]:
    count = int(state[0]) + 1 if state else 1
    return (float(count),), count


def count(path: Path, times: int) -> None:
    counters = Counters(path)
    for _ in range(times):
        counters.step("somebody", 100.0, 60, one_more)
    counters.close()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "counters.sqlite3"


def test_each_key_has_a_state_of_its_own(path: Path) -> None:
    counters = Counters(path)
    assert [counters.step(key, 100.0, 60, one_more) for key in "aba"] == [1, 1, 2]


def test_processes_and_threads_count_together_exactly(path: Path) -> None:
    fork = multiprocessing.get_context("fork")
    processes = [fork.Process(target=count, args=(path, 100)) for _ in range(3)]
    for process in processes:
        process.start()
    counters = Counters(path)
    with ThreadPoolExecutor(8) as pool:
        counted = list(pool.map(lambda _: counters.step("somebody", 100.0, 60, one_more), range(200)))
    for process in processes:
        process.join()
        assert process.exitcode == 0
    assert len(set(counted)) == 200
    assert counters.step("somebody", 100.0, 60, one_more) == 501


def test_processes_that_make_the_file_at_once_all_count(tmp_path: Path) -> None:
    """As web processes do with their first requests."""
    fork, rounds, at_once = multiprocessing.get_context("fork"), 40, 4
    together = fork.Barrier(at_once)

    def first_steps() -> None:
        for number in range(rounds):
            counters = Counters(tmp_path / str(number))
            together.wait(10)
            counters.step("key", 1.0, 60, lambda state: ((*state, 1.0), None))
            counters.close()

    processes = [fork.Process(target=first_steps) for _ in range(at_once)]
    for process in processes:
        process.start()
    for process in processes:
        process.join(60)
    assert [process.exitcode for process in processes] == [0] * at_once
    for number in range(rounds):
        counters = Counters(tmp_path / str(number))
        assert counters.step("key", 2.0, 60, lambda state: (state, state)) == (1.0,) * at_once
        counters.close()


def test_a_fork_counts_on(path: Path) -> None:
    counters = Counters(path)
    counters.step("somebody", 100.0, 60, one_more)
    process = multiprocessing.get_context("fork").Process(
        target=counters.step, args=("somebody", 100.0, 60, one_more)
    )
    process.start()
    process.join()
    assert process.exitcode == 0
    assert counters.step("somebody", 100.0, 60, one_more) == 3


def test_a_state_is_forgotten_after_its_time(path: Path) -> None:
    counters = Counters(path)
    counters.step("somebody", 100.0, 60, one_more)
    assert counters.step("somebody", 159.9, 60, one_more) == 2
    assert counters.step("somebody", 219.9, 60, one_more) == 1


def test_what_is_forgotten_is_removed_from_the_file(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("polybooru.counters.counters._SWEEP_EVERY", 10)
    counters = Counters(path)
    for number in range(9):
        counters.step(str(number), 100.0, 60, one_more)
    counters.step("later", 200.0, 60, one_more)
    assert counters._connected().execute("select key from counters").fetchall() == [("later",)]


def test_a_step_that_fails_changes_nothing(path: Path) -> None:
    counters = Counters(path)

    def fail(state: State) -> tuple[State, int]:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        counters.step("somebody", 100.0, 60, fail)
    assert counters.step("somebody", 100.0, 60, one_more) == 1


def test_a_file_that_is_no_database_is_made_anew(path: Path) -> None:
    path.write_bytes(b"not a database, but long enough to be taken for one" * 100)
    assert Counters(path).step("somebody", 100.0, 60, one_more) == 1
