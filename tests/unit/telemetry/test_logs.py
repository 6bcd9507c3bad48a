"""What logs may hold; in an interpreter of their own, as logging is set up for a whole process."""

import subprocess
import sys

import pytest
from tests.repository import SOURCE

FAIL = """
import io, sys
from polybooru.telemetry.logs import configure_logs
import structlog

class Stream(io.StringIO):
    def isatty(self):
        return sys.argv[1] == "terminal"

stream = Stream()
configure_logs(stream=stream)

def fail(key):
    raise ValueError("it failed")

try:
    fail("planted" + "-key")
except ValueError:
    structlog.get_logger().exception("request_failed")
print(stream.getvalue())
"""


@pytest.mark.parametrize("kind", ["terminal", "pipe"])
def test_a_trace_is_logged_without_the_values_of_its_variables(kind: str) -> None:
    run = subprocess.run(
        [sys.executable, "-c", FAIL, kind],
        check=True,
        capture_output=True,
        env={"PYTHONPATH": str(SOURCE.parent)},
        text=True,
    )
    assert "request_failed" in run.stdout
    assert "ValueError: it failed" in run.stdout
    assert "planted-key" not in run.stdout


_PIECES = """
import os, socket, sys
here, there = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
os.dup2(there.fileno(), 2)
from polybooru.telemetry.logs import configure_logs
import logging, structlog
configure_logs()
structlog.get_logger().info("first", number=1)
logging.getLogger("uvicorn").warning("second")
here.setblocking(False)
while True:
    try:
        print(repr(here.recv(1_000)[-3:]))
    except BlockingIOError:
        break
"""


@pytest.mark.parametrize("unbuffered", ["", "1"])
def test_a_line_is_written_in_one_piece(unbuffered: str) -> None:
    """Processes share the stream: between two pieces another's line may come."""
    environment = {"PYTHONPATH": str(SOURCE.parent), "PYTHONUNBUFFERED": unbuffered}
    ended = subprocess.run(
        [sys.executable, "-c", _PIECES], env=environment, capture_output=True, text=True, check=True
    )
    assert ended.stdout.splitlines() == [repr(b'"}\n')] * 2
