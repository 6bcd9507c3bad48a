#!/usr/bin/env python3
"""Measure every route of the Philomena dialect: what reads, warm, against a bare route with the same bytes.

    python -m bench.philomena_routes [--images 100000] [--rounds 3] [--seconds 2] [--only WORD]

A library where people have talked (`talk.py`), limits off, one worker on the first core, and in turns with it
a bare async Starlette route that answers the same bytes; requests come from `wrk` (a Debian package) on the
last core. The ratio is that of CPU time a request, as the machine is rarely idle; requests a second are told
too. Searches of rows are also asked in process, each text once, so that no page is remembered: CPU time. What
takes a picture is measured by `philomena_pictures.py`. A route of the table that nothing asks is an error.
"""

import argparse
import json
import os
import random
import subprocess
import sys
import time

import numpy as np
from bench.http_search import CORES, fetch
from bench.philomena_pictures import ROUTES as PICTURE_ROUTES
from bench.philomena_pictures import measure as measure_pictures
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
from bench.talk import talk, word
from starlette.routing import compile_path

from polybooru.api.philomena.routes import Options, Philomena
from polybooru.app import open_board, open_library
from polybooru.httpkit.documents import DocumentCache
from polybooru.library.actors import ANONYMOUS
from polybooru.library.row_search.search import RowSearch
from polybooru.search.language.limits import Limits
from polybooru.settings import Settings

BASE = "/api/v1/json"
TOPIC = f"{BASE}/forums/dis/topics/topic-1"
CONNECTIONS = 8
COMMON = word(30)  # in about one text of ten, as the commonest words are that people search for
TARGETS = {
    "images/:id": f"{BASE}/images/1",
    "images/featured": f"{BASE}/images/featured",
    "search/images": f"{BASE}/search/images?q=safe",
    "search": f"{BASE}/search?q=safe",
    "tags/:slug": f"{BASE}/tags/safe",
    "comments/:id": f"{BASE}/comments/1",
    "posts/:id": f"{BASE}/posts/1",
    "profiles/:id": f"{BASE}/profiles/7",
    "filters/:id": f"{BASE}/filters/1",
    "filters/system": f"{BASE}/filters/system",
    "filters/user": f"{BASE}/filters/user?key=KEY",
    "oembed": f"{BASE}/oembed?url=/1",
    "search/comments": f"{BASE}/search/comments?q={COMMON}",
    "search/comments, one image": f"{BASE}/search/comments?q=image_id:1",
    "search/posts": f"{BASE}/search/posts?q={COMMON}",
    "search/galleries": f"{BASE}/search/galleries?q=*",
    "search/tags": f"{BASE}/search/tags?q=artist:*",
    "search/filters": f"{BASE}/search/filters?q=*",
    "forums": f"{BASE}/forums",
    "forums/:short_name": f"{BASE}/forums/dis",
    "topics": f"{BASE}/forums/dis/topics",
    "topics/:slug": TOPIC,
    "topics/:slug/posts": f"{TOPIC}/posts",
    "topics/:slug/posts/:id": f"{TOPIC}/posts/1",
    "rss/watched": "/api/v1/rss/watched?key=KEY",
    "autocomplete/tags": "/autocomplete/tags?term=art&vsn=2",
    "autocomplete/tags, older": "/autocomplete/tags?term=art",
    "autocomplete/compiled": "/autocomplete/compiled",
    "fetch/tags": "/fetch/tags?" + "&".join(f"ids[]={number}" for number in range(1, 51)),
}


def unasked(endpoints):
    """Routes of the table that nothing here measures, as the router would choose them."""
    asked = [("GET", path) for path in TARGETS.values()] + [
        ("POST", path) for path in PICTURE_ROUTES.values()
    ]
    patterns = [(one.method, compile_path(one.path)[0], one.path) for one in endpoints]
    met = {
        next(
            (method, path)
            for method, pattern, path in patterns
            if method == wanted and pattern.match(target.partition("?")[0])
        )
        for wanted, target in asked
    }
    return {(method, path) for method, _, path in patterns} - met


def wrk(address, seconds, pids):
    """Requests of one target: how many a second, and the server's CPU time of each in microseconds."""
    before = cpu_seconds(pids)
    command = ["taskset", "-c", str(CORES[-1]), "wrk", "-t1", f"-c{CONNECTIONS}", f"-d{seconds}s", address]
    environment = {"PATH": os.environ["PATH"]}
    said = subprocess.run(command, env=environment, capture_output=True, text=True, check=True).stdout
    if "Non-2xx" in said or "Socket errors" in said:
        raise RuntimeError(said)
    requests, took = (
        said.partition(" requests in ")[0].split()[-1],
        said.partition("Requests/sec:")[2].split()[0],
    )
    return {"per_second": float(took), "cpu_us": (cpu_seconds(pids) - before) / int(requests) * 1e6}


