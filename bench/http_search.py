#!/usr/bin/env python3
"""Measure searches over HTTP: pages of 25 warm images, each query a different one, against a bare route.

    python -m bench.http_search [--rounds 5] [--seconds 4]

Both servers run one web process on core 0, in turns, with the same requests from `wrk` (a Debian package) on
core 1. The bare one is an async Starlette route that joins 25 ready parts. On a machine that others use too,
the ratio of CPU time a request says more than that of requests a second; both are told.
"""

import argparse
import collections
import contextlib
import itertools
import json
import subprocess
import sys
import urllib.request
from urllib.parse import urlencode

import msgspec
from bench.bare_server import PATH
from bench.library import corpus, library
from bench.processes import address_said, cpu_seconds, family, running, scratch, serving
from bench.queries import PER_PAGE
from bench.queries import generate as make_requests
from bench.report import median, publish

from polybooru.app import open_board
from polybooru.library.actors import ANONYMOUS
from polybooru.library.image_search import order_named
from polybooru.settings import Settings

IMAGES = 10_000
CONNECTIONS = 16
TRIED = 20_000
CACHE = {"POLYBOORU_DOCUMENT_CACHE_BYTES": str(128 * 1024**2)}  # so that all are warm
LUA = """
local targets, at = {}, 0
for line in io.lines(os.getenv("TARGETS")) do targets[#targets + 1] = line end
at = tonumber(os.getenv("FIRST"))
request = function()
    at = at % #targets + 1
    return wrk.format("GET", targets[at])
end
done = function(summary, latency)
    local errors = summary.errors
    local form = 'JSON {"requests": %d, "seconds": %f, "p50_ms": %f, "p99_ms": %f, "errors": %d}\\n'
    io.write(string.format(form,
        summary.requests, summary.duration / 1e6, latency:percentile(50) / 1e3, latency:percentile(99) / 1e3,
        errors.connect + errors.read + errors.write + errors.status + errors.timeout))
end
"""


class Page(msgspec.Struct):
    images: list[msgspec.Raw]


def full_pages(folder):
    """Different requests that give a whole page, asked of the library's own search."""
    found = {}
    with open_board(folder, Settings()) as board:
        board.library.replica.load()
        applied = board.search.filter_for(ANONYMOUS, None)
        for request in make_requests(corpus(IMAGES), TRIED):
            page = board.search.find(
                ANONYMOUS,
                board.search.parse(ANONYMOUS, request["q"]),
                order=order_named(request["sf"], descending=request["sd"] == "desc"),
                offset=(request["page"] - 1) * PER_PAGE,
                limit=PER_PAGE,
                hidden_by=applied,
            )
            if len(page.ids) == PER_PAGE:
                query = {name: request[name] for name in ("q", "sf", "sd", "page", "per_page")}
                found[f"{PATH}?{urlencode(query)}"] = request["kind"]
    return found


def fetch(address):
    with urllib.request.urlopen(address, timeout=10) as answer:
        return answer.read()


def warm(address):
    for page in range(1, IMAGES // 50 + 1):
        fetch(f"{address}{PATH}?q=id.gte:0&sf=id&per_page=50&page={page}")


def load(address, pids, first, seconds, folder):
    """One round of load: what wrk saw, and the CPU time of the server in microseconds a request."""
    before = cpu_seconds(pids)
    command = [
        "taskset",
        "-c",
        "1",
        "wrk",
        "-t1",
        f"-c{CONNECTIONS}",
        f"-d{seconds}s",
        "-s",
        "load.lua",
        address,
    ]
    environment = {"TARGETS": "targets", "FIRST": f"{first}", "PATH": "/usr/bin:/bin"}
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=True)
    seen = json.loads(done.stdout.partition("JSON ")[2])
    if seen["errors"]:
        raise RuntimeError(done.stdout)
    seen["per_second"] = seen["requests"] / seen["seconds"]
    seen["cpu_us"] = (cpu_seconds(pids) - before) / seen["requests"] * 1e6
    return seen


def measure(folder, targets, rounds, seconds):
    (folder / "targets").write_text("\n".join(targets))
    (folder / "load.lua").write_text(LUA)
    with contextlib.ExitStack() as stack:
        process, ours = stack.enter_context(serving(library(IMAGES), core=0, **CACHE))
        warm(ours)
        body = fetch(ours + next(iter(targets)))
        parts = [bytes(part) for part in msgspec.json.decode(body, type=Page).images]
        (folder / "parts").write_bytes(b"\n".join(parts))
        bare_process = stack.enter_context(
            running(sys.executable, "-m", "bench.bare_server", folder / "parts", core=0)
        )
        bare = address_said(bare_process)
        seen = {"polybooru": [], "bare": []}
        first = itertools.count(0, len(targets) // rounds)
        for _ in range(rounds):
            at = next(first)
            seen["polybooru"].append(load(ours, family(process.pid), at, seconds, folder))
            seen["bare"].append(load(bare, family(bare_process.pid), at, seconds, folder))
    return len(body), seen


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=int, default=4)
    args = parser.parse_args()
    found = full_pages(library(IMAGES))
    kinds = collections.Counter(found.values())
    with scratch() as folder:
        body_bytes, seen = measure(folder, list(found), args.rounds, args.seconds)
    pairs = list(zip(seen["polybooru"], seen["bare"], strict=True))
    publish(
        "http_search",
        {
            "images": IMAGES,
            "different_queries": len(found),
            "kinds": dict(kinds),
            "body_bytes": body_bytes,
            "ratio_of_requests": median(ours["per_second"] / bare["per_second"] for ours, bare in pairs),
            "ratio_of_cpu_time": median(bare["cpu_us"] / ours["cpu_us"] for ours, bare in pairs),
            "wanted_ratio": 0.18,
            **{
                name: {
                    key: median((one[key] for one in rounds), 2)
                    for key in ("per_second", "cpu_us", "p50_ms", "p99_ms")
                }
                for name, rounds in seen.items()
            },
            "rounds": [round(one["per_second"] / two["per_second"], 3) for one, two in pairs],
        },
    )


if __name__ == "__main__":
    main()
