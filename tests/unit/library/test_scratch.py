import os
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

from polybooru.library.policy import Policy
from polybooru.library.scratch import sweep_scratch

NOW = datetime(2026, 3, 1, tzinfo=UTC)


def left_behind(scratch: Path, name: str, *, age_seconds: float) -> Path:
    path = scratch / name
    if name.startswith("represent-"):
        path.mkdir()
        (path / "thumb.png").write_bytes(b"x")
    else:
        path.write_bytes(b"x")
    os.utime(path, (NOW.timestamp() - age_seconds,) * 2)
    return path


def test_what_a_killed_process_left_is_swept_after_a_day_and_nothing_else(tmp_path: Path) -> None:
    old = [
        left_behind(tmp_path, f"{kind}-1", age_seconds=90_000) for kind in ("upload", "represent", "fetched")
    ]
    young = left_behind(tmp_path, "upload-2", age_seconds=60)
    decoders = left_behind(tmp_path, "decoders", age_seconds=90_000)
    library = SimpleNamespace(scratch=tmp_path, policy=Policy(), clock=lambda: NOW)
    sweep_scratch(cast("Any", library))
    assert [path.exists() for path in old] == [False, False, False]
    assert young.exists()
    assert decoders.exists()
