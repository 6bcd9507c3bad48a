#!/usr/bin/env python3
"""Measure `polybooru dump` and `import dump`: images a second, and the memory of each.

    python -m bench.dump [--images 100000]

A library where people have talked (`talk.py`) is dumped, and read into one that `init` has just made. Memory
is told twice: what the process holds of its own, and that with the pages of the database file that SQLite
maps, which are the system's cache and given back when somebody else wants them. Both are looked at ten times
a second. Images a second are of the clock, as commits wait for the disk; CPU time is told too.
"""

import argparse
import os
import pathlib
import re
import subprocess
import time

from bench.processes import POLYBOORU, scratch
from bench.report import publish
from bench.talk import talk

EVERY_SECONDS = 0.1
_KIB = re.compile(r"^(RssAnon|VmRSS):\s+(\d+)", re.MULTILINE)


def watched(images, *arguments):
    """One command: images a second, CPU seconds, and the most memory of two kinds in MB."""
    most = {"RssAnon": 0, "VmRSS": 0}
    began, before = time.perf_counter(), os.times()
    process = subprocess.Popen(list(map(str, [*POLYBOORU, *arguments])), stderr=subprocess.DEVNULL)
    while process.poll() is None:
        for name, kib in _KIB.findall(pathlib.Path(f"/proc/{process.pid}/status").read_text()):
            most[name] = max(most[name], int(kib))
        time.sleep(EVERY_SECONDS)
    seconds, after = time.perf_counter() - began, os.times()
    if process.returncode:
        raise RuntimeError(f"{arguments} ended with {process.returncode}")
    cpu = after.children_user + after.children_system - before.children_user - before.children_system
    return {
        "images_per_second": round(images / seconds),
        "cpu_seconds": round(cpu, 1),
        "own_mb": round(most["RssAnon"] / 1024),
        "with_mapped_file_mb": round(most["VmRSS"] / 1024),
    }


def measure(images):
    data = talk(images)
    with scratch() as folder:
        dumps, copy = folder / "dumps", folder / "copy"
        dumps.mkdir()
        found = {"dump": watched(images, "dump", "--to", dumps, "--data", data)}
        found["dump_mb"] = round(sum(file.stat().st_size for file in dumps.rglob("*.gz")) / 1e6)
        watched(images, "init", "--data", copy)
        found["import"] = watched(images, "import", "dump", dumps, "--data", copy)
    return found


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--images", type=int, default=100_000)
    images = parser.parse_args().images
    publish("dump", {"images": images, **measure(images)})


if __name__ == "__main__":
    main()
