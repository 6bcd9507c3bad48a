#!/usr/bin/env python3
"""Measure searches over HTTP: pages of 25 images, each query a different one, against a bare route.

    python -m bench.http_search [--images 1000000] [--rounds 5] [--seconds 4]

The realistic mix, of which every request gives a whole page; no answer is kept. Warm: all documents are in
memory, one worker on the first core, and in turns with it a bare async Starlette route that joins the same
ready parts, page after page; the same requests come from `wrk` (a Debian package) on the last core. A bare
route that joins the parts of one page over and over is told beside it: it never waits for memory. Cold: no
document is kept, each is read from SQLite and rendered, after some rounds in which the process meets the
pages of the file. Two workers: where the load has a core of its own, their requests a second
over those of one; on fewer cores, twice the CPU time of a request of one worker over that of two. Both are
told, and both for two processes of the bare route, which share nothing: two cores of a virtual machine may
not be two. On a machine that others use too, the ratio of CPU time says more than that of requests a second.
"""

import argparse
import collections
import contextlib
import itertools
import json
import os
import subprocess
import sys
import urllib.request

import msgspec
from bench.bare_server import PATH
from bench.library import library
from bench.processes import (
    address_said,
    cpu_seconds,
    family,
    running,
    save_index,
    scratch,
    serving,
    settled,
)
from bench.report import median, publish

CONNECTIONS = 16
MEETING = 6  # rounds, in which nearly every page of the file that is read at all is read
WARMINGS = 6  # of two workers: a connection comes to whichever of them takes it
CORES = sorted(os.sched_getaffinity(0))
PAIR = ",".join(map(str, CORES[:2]))
WARM = {"POLYBOORU_DOCUMENT_CACHE_BYTES": str(4 * 1024**3)}
COLD = {"POLYBOORU_DOCUMENT_CACHE_BYTES": "1"}
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


def fetch(address):
    with urllib.request.urlopen(address, timeout=30) as answer:
        return answer.read()


def warm(address, pages):
    """Ask for the documents of all pages, which are few enough for the cache; by id."""
    ordered = sorted(set(itertools.chain.from_iterable(page["ids"] for page in pages)))
    found = {}
    for at in range(0, len(ordered), 50):
        asked = ordered[at : at + 50][::-1]  # as they come
        wanted = "%20%7C%7C%20".join(f"id:{number}" for number in asked)
        body = fetch(f"{address}{PATH}?q={wanted}&sf=id&per_page=50")
        documents = msgspec.json.decode(body, type=Page).images
        found.update(zip(asked, map(bytes, documents), strict=True))
    return found


def keep_parts(folder, documents, pages):
    """For the bare route: all documents, and those of each page by their places."""
    (folder / "parts").write_bytes(b"\n".join(documents.values()))
    places = {image_id: place for place, image_id in enumerate(documents)}
    listed = (msgspec.json.encode([places[image_id] for image_id in page["ids"]]) for page in pages)
    (folder / "pages").write_bytes(b"\n".join(listed))
    first = [documents[image_id] for image_id in pages[0]["ids"]]
    (folder / "first").write_bytes(b"\n".join(first))


class Load:
    """Requests in turn over all targets; one after the other, so that no round repeats the last one's."""

    def __init__(self, folder, targets, seconds):
        self._folder = folder
        self._seconds = seconds
        self._first = 0
        self._count = len(targets)
        (folder / "targets").write_text("\n".join(targets))
        (folder / "load.lua").write_text(LUA)

    def next(self):
        """Begin where the last round is likely to have ended."""
        self._first = (self._first + self._count // 7) % self._count

    def on(self, address, pids, connections=CONNECTIONS, rounds=1):
        """One round: what wrk saw, and the CPU time of the server in microseconds a request.

        rounds: as long as so many.
        """
        before = cpu_seconds(pids)
        seconds = rounds * self._seconds
        wrk = ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "-s", "load.lua", address]
        done = subprocess.run(
            ["taskset", "-c", str(CORES[-1]), *wrk],
            cwd=self._folder,
            env={"TARGETS": "targets", "FIRST": f"{self._first}", "PATH": os.environ["PATH"]},
            capture_output=True,
            text=True,
            check=True,
        )
        seen = json.loads(done.stdout.partition("JSON ")[2])
        if seen["errors"]:
            raise RuntimeError(done.stdout)
        seen["per_second"] = seen["requests"] / seen["seconds"]
        seen["cpu_us"] = (cpu_seconds(pids) - before) / seen["requests"] * 1e6
        return seen


@contextlib.contextmanager
def server(images, *, workers=1, cores=CORES[0], cache):
    """From the saved index."""
    with serving(library(images), workers=workers, core=cores, **cache) as found:
        settled(found[0].pid)
        yield found


