#!/usr/bin/env python3
"""Measure `polybooru import manifest` with one job and with two: the second core has to count.

    python -m bench.import_jobs [--pictures 120] [--rounds 3]

Pictures of about 1500 pixels, PNG and JPEG by turns, are made once. Every run starts with an empty library
and is timed from the start of the command to its end, when all representations exist; runs alternate.
`cpu_seconds` is what all processes of the command computed: it is the same work with two jobs, so on a busy
machine `cores` (cpu_seconds / seconds) tells what the command was given.
"""

import argparse
import json
import pathlib
import resource
import subprocess
import time

import numpy as np
import pyvips
from bench.corpora import DATA
from bench.processes import POLYBOORU, scratch
from bench.report import median, publish

from polybooru import app
from polybooru.library.accounts import create_user
from polybooru.library.actors import OPERATOR, Role
from polybooru.library.jobs import REPRESENT, count_waiting
from polybooru.settings import Settings

JOBS = (1, 2)
WANTED_RATIO = 1.6


def pictures(count):
    """A folder with a manifest of drawn noise over gradients: neither trivial nor incompressible."""
    folder = DATA / f"pictures-{count}"
    manifest = folder / "manifest.jsonl"
    if manifest.exists():
        return manifest
    folder.mkdir(parents=True, exist_ok=True)
    lines = []
    for number in range(count):
        rng = np.random.default_rng([1, 4, number])
        width, height = (int(side) for side in rng.integers(1200, 1800, 2))
        down, across = np.mgrid[0:height, 0:width]
        waves = [
            np.sin(across / rng.integers(30, 300)) + np.cos(down / rng.integers(30, 300)) for _ in range(3)
        ]
        pixels = 128 + 50 * np.stack(waves, axis=-1) + rng.normal(0, 4, (height, width, 1))
        picture = pyvips.Image.new_from_array(pixels.clip(0, 255).astype(np.uint8), interpretation="srgb")
        name = f"{number}.{'png' if number % 2 else 'jpg'}"
        picture.write_to_file(str(folder / name))
        lines.append(
            json.dumps({"path": name, "title": f"Waves {number}", "tags": ["safe", "waves", "drawn"]})
        )
    manifest.write_text("\n".join(lines) + "\n")
    return manifest


def run(manifest, jobs):
    """One import into an empty library."""
    with scratch() as folder:
        data = folder / "library"
        app.initialise(data, Settings())
        with app.open_library(data, Settings()) as library:
            create_user(library, OPERATOR, "admin", "a long password", role=Role.ADMIN)
        command = [*POLYBOORU, "import", "manifest", str(manifest), "--jobs", f"{jobs}", "--data", str(data)]
        before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        seconds, after = time.perf_counter() - start, resource.getrusage(resource.RUSAGE_CHILDREN)
        with app.open_library(data, Settings()) as library, library.reading() as reading:
            if count_waiting(reading, REPRESENT) or "0 refused" not in done.stdout:
                raise RuntimeError(done.stdout)
    computed = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return {"seconds": seconds, "cpu_seconds": computed}


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--pictures", type=int, default=120)
    parser.add_argument("--rounds", type=int, default=3)
    args = parser.parse_args()
    manifest = pathlib.Path(pictures(args.pictures))
    seen = {jobs: [] for jobs in JOBS}
    for _ in range(args.rounds):
        for jobs in JOBS:
            seen[jobs].append(run(manifest, jobs))
    ratios = [one["seconds"] / two["seconds"] for one, two in zip(seen[1], seen[2], strict=True)]
    publish(
        "import_jobs",
        {
            "pictures": args.pictures,
            "ratio": median(ratios),
            "ratios": [round(ratio, 3) for ratio in ratios],
            "wanted_ratio": WANTED_RATIO,
            **{
                f"jobs_{jobs}": {
                    "pictures_per_second": median(args.pictures / one["seconds"] for one in runs),
                    "seconds": median(one["seconds"] for one in runs),
                    "cpu_seconds": median(one["cpu_seconds"] for one in runs),
                    "cores": median(one["cpu_seconds"] / one["seconds"] for one in runs),
                }
                for jobs, runs in seen.items()
            },
        },
    )


if __name__ == "__main__":
    main()
