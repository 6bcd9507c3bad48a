"""How often categories were asked for: counted in memory, added to what processes share."""

import sqlite3
from pathlib import Path
from typing import Any

import pytest

from polybooru.api.yiffy.statistics import EVERYBODY, Statistics, by_address
from polybooru.counters import Counters

NOW = 1_700_000_000.0
HERE = by_address("192.0.2.1")


class Away(Counters):
    """Counters whose file fails at the steps that are named."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self.failing: set[str] = set()

    def step(self, key: str, *rest: Any, **more: Any) -> Any:
        if key in self.failing:
            raise sqlite3.OperationalError("disk I/O error")
        return super().step(key, *rest, **more)


def test_processes_add_up(tmp_path: Path) -> None:
    ours, theirs = (Statistics(Counters(tmp_path / "counters")) for _ in range(2))
    ours.count([EVERYBODY, HERE], 1, 2)
    theirs.count([EVERYBODY], 1, 3)
    theirs.count([EVERYBODY], 2, 1)
    assert ours.of(EVERYBODY, NOW) == {1: 2}
    theirs.save(NOW)
    assert ours.of(EVERYBODY, NOW) == {1: 5, 2: 1}
    ours.save(NOW)
    ours.save(NOW)
    assert theirs.of(EVERYBODY, NOW) == {1: 5, 2: 1}
    assert theirs.of(HERE, NOW) == {1: 2}


@pytest.mark.parametrize("failing", [EVERYBODY, HERE])
def test_what_could_not_be_saved_is_saved_later_and_once(tmp_path: Path, failing: str) -> None:
    counters = Away(tmp_path / "counters")
    found = Statistics(counters)
    found.count([EVERYBODY, HERE], 1, 2)
    counters.failing = {f"yiffy asked {failing}"}
    with pytest.raises(sqlite3.OperationalError):
        found.save(NOW)
    found.count([EVERYBODY], 1, 1)
    counters.failing = set()
    found.save(NOW)
    again = Statistics(counters)
    assert (again.of(EVERYBODY, NOW), again.of(HERE, NOW)) == ({1: 3}, {1: 2})
