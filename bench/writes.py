#!/usr/bin/env python3
"""Measure the verbs that write, one after the other, on a library of 10,000 images whose index follows.

    python -m bench.writes [--count 200] [--rounds 3]

Every call is its own transaction, synced to the disk (SQLite, synchronous=FULL) and applied to the index
before it returns. An upload is judged in a decoder process and stored; the rest is left to a worker.
"""

import argparse
import dataclasses
import random
import struct
import time
import zlib

import numpy as np
from bench.corpora import Corpus
from bench.library import copy
from bench.processes import scratch
from bench.report import median, publish

from polybooru.app import open_library
from polybooru.library.accounts import acting_as
from polybooru.library.interactions import fave, unvote, vote
from polybooru.library.uploads import Upload, spooled, upload
from polybooru.settings import Settings

IMAGES = 10_000
SIDE_PX = 64


def png(seed):
    """A small real picture, different for each seed."""
    pixels = np.random.default_rng([1, 5, seed]).integers(0, 256, (SIDE_PX, SIDE_PX * 3), dtype=np.uint8)
    rows = b"".join(b"\0" + row.tobytes() for row in pixels)
    parts = (
        (b"IHDR", struct.pack(">IIBBBBB", SIDE_PX, SIDE_PX, 8, 2, 0, 0, 0)),
        (b"IDAT", zlib.compress(rows)),
        (b"IEND", b""),
    )
    chunks = (
        struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
        for kind, body in parts
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


def an_upload(library, actor, picture):
    with spooled(library, picture) as path:
        upload(
            library, actor, Upload(file=path, file_name="small.png", tags=["safe", "solo", "small", "drawn"])
        )


def per_second(count, step):
    start = time.perf_counter()
    for number in range(count):
        step(number)
    return count / (time.perf_counter() - start)


def measure(library, round_number, count):
    rng = random.Random(round_number)
    with library.reading() as reading:
        actor = acting_as(reading, "user 1")
    people = [
        dataclasses.replace(actor, user_id=number)
        for number in rng.sample(range(1, Corpus(IMAGES).users + 1), count)
    ]
    chosen = [rng.randint(1, IMAGES) for _ in range(count)]
    pictures = [png(round_number * count + number) for number in range(count)]

    def each(verb, **how):
        def step(number):
            with library.work() as work:
                verb(work, people[number], chosen[number], **how)

        return per_second(count, step)

    return {
        "votes_per_second": each(vote, is_up=True),
        "faves_per_second": each(fave),
        "unvotes_per_second": each(unvote),
        "uploads_per_second": per_second(count, lambda number: an_upload(library, actor, pictures[number])),
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--count", type=int, default=200)
    parser.add_argument("--rounds", type=int, default=3)
    args = parser.parse_args()
    with scratch() as folder, open_library(copy(IMAGES, folder), Settings()) as library:
        library.replica.load()
        library.decoders.start()
        rounds = [measure(library, number, args.count) for number in range(args.rounds)]
    publish(
        "writes", {"images": IMAGES, **{name: median((one[name] for one in rounds), 1) for name in rounds[0]}}
    )


if __name__ == "__main__":
    main()
