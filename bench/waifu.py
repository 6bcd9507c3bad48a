#!/usr/bin/env python3
"""Measure the waifu.im dialect: searches against a bare route with the same bytes, and favourites a second.

    python -m bench.waifu [--images 1000000] [--rounds 3] [--seconds 2]

A copy of the library in which somebody has 10,000 favourites; limits off, one worker on the first core, and
in turns with it a bare async Starlette route that answers the same bytes; requests come from `wrk` (a Debian
package) on the last core. Searches draw anew at each request. Warm: documents are kept in 4 GiB, as far as
they were asked for. Cold: none is kept, each is read and rendered. Measured is once the server rests after
its start. The ratio is that of CPU time a request, of all processes of the server, as the machine is rarely
idle; requests a second are told too. Every insert, delete and toggle is a
transaction of its own, synced to the disk (SQLite, synchronous=FULL).
"""

import argparse
import contextlib
import json
import os
import sqlite3
import subprocess
import sys
import urllib.request

import numpy as np
from bench.bars import MILLION
from bench.http_search import COLD, CORES, WARM
from bench.library import MOMENT, copy
from bench.philomena_routes import compared
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

from polybooru.app import DATABASE_FILE

FAVOURITES = 10_000
FAN = "user 7"
CONNECTIONS = 8
READS = {
    "search, one image": ("/waifu/search", False),
    "search, 30 images": ("/waifu/search?many=true", False),
    "search, a tag and a size": ("/waifu/search?included_tags=TAG&width=%3E%3D600", False),
    "fav, 30 of 10,000": ("/waifu/fav?many=true", True),
    "fav, 30 of 10,000 at random": ("/waifu/fav?many=true&order_by=RANDOM", True),
}
WRITES = {"insert": ("POST", 1.0), "delete": ("DELETE", 0.4), "toggle": ("POST", 1.0)}
"""With the share of the seconds: what is deleted has to have been inserted."""
LUA = """
local at = tonumber(os.getenv("FIRST"))
local headers = {["Authorization"] = "Bearer " .. os.getenv("TOKEN"), ["Content-Type"] = "application/json"}
local method, path, last = os.getenv("METHOD"), os.getenv("TARGET"), tonumber(os.getenv("LAST"))
request = function()
    at = at % last + 1
    return wrk.format(method, path, headers, string.format('{"image_id": %d}', at))
end
"""


def wrk(address, seconds, pids, *more, **environment):
    """Requests a second, and the server's CPU time of each in microseconds."""
    before = cpu_seconds(pids)
    command = [
        "taskset",
        "-c",
        str(CORES[-1]),
        "wrk",
        "-t1",
        f"-c{CONNECTIONS}",
        f"-d{seconds}s",
        *more,
        address,
    ]
    environment |= {"PATH": os.environ["PATH"]}
    said = subprocess.run(command, env=environment, capture_output=True, text=True, check=True).stdout
    if "Non-2xx" in said or "Socket errors" in said:
        raise RuntimeError(said)
    requests = int(said.partition(" requests in ")[0].split()[-1])
    per_second = float(said.partition("Requests/sec:")[2].split()[0])
    return {"per_second": per_second, "cpu_us": (cpu_seconds(pids) - before) / requests * 1e6}


def fan(data, images):
    """Give somebody favourites, as rows below the index, and a token."""
    with contextlib.closing(sqlite3.connect(data / DATABASE_FILE)) as connection, connection:
        [(user_id,)] = connection.execute("SELECT id FROM users WHERE name = ?", (FAN,)).fetchall()
        chosen = np.random.default_rng(5).choice(images, FAVOURITES, replace=False) + 1
        rows = [(int(image_id), user_id, MOMENT + number) for number, image_id in enumerate(chosen)]
        connection.executemany(
            "INSERT OR REPLACE INTO faves (image_id, user_id, liked_at) VALUES (?, ?, ?)", rows
        )
    (data / "image-index").unlink(missing_ok=True)
    save_index(data)
    made = [sys.executable, "-m", "polybooru", "token", "create", FAN, "--data", data]
    return subprocess.run(made, capture_output=True, text=True, check=True).stdout.strip()


def fetch(address, token):
    asked = urllib.request.Request(address, headers={"Authorization": f"Bearer {token}"})
    with urllib.request.urlopen(asked, timeout=60) as answer:
        return answer.read()


def reads(data, folder, token, rounds, seconds, cache):
    """Each search against its bare peer."""
    found = {}
    with serving(data, core=CORES[0], **cache) as (process, address):
        pids = settled(process.pid)
        tag = json.loads(fetch(f"{address}/waifu/tags", token))["versatile"][0]
        targets = {name: (path.replace("TAG", tag), signed) for name, (path, signed) in READS.items()}
        bodies = folder / "bodies"
        bodies.mkdir(exist_ok=True)
        for number, (path, _) in enumerate(targets.values()):
            (bodies / str(number)).write_bytes(fetch(address + path, token))
        with running(sys.executable, "-m", "bench.bare_bodies", bodies, core=CORES[0]) as peer:
            bare = address_said(peer)
            for number, (name, (path, signed)) in enumerate(targets.items()):
                header = ("-H", f"Authorization: Bearer {token}") if signed else ()
                wrk(address + path, 2 * seconds, pids, *header)
                ours, theirs = [], []
                for _ in range(rounds):
                    ours.append(wrk(address + path, seconds, pids, *header))
                    theirs.append(wrk(f"{bare}/{number}", seconds, family(peer.pid)))
                found[name] = compared(ours, theirs) | {"bytes": (bodies / str(number)).stat().st_size}
                print(f"{name:30} {json.dumps(found[name])}", file=sys.stderr, flush=True)
    return found


def writes(data, folder, images, rounds, seconds):
    """Favourites of a newcomer: each image inserted, some deleted again, all toggled."""
    (folder / "load.lua").write_text(LUA)
    found = {}
    with serving(data, core=CORES[0]) as (process, address):
        pids = settled(process.pid)
        for name, (method, share) in WRITES.items():
            seen = []
            for number in range(rounds):
                environment = {"METHOD": method, "TARGET": f"/waifu/fav/{name}", "LAST": str(images)}
                environment |= {"FIRST": str(number * images // rounds), "TOKEN": newcomer(data, number)}
                script = ("-s", str(folder / "load.lua"))
                seen.append(wrk(address, max(1, int(seconds * share)), pids, *script, **environment))
            found[name] = {key: median((one[key] for one in seen), 1) for key in ("per_second", "cpu_us")}
            print(f"{name:30} {json.dumps(found[name])}", file=sys.stderr, flush=True)
    return found


def newcomer(data, number):
    """The token of somebody who has few favourites; kept between what is done with them."""
    kept = data / f"bench-token-{number}"
    if not kept.exists():
        made = [sys.executable, "-m", "polybooru", "token", "create", f"user {100 + number}", "--data", data]
        kept.write_text(subprocess.run(made, capture_output=True, text=True, check=True).stdout.strip())
    return kept.read_text()


def measure(images, rounds, seconds):
    with scratch() as folder:
        data = copy(images, folder)
        token = fan(data, images)
        return {
            "warm": reads(data, folder, token, rounds, seconds, WARM),
            "cold": reads(data, folder, token, rounds, seconds, COLD),
            "writes": writes(data, folder, images, rounds, 2 * seconds),
        }


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--images", type=int, default=MILLION)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=int, default=2)
    given = parser.parse_args()
    publish("waifu", {"images": given.images, **measure(given.images, given.rounds, given.seconds)})


if __name__ == "__main__":
    main()
