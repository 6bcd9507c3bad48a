#!/usr/bin/env python3
"""Throw broken and hostile queries at the language and the index: no failures, and the longest reading.

    python -m bench.query_fuzz [--count 200000] [--seed 1] [--checked 4000]

The texts are those of `tests/queries.py`: well-formed ones over all fields with edits, vectors with edits,
pieces of the grammar, random Unicode, long repetitions. Each is read twice, as anybody and as staff. A tree
that comes out is asked of an index of some hundred images, and every so often of the matcher as well.
Fails at the first text that is neither answered nor refused, or on which the two disagree.
"""

import argparse
import gc
import random
import time

import numpy as np
from bench.report import publish
from tests.queries import QueryMaker
from tests.samples import FIELDS, NOW, Samples

from polybooru.library.image_fields import Viewer, image_fields
from polybooru.search.language.fields import QueryError
from polybooru.search.language.parser import parse

ANYBODY = image_fields(Viewer())
IMAGES = 300


def read(text, fields):
    """The tree, or None of a text that is refused; and the CPU time, which other programs do not lengthen."""
    started = time.thread_time_ns()
    try:
        tree = parse(text, fields)
    except QueryError:
        tree = None
    return tree, (time.thread_time_ns() - started) / 1_000


def run(count, seed, checked):
    samples = Samples(IMAGES, seed=seed)
    index = samples.index()
    maker = QueryMaker(random.Random(seed), FIELDS, samples.known())
    gc.freeze()  # no collection of the library in the midst of a reading
    readings = np.empty(count)
    longest, trees, compared = [], 0, 0
    for number in range(count):
        text = maker.hostile()
        try:
            read(text, ANYBODY)
            tree, readings[number] = read(text, FIELDS)
            if tree is not None:
                found = set(index.select(tree, now=NOW, outside=samples.outside))
                trees += 1
                if trees % max(1, count // 2 // checked) == 0:
                    compared += 1
                    assert found == samples.matching(tree), "the index and the matcher disagree"
        except Exception as error:
            error.add_note(f"the text was {text!r}")
            raise
        longest = sorted([*longest, (readings[number], text)], key=lambda pair: -pair[0])[:3]
    p50, p99, p9999 = np.percentile(readings, (50, 99, 99.99)).round(1).tolist()
    return {
        "texts": count,
        "seed": seed,
        "read": trees,
        "refused": count - trees,
        "parse_us": {"p50": p50, "p99": p99, "p99.99": p9999, "max": round(float(readings.max()), 1)},
        "longest_to_read": [
            f"{taken:.0f} µs, {len(text)} characters: {text[:60]!r}" for taken, text in longest
        ],
        "compared_with_matcher": compared,
        "pairs_that_agree": compared * IMAGES,
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--count", type=int, default=200_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--checked", type=int, default=4_000, help="about how many trees go to the matcher")
    args = parser.parse_args()
    publish("query_fuzz", run(args.count, args.seed, args.checked))


if __name__ == "__main__":
    main()
