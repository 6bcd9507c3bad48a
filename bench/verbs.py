#!/usr/bin/env python3
"""Measure verbs on 100,000 images: votes and faves beside a bare loop of sqlite3, a merge, a mass retag.

    python -m bench.verbs [--images 100000] [--count 250] [--rounds 8]

A verb is one transaction: synced to the disk (SQLite, synchronous=FULL), logged, and applied to the index
before the next begins. The bare loop stores the same rows, counters and log entries in a copy of the same
file, and nothing else. Both run in turns; CPU time leaves out the disk and most of what others do.
"""

import argparse
import contextlib
import pathlib
import random
import sqlite3
import threading
import time

from bench.bars import THOUSAND
from bench.corpora import Corpus
from bench.library import MOMENT, copy
from bench.processes import scratch
from bench.report import median, publish

from polybooru.app import DATABASE_FILE, open_library
from polybooru.library import jobs
from polybooru.library.actors import OPERATOR, Actor, Role
from polybooru.library.interactions import fave, vote
from polybooru.library.merges import merge_image
from polybooru.library.tag_batches import start_retag
from polybooru.library.tag_jobs import bring_to_end
from polybooru.library.tags import ensure_tags
from polybooru.settings import Settings

FAVES = 1_000
"""Of each of two images that are merged, half of them by the same people."""
_PRAGMAS = ("synchronous = FULL", "foreign_keys = ON", "cache_size = -16384")
_INSERT = {
    "vote": ["INSERT INTO votes (image_id, user_id, is_up, voted_at) VALUES (:image, :user, 1, :now)"],
    "fave": [
        "INSERT INTO faves (image_id, user_id, liked_at) VALUES (:image, :user, :now)",
        "INSERT INTO votes (image_id, user_id, is_up, voted_at) VALUES (:image, :user, 1, :now)",
    ],
}
_COUNT = {
    "vote": "UPDATE images SET upvotes = upvotes + 1 WHERE id = :image",
    "fave": "UPDATE images SET upvotes = upvotes + 1, faves = faves + 1 WHERE id = :image",
}
_LOG = "INSERT INTO changes (kind, object_id, user_id, made_at) VALUES ('interaction', :image, :user, :now)"


def clocked(count, step):
    """Seconds and seconds of CPU time for each call."""
    wall, cpu = time.perf_counter(), time.process_time()
    for number in range(count):
        step(number)
    return (time.perf_counter() - wall) / count, (time.process_time() - cpu) / count


def bare(connection, kind, pairs):
    statements = ["BEGIN IMMEDIATE", *_INSERT[kind], _COUNT[kind], _LOG]

    def step(number):
        image_id, user_id = pairs[number]
        values = {"image": image_id, "user": user_id, "now": MOMENT}
        for statement in statements:
            connection.execute(statement, values)
        connection.commit()

    return clocked(len(pairs), step)


def by_verb(library, kind, pairs):
    verb, facts = {"vote": (vote, {"is_up": True}), "fave": (fave, {})}[kind]
    people = [Actor(user_id=user_id, role=Role.USER) for _, user_id in pairs]

    def step(number):
        with library.work() as work:
            verb(work, people[number], pairs[number][0], **facts)

    return clocked(len(pairs), step)


def fresh_pairs(rng, images, people, rounds, count):
    """For each round, images and people who have done nothing with them; nobody votes twice."""
    pairs = [(rng.randint(1, images), people + 1 + number) for number in range(rounds * count)]
    return [pairs[at : at + count] for at in range(0, len(pairs), count)]


def prepare(folder, images, people, newcomers, merges):
    """People who have not voted yet, and pairs of images with many faves; rows of the copy in `folder`."""
    with contextlib.closing(sqlite3.connect(folder / DATABASE_FILE)) as connection:
        connection.executemany(
            "INSERT INTO users (id, name, folded_name, slug, password_hash, role, created_at)"
            f" VALUES (:id, :name, :name, :name, '', 'user', {MOMENT})",
            [{"id": people + 1 + number, "name": f"newcomer {number}"} for number in range(newcomers)],
        )
        for number in range(2 * merges):
            image_id, first = images - number, number % 2 * FAVES // 2
            keys = {"image": image_id, "now": MOMENT}
            for table in ("votes", "faves"):
                connection.execute(f"DELETE FROM {table} WHERE image_id = :image", keys)
            rows = [keys | {"user": first + 1 + at} for at in range(FAVES)]
            for statement in _INSERT["fave"]:
                connection.executemany(statement, rows)
            counted = "UPDATE images SET upvotes = :many, downvotes = 0, faves = :many WHERE id = :image"
            connection.execute(counted, keys | {"many": FAVES})
        connection.commit()
    return [(images - number, images - number - 1) for number in range(0, 2 * merges, 2)]