def routes(images, rounds, seconds, only):
    """Each route against its bare peer."""
    data = talk(images)
    save_index(data)
    key = token(data)
    targets = {name: target.replace("KEY", key) for name, target in TARGETS.items() if only in name}
    found = {}
    with scratch() as folder, serving(data, core=CORES[0]) as (process, address):
        pids = settled(process.pid)
        for number, target in enumerate(targets.values()):
            (folder / str(number)).write_bytes(fetch(address + target))
        with running(sys.executable, "-m", "bench.bare_bodies", folder, core=CORES[0]) as peer:
            bare = address_said(peer)
            for number, (name, target) in enumerate(targets.items()):
                wrk(address + target, 1, pids)
                ours, theirs = [], []
                for _ in range(rounds):
                    ours.append(wrk(address + target, seconds, pids))
                    theirs.append(wrk(f"{bare}/{number}", seconds, family(peer.pid)))
                found[name] = compared(ours, theirs) | {"bytes": (folder / str(number)).stat().st_size}
                print(f"{name:28} {json.dumps(found[name])}", file=sys.stderr, flush=True)
    return found


def compared(ours, theirs):
    """The middle of the rounds."""
    numbers = {
        f"{side}_{name}": median((one[name] for one in seen), 1)
        for side, seen in (("polybooru", ours), ("bare", theirs))
        for name in ("per_second", "cpu_us")
    }
    ratio = numbers["bare_cpu_us"] / numbers["polybooru_cpu_us"]
    return numbers | {"ratio": round(ratio, 3)}


def token(data):
    """Of somebody who has a filter; made once, and kept beside the library."""
    kept = data / "bench-token"
    if not kept.exists():
        name = [sys.executable, "-m", "polybooru", "token", "create", "user 7", "--name", "bench", "--data"]
        said = subprocess.run([*name, data], capture_output=True, text=True, check=True).stdout
        kept.write_text(said.strip())
    return kept.read_text()


def queries(noun, images, count):
    """What people ask: words by how often they are said, ids, people, dates, all of them."""
    chance = random.Random(5)
    weights = [1 / (number + 30) for number in range(1_000)]
    words = [word(number + 30) for number in range(1_000)]
    for _ in range(count):
        one, other = chance.choices(words, weights, k=2)
        number = chance.randint(1, images)
        yield chance.choice(
            {
                "comments": [
                    one,
                    f"{one}, {other}",
                    f"{one} || {other}",
                    f"{one} {other}",
                    f"image_id:{number}",
                    f"author:user {number % 2000}",
                    f"user_id:{number % 2000}",
                    f"created_at.gte:2026-0{1 + number % 5}-{10 + number % 18}",
                    f"id.lte:{number}",
                    f"{one}, -{other}",
                    f"-{one}",
                    f"id.gt:-{number}",  # all of them, each time in other words
                ],
                "posts": [
                    one,
                    f"{one}, -{other}",
                    f"{one} || {other}",
                    f"subject:{one}",
                    f"forum:dis, {one}",
                    f"topic_id:{number % 600}",
                    f"user_id:{number % 2000}",
                    f"id.gt:-{number}",
                ],
                "tags": [
                    f"name:{one[:2]}*",
                    f"*{one[:3]}*",
                    f"analyzed_name:{one}",
                    f"images.gte:{number % 500}",
                    f"category:origin, images.gte:{number % 500}",
                    f"artist:{one[0]}*",
                    f"slug:{one}*, -aliased:true",
                    f"id:{number}",
                    f"id.gt:-{number}",
                ],
            }[noun]
        )


def searches(images, count):
    """CPU time of searches whose page nobody remembers."""
    found = {}
    with open_library(talk(images), Settings()) as library:
        search = RowSearch(library, Limits())
        library.replica.load()
        for noun in ("comments", "posts", "tags"):
            took = []
            for text in queries(noun, images, count):
                before = time.thread_time()
                if noun == "tags":
                    search.tags(text, offset=0, limit=25)
                else:
                    getattr(search, noun)(ANONYMOUS, text, offset=0, limit=25)
                took.append((time.thread_time() - before) * 1e3)
            p50, p99, most = np.percentile(took, [50, 99, 100]).round(2).tolist()
            found[noun] = {"p50_ms": p50, "p99_ms": p99, "most_ms": most}
            print(f"{noun}: {json.dumps(found[noun])}", file=sys.stderr, flush=True)
    return found


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--images", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=int, default=2)
    parser.add_argument("--searches", type=int, default=1_000, help="how many of each kind")
    parser.add_argument("--only", default="", help="routes with this in their name")
    parser.add_argument("--searches-only", action="store_true")
    parser.add_argument("--pictures", type=int, default=50, help="how many are sent to each route")
    args = parser.parse_args()
    with open_board(talk(args.images), Settings()) as board:
        if missing := unasked(Philomena(board, DocumentCache(0), Options()).endpoints()):
            parser.error(f"nothing measures {sorted(missing)}")
    numbers = {"images": args.images, "searches": searches(args.images, args.searches)}
    if not args.searches_only:
        numbers["pictures"] = measure_pictures(args.images, args.pictures, token)
        numbers["routes"] = routes(args.images, args.rounds, args.seconds, args.only)
        numbers["least_ratio"] = min(one["ratio"] for one in numbers["routes"].values())
    publish("philomena_routes", numbers)


if __name__ == "__main__":
    main()
