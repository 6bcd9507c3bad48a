"""Files that are made once a day: when they are due, and that two processes read the same."""

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

from polybooru.library.daily_file import DailyFile

NOW = datetime(2026, 1, 2, tzinfo=UTC)
HOUR = timedelta(hours=1)


def test_it_is_due_when_missing_and_a_day_old_and_not_right_after_a_try(tmp_path: Path) -> None:
    path = tmp_path / "file"
    file = DailyFile(path)
    assert file.read() is None
    assert file.is_due(NOW)
    file.trying(NOW)
    assert not file.is_due(NOW + HOUR / 10)
    assert file.is_due(NOW + HOUR)
    file.write(b"one")
    os.utime(path, (NOW.timestamp(), NOW.timestamp()))
    assert not file.is_due(NOW + 23 * HOUR)
    assert file.is_due(NOW + 24 * HOUR)


def test_what_one_process_writes_another_reads_whole(tmp_path: Path) -> None:
    path = tmp_path / "file"
    writer, reader = DailyFile(path), DailyFile(path)
    writer.write(b"one")
    first = reader.read()
    assert first is not None
    assert reader.read() is first
    writer.write(b"another")
    second = reader.read()
    assert second is not None
    assert (first.data, second.data) == (b"one", b"another")
    assert first.tag != second.tag
    assert sorted(tmp_path.iterdir()) == [path]
    path.unlink()
    assert reader.read() is None