def merge_ms(library, pairs):
    staff = Actor(user_id=1, role=Role.ADMIN)

    def step(number):
        with library.work() as work:
            merge_image(work, staff, *pairs[number])

    took = [clocked(1, lambda _, number=number: step(number)) for number in range(len(pairs))]
    return {
        "wall": median([wall * 1_000 for wall, _ in took]),
        "cpu": median([cpu * 1_000 for _, cpu in took]),
    }


def retag(library, images):
    """Seconds for all images, and for how many milliseconds another writer waited for its turn."""
    waits, stop = [], threading.Event()

    def write():
        while not stop.wait(0.02):
            start = time.perf_counter()
            with library.work() as work:
                waits.append((time.perf_counter() - start) * 1_000)
                ensure_tags(work, [f"written meanwhile {len(waits)}"])

    with library.work() as work:
        added = ["added to all of them"]
        ensure_tags(work, added)
        batch = start_retag(work, OPERATOR, query="*", image_ids=range(1, images + 1), added=added)
    writer = threading.Thread(target=write)
    writer.start()
    wall, cpu = clocked(1, lambda _: bring_to_end(library, jobs.TAG_BATCH, batch))
    stop.set()
    writer.join()
    waits.sort()
    return {
        "seconds": round(wall, 1),
        "cpu_seconds": round(cpu, 1),
        "wait_p50_ms": round(waits[len(waits) // 2], 1),
        "wait_p99_ms": round(waits[len(waits) * 99 // 100], 1),
        "wait_max_ms": round(waits[-1], 1),
    }


def measure(library, connection, rounds):
    """Of each kind: calls a second, microseconds of CPU, and both sides' ratio round by round."""
    found = {}
    for kind, verb_rounds in rounds.items():
        ours, theirs = [], []
        for pairs in verb_rounds:
            theirs.append(bare(connection, kind, pairs))
            ours.append(by_verb(library, kind, pairs))
        ratios = [bare_wall / wall for (wall, _), (bare_wall, _) in zip(ours, theirs, strict=True)]
        found[kind] = {
            "per_second": median([1 / wall for wall, _ in ours], 0),
            "best_per_second": round(1 / min(wall for wall, _ in ours)),
            "cpu_us": round(min(cpu for _, cpu in ours) * 1e6, 1),
            "bare_per_second": median([1 / wall for wall, _ in theirs], 0),
            "best_bare_per_second": round(1 / min(wall for wall, _ in theirs)),
            "bare_cpu_us": round(min(cpu for _, cpu in theirs) * 1e6, 1),
            "of_bare": median(ratios),
        }
    return found


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--images", type=int, default=100 * THOUSAND)
    parser.add_argument("--count", type=int, default=250)
    parser.add_argument("--rounds", type=int, default=8)
    args = parser.parse_args()
    people, rng = Corpus(args.images).users, random.Random(1)
    rounds = {
        kind: fresh_pairs(
            rng, args.images // 2, people + place * args.rounds * args.count, args.rounds, args.count
        )
        for place, kind in enumerate(("vote", "fave"))
    }
    with scratch() as first, scratch() as second:
        ours, theirs = (copy(args.images, pathlib.Path(folder)) for folder in (first, second))
        newcomers = 2 * args.rounds * args.count
        for folder in (ours, theirs):
            merges = prepare(folder, args.images, people, newcomers, args.rounds)
        bare_file = sqlite3.connect(theirs / DATABASE_FILE, isolation_level=None)
        with contextlib.closing(bare_file) as connection, open_library(ours, Settings()) as library:
            for pragma in _PRAGMAS:
                connection.execute(f"PRAGMA {pragma}")
            library.replica.load()
            found = measure(library, connection, rounds)
            found["merge_ms"] = merge_ms(library, merges)
            found["retag"] = retag(library, args.images)
    publish("verbs", {"images": args.images, **found})


if __name__ == "__main__":
    main()
