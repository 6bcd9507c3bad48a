#!/usr/bin/env python3
"""Measure how long a library takes to come up: `polybooru serve` to its first answer, and the index alone.

python -m bench.start [--images 10000] [--rounds 3]
"""

import argparse
import time
import urllib.error

from bench.bare_server import PATH
from bench.http_search import fetch
from bench.library import copy, library
from bench.processes import cpu_seconds, family, scratch, serving
from bench.report import median, publish

from polybooru.app import open_library
from polybooru.settings import Settings


def to_first_answer(data):
    start = time.perf_counter()
    with serving(data) as (process, address):
        while True:
            try:
                fetch(f"{address}{PATH}?q=safe")
                break
            except urllib.error.URLError:
                time.sleep(0.01)
        return {
            "first_answer_seconds": time.perf_counter() - start,
            "first_answer_cpu_seconds": cpu_seconds(family(process.pid)),
        }


def index_alone(data):
    with open_library(data, Settings()) as opened:
        start, computed = time.perf_counter(), time.process_time()
        opened.replica.load()
        return {
            "index_seconds": time.perf_counter() - start,
            "index_cpu_seconds": time.process_time() - computed,
        }


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--images", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=3)
    args = parser.parse_args()
    with scratch() as folder:
        data = copy(args.images, folder)
        rounds = [to_first_answer(data) | index_alone(library(args.images)) for _ in range(args.rounds)]
    numbers = {name: median((one[name] for one in rounds), 2) for name in rounds[0]}
    publish("start", {"images": args.images, **numbers})


if __name__ == "__main__":
    main()
