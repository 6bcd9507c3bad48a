#!/usr/bin/env python3
"""Measure reverse search alone: by intensities and by hash, changes, memory, and the worst library there is.

    python -m bench.reverse [--images 3000000] [--count 1000] [--rounds 3]

The corpus's own intensities, aspect ratios and hashes, without its tags. Half of the pictures asked with are
lightly changed copies of images that are there, half are new. Each counts with the best of its rounds, in CPU
time. The worst library is one picture as many times.
"""

import argparse
import time

import numpy as np
from bench.corpus import CHUNK, TagModel, columns
from bench.indexes import anonymous_bytes
from bench.report import publish

from polybooru.library.reverse_search import SAME_PICTURE_BITS
from polybooru.search.reverse import Fingerprint, ReverseIndex

DISTANCE, WIDEST, LIMIT = 0.25, 1.0, 10
CHANGES = 2_000
SEED = 1


def fingerprints(images):
    """Intensities (n, 4), aspect ratios, hashes of the corpus's images."""
    model, parts = TagModel(2_000, SEED), []
    for number, first in enumerate(range(0, images, CHUNK)):
        count = min(CHUNK, images - first)
        rng = np.random.default_rng([SEED, 1, number])
        column = columns(rng, model, np.zeros(count, np.int64), first, images)
        parts.append((column["intensities"].round(6), column["aspect_ratio"], column["phash"]))
    return tuple(np.concatenate(column) for column in zip(*parts, strict=True))


def asked(known, count):
    """Pictures to ask with: (intensities, aspect ratio, hash) each."""
    rng = np.random.default_rng(2)
    bright, aspects, hashes = known
    pick = rng.integers(0, len(aspects), count)
    shaken = np.clip(bright[pick] + rng.normal(0, 0.2, (count, 4)), 0, 255)
    shaken[::2] = np.clip(rng.beta(2.2, 1.8, (count, 1)) * 255 + rng.normal(0, 22, (count, 4)), 0, 255)[::2]
    flipped = hashes[pick] ^ (np.uint64(1) << rng.integers(0, 64, count).astype(np.uint64))
    flipped[::2] = rng.integers(0, 2**63, count, dtype=np.uint64)[::2]
    return list(
        zip(shaken.round(6).tolist(), aspects[pick].tolist(), [int(one) for one in flipped], strict=True)
    )


def searches(pictures, rounds, search):
    taken, found = np.empty((rounds, len(pictures))), 0
    for number in range(rounds):
        for place, picture in enumerate(pictures):
            start = time.thread_time_ns()
            matches = search(*picture)
            taken[number, place] = (time.thread_time_ns() - start) / 1_000_000
            found += matches.total
    values = np.percentile(taken.min(axis=0), (50, 99, 100))
    return dict(zip(("p50_ms", "p99_ms", "max_ms"), (round(float(v), 3) for v in values), strict=True)) | {
        "candidates_mean": round(found / taken.size, 2)
    }


def by_intensities(index, distance):
    return lambda bright, aspect, _: index.near_picture(bright, aspect, distance=distance, limit=LIMIT)


def by_hash(index):
    return lambda _, __, wanted: index.near_hash(wanted, bits=SAME_PICTURE_BITS, limit=LIMIT)


def changes(index, images, pictures):
    """Mean microseconds of a change."""

    def put(image_id, picture):
        bright, aspect, wanted = picture
        index.put(
            image_id,
            Fingerprint(intensities=tuple(bright), aspect_ratio=aspect, perceptual_hash=wanted),
        )

    some = [pictures[at % len(pictures)] for at in range(CHANGES)]
    return {
        "put_new_us": timed(lambda at: put(images + 1 + at, some[at])),
        "put_again_us": timed(lambda at: put(images + 1 + at, some[at])),
        "put_other_us": timed(lambda at: put(1 + at, some[at])),
        "discard_us": timed(lambda at: index.discard(images + 1 + at)),
    }


def timed(step):
    start = time.thread_time_ns()
    for at in range(CHANGES):
        step(at)
    return round((time.thread_time_ns() - start) / CHANGES / 1_000, 1)


def seconds(work):
    start = time.thread_time()
    work()
    return round(time.thread_time() - start, 2)


def one_picture(images):
    """Every image in one cell and one bucket: what bounds a search."""
    index = ReverseIndex()
    index.load(
        np.arange(1, images + 1), np.full((images, 4), 200.5), np.ones(images), np.zeros(images, np.uint64)
    )
    pictures = [([200.5] * 4, 1.0, 0)]
    return {
        "intensities": searches(pictures, 3, by_intensities(index, WIDEST))["max_ms"],
        "hash": searches(pictures, 3, by_hash(index))["max_ms"],
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--images", type=int, default=3_000_000)
    parser.add_argument("--count", type=int, default=1_000)
    parser.add_argument("--rounds", type=int, default=3)
    args = parser.parse_args()
    known = fingerprints(args.images)
    pictures, index = asked(known, args.count), ReverseIndex()
    before = anonymous_bytes()
    built = seconds(lambda: index.load(np.arange(1, args.images + 1), *known))
    report = {
        "images": args.images,
        "build_seconds": built,
        "bytes_an_image": round((anonymous_bytes() - before) / args.images, 1),
        "intensities": searches(pictures, args.rounds, by_intensities(index, DISTANCE)),
        "intensities_widest": searches(pictures, args.rounds, by_intensities(index, WIDEST)),
        "hash": searches(pictures, args.rounds, by_hash(index)),
        "change": changes(index, args.images, pictures),
        "intensities_after_changes": searches(pictures, args.rounds, by_intensities(index, DISTANCE)),
        "new_base_seconds": seconds(index.dump),
        "one_picture_ms": one_picture(args.images),
    }
    publish("reverse", report)


if __name__ == "__main__":
    main()
