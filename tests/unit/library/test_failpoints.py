"""A failpoint kills the process that armed it, there and nowhere else."""

import signal
import subprocess
import sys
from pathlib import Path

PROGRAM = """
from polybooru.library.failpoints import arm, failpoint
failpoint("ingest.one")
arm("ingest.one")
failpoint("ingest.two")
print("alive", flush=True)
failpoint("ingest.one")
print("still alive", flush=True)
"""


def test_an_armed_point_kills_as_kill_9_does_and_others_do_nothing() -> None:
    source = Path(__file__).parents[3] / "src"
    ended = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        env={"PYTHONPATH": str(source)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == -signal.SIGKILL
    assert ended.stdout == "alive\n"
