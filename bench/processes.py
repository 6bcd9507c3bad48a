"""Processes under measurement: started in a session of their own, watched through /proc, stopped by id."""

import contextlib
import os
import pathlib
import re
import signal
import subprocess
import sys
import tempfile
import time

from bench.corpora import DATA

POLYBOORU = (sys.executable, "-m", "polybooru")
UNLIMITED = {
    "POLYBOORU_DIALECT__PHILOMENA__RATE_LIMIT": "off",
    "POLYBOORU_DIALECT__WAIFU__RATE_LIMIT": "off",
    "POLYBOORU_UPLOAD__RATE_LIMIT": "off",
}
QUIET_SECONDS = 2  # longer than a fresh server takes to start its helpers
_TICK_SECONDS = 1 / os.sysconf("SC_CLK_TCK")


@contextlib.contextmanager
def running(*command, core=None, **environment):
    """A started program, which is told to stop at the end; standard error is a pipe.

    core: which it is bound to, as taskset reads it.
    """
    pinned = ["taskset", "-c", str(core)] if core is not None else []
    process = subprocess.Popen(
        [*pinned, *map(str, command)],
        env=os.environ | environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    try:
        yield process
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.communicate(timeout=120)  # it may be saving an index
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.communicate()


@contextlib.contextmanager
def serving(data, *, workers=1, core=None, **environment):
    """`polybooru serve` on a free port: (its process, its address), once it says that it serves."""
    command = (*POLYBOORU, "serve", "--data", data, "--port", "0", "--workers", workers)
    with running(*command, core=core, POLYBOORU_LOG_LEVEL="warning", **UNLIMITED, **environment) as process:
        yield process, address_said(process)


def save_index(data):
    """Let a command that needs the index build it, and leave it for the servers that start after."""
    command = (*POLYBOORU, "search", "--data", data, "--limit", "1", "safe")
    subprocess.run(list(map(str, command)), stdout=subprocess.DEVNULL, check=True)


def address_said(process):
    """The first web address that the program prints."""
    for line in process.stderr:
        found = re.search(r"http://[\d.]+:\d+", line)
        if found:
            return found[0]
        print(line, end="", file=sys.stderr)
    raise RuntimeError(f"the server ended with {process.wait()}")


def family(pid):
    """The process and all that descend from it."""
    found = [pid]
    with contextlib.suppress(FileNotFoundError, ProcessLookupError):
        for task in pathlib.Path(f"/proc/{pid}/task").iterdir():
            for child in (task / "children").read_text().split():
                found += family(int(child))
    return found


def settled(pid, patience_seconds=300):
    """The family of a server once it rests: helpers of the start, as that which compiles tags, have ended.

    It rests when nobody comes or goes for two seconds, and looks at jobs and at the change log are all that
    is done: little, but the kernel counts a whole tick for many of them.
    """
    deadline = time.monotonic() + patience_seconds
    while time.monotonic() < deadline:
        pids, before = family(pid), cpu_seconds(family(pid))
        time.sleep(QUIET_SECONDS)
        if family(pid) == pids and cpu_seconds(pids) - before < 0.05 * QUIET_SECONDS:
            return pids
    raise RuntimeError(f"the server was still busy after {patience_seconds} seconds")


def name(pid):
    """The command line, short."""
    words = pathlib.Path(f"/proc/{pid}/cmdline").read_bytes().decode().split("\0")
    return " ".join(words[1:]).replace("\n", " ")[:60].strip()


def cpu_seconds(pids, *, with_ended=False):
    """Time that processes have computed, in user and in system mode; with_ended: children that ended too."""
    fields = (pathlib.Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split() for pid in pids)
    last = 15 if with_ended else 13
    return sum(sum(map(int, found[11:last])) * _TICK_SECONDS for found in fields)


def proportional_bytes(pid):
    """Memory with every shared page divided by those who share it: proportional set sizes add up."""
    for line in pathlib.Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1]) * 1024
    raise RuntimeError("the kernel tells no proportional set size")


@contextlib.contextmanager
def scratch():
    """A folder for one run, on the disk of the checkout: where syncing means syncing."""
    DATA.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=DATA, prefix="run-") as folder:
        yield pathlib.Path(folder)
