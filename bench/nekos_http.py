#!/usr/bin/env python3
"""Measure `/nekos/api/image/random` over HTTP against a bare route with the same bytes.

    python -m bench.nekos_http [--images 10000] [--rounds 5] [--seconds 4]

One worker on the first core, all documents in memory, no limit of requests, and in turns with it a bare async
Starlette route that gives an answer of the same length; the requests come from `wrk` on the last core. On a
machine that others use too, the ratio of CPU time says more than that of requests a second.
"""

import argparse
import json
import sys

from bench.bare_server import PATH
from bench.http_search import CORES, WARM, Load, fetch, middle, server
from bench.library import library
from bench.processes import address_said, family, running, save_index, scratch
from bench.report import median, publish

TARGET = "/nekos/api/image/random"
UNLIMITED = {"POLYBOORU_DIALECT__NEKOS__RATE_LIMIT": "off"}
RANDOM_ANSWERS = 400


def warm(address, images):
    """Have every document made."""
    for offset in range(0, images, 25):
        fetch(f"{address}/nekos/api/image?limit=25&offset={offset}")


def measure(images, rounds, seconds):
    save_index(library(images))
    with scratch() as folder, server(images, cache=WARM | UNLIMITED) as (process, address):
        warm(address, images)
        bodies = [fetch(address + TARGET) for _ in range(RANDOM_ANSWERS)]
        body = sorted(bodies, key=len)[len(bodies) // 2]
        assert json.loads(body)["success"]
        (folder / "parts").write_bytes(body)
        load = Load(folder, [TARGET], seconds)
        seen = {"polybooru": [], "bare": []}
        with running(sys.executable, "-m", "bench.bare_server", folder / "parts", core=CORES[0]) as other:
            bare = address_said(other)
            for _ in range(rounds):
                (folder / "targets").write_text(TARGET)
                seen["polybooru"].append(load.on(address, family(process.pid)))
                (folder / "targets").write_text(PATH)
                seen["bare"].append(load.on(bare, family(other.pid)))
    pairs = list(zip(seen["polybooru"], seen["bare"], strict=True))
    return {
        "images": images,
        "body_bytes": len(body),
        "ratio_of_requests": median(one["per_second"] / two["per_second"] for one, two in pairs),
        "ratio_of_cpu_time": median(two["cpu_us"] / one["cpu_us"] for one, two in pairs),
        **{name: middle(found) for name, found in seen.items()},
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--images", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=int, default=4)
    args = parser.parse_args()
    publish("nekos_http", measure(args.images, args.rounds, args.seconds))


if __name__ == "__main__":
    main()