def listed_pages(images):
    command = [sys.executable, "-m", "bench.full_pages", "--images", str(images)]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    return [json.loads(line) for line in done.stdout.splitlines()]


def against_bare(address, pids, load, folder, rounds):
    """Rounds of ours and of both bare routes in turns."""
    seen = {"polybooru": [], "bare": [], "bare_one_page": [], "one_connection": []}
    with (
        bare_server(folder / "parts", "--pages", folder / "pages") as (many, bare),
        bare_server(folder / "first") as (one, one_page),
    ):
        load.on(bare, family(many.pid))  # as ours it has met the documents
        for _ in range(rounds):
            load.next()
            seen["polybooru"].append(load.on(address, pids))
            seen["bare"].append(load.on(bare, family(many.pid)))
            seen["bare_one_page"].append(load.on(one_page, family(one.pid)))
            seen["one_connection"].append(load.on(address, pids, connections=1))
    return seen


@contextlib.contextmanager
def bare_server(*command, core=CORES[0]):
    with running(sys.executable, "-m", "bench.bare_server", *command, core=core) as process:
        yield process, address_said(process)


def middle(rounds):
    """The middle of some rounds. p99_of_mean: how uneven the waiting is, at any speed of the machine."""
    uneven = median((one["p99_ms"] * one["per_second"] / 1e3 / CONNECTIONS for one in rounds), 2)
    return {"p99_of_mean": uneven} | {
        key: median((one[key] for one in rounds), 2) for key in ("per_second", "cpu_us", "p50_ms", "p99_ms")
    }


def measure(images, rounds, seconds):
    pages = listed_pages(images)
    save_index(library(images))
    with scratch() as folder:
        load = Load(folder, [page["target"] for page in pages], seconds)
        with server(images, cache=WARM) as (process, address):
            keep_parts(folder, warm(address, pages), pages)
            body = fetch(address + pages[0]["target"])
            load.on(address, family(process.pid))
            seen = against_bare(address, family(process.pid), load, folder, rounds)
        with server(images, cache=COLD) as (process, address):
            load.on(address, family(process.pid), rounds=MEETING)
            seen["cold"] = [load.on(address, family(process.pid)) for _ in range(rounds)]
        two = two_workers(images, load, pages, rounds, middle(seen["polybooru"]))
        two["bare"] = two_bare(load, folder, rounds, middle(seen["bare"]))
        two["of_bare"] = round(two["ratio"] / two["bare"]["ratio"], 2)
    pairs = list(zip(seen["polybooru"], seen["bare"], strict=True))
    return {
        "images": images,
        "different_queries": len(pages),
        "kinds": dict(collections.Counter(page["kind"] for page in pages)),
        "body_bytes": len(body),
        "ratio_of_requests": median(ours["per_second"] / bare["per_second"] for ours, bare in pairs),
        "cold_of_bare": median(
            (
                cold["per_second"] / bare["per_second"]
                for cold, (_, bare) in zip(seen["cold"], pairs, strict=True)
            ),
            4,
        ),
        "ratio_of_cpu_time": median(bare["cpu_us"] / ours["cpu_us"] for ours, bare in pairs),
        "ratio_to_one_page": median(
            ours["per_second"] / bare["per_second"]
            for ours, bare in zip(seen["polybooru"], seen["bare_one_page"], strict=True)
        ),
        **{name: middle(found) for name, found in seen.items()},
        "two_workers": two,
        "rounds": [round(one["per_second"] / two["per_second"], 3) for one, two in pairs],
    }


def two_workers(images, load, pages, rounds, one):
    with server(images, workers=2, cores=PAIR, cache=WARM) as (process, address):
        for _ in range(WARMINGS):
            warm(address, pages)
        return of_one([load.on(address, family(process.pid)) for _ in range(rounds)], one)


def two_bare(load, folder, rounds, one):
    command = (folder / "parts", "--pages", folder / "pages", "--processes", 2)
    with bare_server(*command, core=PAIR) as (process, address):
        load.on(address, family(process.pid))
        return of_one([load.on(address, family(process.pid)) for _ in range(rounds)], one)


def of_one(rounds, one):
    """Two processes against one of the same."""
    has_own_core = len(CORES) > 2
    found = middle(rounds)
    by_requests, by_cpu = found["per_second"] / one["per_second"], 2 * one["cpu_us"] / found["cpu_us"]
    return found | {
        "ratio": round(by_requests if has_own_core else by_cpu, 2),
        "ratio_of_requests": round(by_requests, 2),
        "twice_the_ratio_of_cpu_time": round(by_cpu, 2),
        "load_had_its_own_core": has_own_core,
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--images", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=int, default=4)
    args = parser.parse_args()
    publish("http_search", measure(args.images, args.rounds, args.seconds))


if __name__ == "__main__":
    main()
