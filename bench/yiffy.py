"""Measure YiffyAPI over HTTP: a random image against a bare route with the same bytes, bulk, a redirect.

    python -m bench.yiffy [--images 1000000] [--rounds 3] [--seconds 4]

The category has three images in ten, whose documents are all kept; bulk asks for 100 images of 20 categories
on one connection. Limits are off, one worker on the first core; requests come from `wrk` (a Debian package)
on the last core, in turns with a bare async Starlette route that answers the same bytes. `cold` keeps no
document. Measured is once the server rests after its start; CPU time is that of all its processes and
threads, the saving of counts with it. On a machine that others use too it says more than requests a second.
"""

import argparse
import contextlib
import hashlib
import json
import os
import sqlite3
import subprocess
import sys
import urllib.request

from bench.bare_server import WHOLE
from bench.http_search import COLD, CORES, WARM, Load, fetch, middle
from bench.library import copy
from bench.processes import (
    POLYBOORU,
    address_said,
    cpu_seconds,
    family,
    running,
    save_index,
    scratch,
    serving,
    settled,
)
from bench.report import publish

from polybooru.app import DATABASE_FILE

SHARE = 0.3
BULK_CATEGORIES, BULK_IMAGES = 20, 100
WARMED_AT_ONCE = 10_000
OFF = {"POLYBOORU_DIALECT__YIFFY__RATE_LIMIT": "off"}
RANDOM = "/yiffy/V2/bench/many?notes=disabled"
BULK_LUA = """
wrk.method, wrk.body = "POST", os.getenv("BODY")
wrk.headers["Content-Type"], wrk.headers["Authorization"] = "application/json", os.getenv("KEY")
done = function(summary, latency)
    local form = 'JSON {"requests": %d, "seconds": %f, "p50_ms": %f, "p99_ms": %f, "errors": %d}\\n'
    io.write(string.format(form, summary.requests, summary.duration / 1e6, latency:percentile(50) / 1e3,
        latency:percentile(99) / 1e3, summary.errors.status + summary.errors.timeout))
end
"""


def polybooru(data, *arguments):
    command = [*POLYBOORU, *arguments, "--data", data]
    done = subprocess.run(list(map(str, command)), capture_output=True, text=True, check=True)
    return done.stdout.strip()


def prepare(images, folder):
    """A library with MD5s, categories, a key and a short address: (its folder, the key)."""
    data = copy(images, folder)
    with contextlib.closing(sqlite3.connect(data / DATABASE_FILE)) as connection:
        connection.execute("update images set md5_hash = substr(blob, 1, 32)")
        url = "https://example.com/bench"
        connection.execute(
            "insert into shortlinks (code, url, url_sha256, credit, created_at)"
            " values ('bench', ?, ?, '', 0)",
            (url, hashlib.sha256(url.encode()).digest()),
        )
        connection.commit()
        connection.execute("analyze")
    last = int(images * SHARE)
    polybooru(data, "category", "add", "bench.many", "--query", f"id.lte:{last}")
    for number in range(BULK_CATEGORIES):
        first = number * images // BULK_CATEGORIES
        query = f"id.gt:{first}, id.lte:{first + images // BULK_CATEGORIES}"
        polybooru(data, "category", "add", f"bench.part{number}", "--query", query)
    user = polybooru(data, "user", "list").partition("\t")[2].partition("\t")[0]
    key = polybooru(data, "token", "create", user, "--scope", "yiffy:bulk", "--name", "bench")
    polybooru(data, "token", "limit", user, "bench", "--bulk", str(WARMED_AT_ONCE), "--unlimited")
    return data, key


def warm(address, key, count):
    """Ask for the documents of nearly all images of the category."""
    for _ in range(count // WARMED_AT_ONCE * 4 + 4):
        request = urllib.request.Request(
            f"{address}/yiffy/V2/bulk",
            data=json.dumps({"bench.many": WARMED_AT_ONCE}).encode(),
            headers={"Content-Type": "application/json", "Authorization": key},
        )
        with urllib.request.urlopen(request, timeout=300) as answer:
            answer.read()


def bulk(address, key, folder, seconds, pids):
    """One connection: what a caller waits for, and the CPU time of it."""
    wanted = {f"bench.part{n}": BULK_IMAGES // BULK_CATEGORIES for n in range(BULK_CATEGORIES)}
    (folder / "bulk.lua").write_text(BULK_LUA)
    wrk = ["wrk", "-t1", "-c1", f"-d{seconds}s", "-s", "bulk.lua", f"{address}/yiffy/V2/bulk"]
    before = cpu_seconds(pids)
    done = subprocess.run(
        ["taskset", "-c", str(CORES[-1]), *wrk],
        cwd=folder,
        env={"BODY": json.dumps(wanted), "KEY": key, "PATH": os.environ["PATH"]},
        capture_output=True,
        text=True,
        check=True,
    )
    seen = json.loads(done.stdout.partition("JSON ")[2])
    if seen["errors"]:
        raise RuntimeError(done.stdout)
    cpu_us = (cpu_seconds(pids) - before) / seen["requests"] * 1e6
    return seen | {"per_second": seen["requests"] / seen["seconds"], "cpu_us": cpu_us}


def round_of(load, address, pids, rounds):
    return middle([load.on(address, pids) for _ in range(rounds)])


def measure(images, rounds, seconds):
    with scratch() as folder:
        data, key = prepare(images, folder)
        save_index(data)
        load, links = Load(folder, [RANDOM], seconds), folder / "links"
        links.mkdir()
        result = {"images": images, "in_category": int(images * SHARE)}
        with serving(data, core=CORES[0], **OFF, **WARM) as (process, address):
            pids = settled(process.pid)
            body = fetch(address + RANDOM)
            (folder / "parts").write_bytes(body)
            warm(address, key, result["in_category"])
            pids = settled(process.pid)  # what was counted is saved
            load.on(address, pids)
            bare_command = (sys.executable, "-m", "bench.bare_server", folder / "parts")
            with running(*bare_command, core=CORES[0]) as bare:
                there = address_said(bare)
                plain = Load(links, [WHOLE], seconds)
                ours, theirs = [], []
                for _ in range(rounds):
                    ours.append(load.on(address, pids))
                    theirs.append(plain.on(there, family(bare.pid)))
            result |= {"random": middle(ours), "bare": middle(theirs)}
            result["ratio_of_requests"] = result["random"]["per_second"] / result["bare"]["per_second"]
            result["ratio_of_cpu"] = result["bare"]["cpu_us"] / result["random"]["cpu_us"]
            bulk(address, key, folder, seconds, pids)
            result["bulk"] = bulk(address, key, folder, seconds, pids)
            short = Load(links, ["/yiffy/s/bench"], seconds)
            result["redirect"] = round_of(short, address, pids, rounds)
        with serving(data, core=CORES[0], **OFF, **COLD) as (process, address):
            pids = settled(process.pid)
            load.on(address, pids)
            result["cold"] = round_of(load, address, pids, rounds)
        result["ratio_of_cpu_cold"] = result["bare"]["cpu_us"] / result["cold"]["cpu_us"]
    return result


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--images", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=int, default=4)
    args = parser.parse_args()
    publish("yiffy", measure(args.images, args.rounds, args.seconds))


if __name__ == "__main__":
    main()
