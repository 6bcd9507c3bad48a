"""Log lines of requests: whole, without surprises, and never a reason to fail."""

import json
import os
from collections.abc import Iterator

import pytest

from polybooru.telemetry.logs import request_log


@pytest.fixture
def pipe() -> Iterator[tuple[int, int]]:
    ends = os.pipe()
    yield ends
    for end in ends:
        os.close(end)


def test_a_request_is_one_json_line_whatever_its_path(pipe: tuple[int, int]) -> None:
    with os.fdopen(os.dup(pipe[1]), "w") as stream:
        log = request_log(stream=stream)
        assert log is not None
        log("ab12", "GET", '/a\n{"event": "forged"}\x1b[0m', 404, 1.25)
    text = os.read(pipe[0], 65536).decode()
    assert text.count("\n") == 1
    assert "\x1b" not in text
    line = json.loads(text)
    assert line.pop("timestamp").endswith("+00:00")
    assert line == {
        "event": "request_done",
        "level": "info",
        "request_id": "ab12",
        "method": "GET",
        "path": '/a\n{"event": "forged"}\x1b[0m',
        "status": 404,
        "took_ms": 1.25,
    }


@pytest.mark.parametrize("character", ["a", "\x01", "\U0001f98a"])
def test_a_line_is_short_enough_for_a_pipe_to_take_it_in_one_piece(
    pipe: tuple[int, int], character: str
) -> None:
    with os.fdopen(os.dup(pipe[1]), "w") as stream:
        log = request_log(stream=stream)
        assert log is not None
        log("ab12", "GET", character * 60_000, 404, 1.25)
    assert len(os.read(pipe[0], 65536)) <= os.fpathconf(pipe[1], "PC_PIPE_BUF")


def test_nothing_is_logged_above_the_level() -> None:
    assert request_log(level="warning") is None


def test_a_log_that_nobody_reads_does_not_end_a_request() -> None:
    reader, writer = os.pipe()
    with os.fdopen(writer, "w") as stream:
        log = request_log(stream=stream)
        os.close(reader)
        assert log is not None
        log("ab12", "GET", "/", 200, 1.0)
