#!/usr/bin/env python3
"""Measure tag suggestions: 100,000 names of the corpus, some aliased, asked by the beginnings of their words.

    python -m bench.autocomplete [--tags 100000] [--count 2000] [--rounds 3]

Terms are what somebody writes on the way to a tag, from three characters on, tags by how much they are used.
Each counts with the best of its rounds, in CPU time.
"""

import argparse
import random
import time

import numpy as np
from bench.corpus import TagModel
from bench.indexes import anonymous_bytes
from bench.report import publish

from polybooru.library.tag_names import split_namespace
from polybooru.search.suggest import Name, SuggestionIndex

ALIASED = 20  # every so many names one has an alias
IMAGES = 1_000_000
LIMIT = 10
CHANGES = 500
SHORTEST, LONGEST = 3, 9
SEED = 1


def names(tags):
    """The corpus's names, the more used the earlier, with aliases of other letters."""
    texts = TagModel(tags, SEED).names
    uses = np.maximum(IMAGES / (1 + np.arange(len(texts))), 1).astype(int).tolist()
    known = [named(key, text, uses=count) for key, (text, count) in enumerate(zip(texts, uses, strict=True))]
    aliases = [
        named(len(texts) + at, f"{texts[at][::-1]} {at}", alias_of=at) for at in range(0, len(texts), ALIASED)
    ]
    return known + aliases


def named(key, text, **more):
    namespace, rest = split_namespace(text)
    beginnings = () if namespace is None else (len(text) - len(rest),)
    return Name(key=key, text=text, beginnings=beginnings, **more)


def terms(known, count):
    rng = random.Random(SEED)
    some = rng.choices(known, [1 + name.uses for name in known], k=count // 2) + rng.choices(
        known, k=count // 2
    )
    found = []
    for name in some:
        starts = [0, *(at + 1 for at, letter in enumerate(name.text) if letter in " :")]
        found.append(name.text[rng.choice(starts) :][: rng.randint(SHORTEST, LONGEST)])
    return [term for term in found if len(term) >= SHORTEST]


def asked(index, wanted, rounds):
    taken, suggestions = np.empty((rounds, len(wanted))), 0
    for number in range(rounds):
        for place, term in enumerate(wanted):
            start = time.thread_time_ns()
            suggestions += len(index.suggest(term, LIMIT))
            taken[number, place] = (time.thread_time_ns() - start) / 1_000_000
    best = taken.min(axis=0)
    p50, p99 = np.percentile(best, (50, 99))
    dearest = int(best.argmax())
    return {
        "p50_ms": round(float(p50), 3),
        "p99_ms": round(float(p99), 3),
        "max_ms": round(float(best[dearest]), 3),
        "dearest": wanted[dearest],
        "suggestions_mean": round(suggestions / taken.size, 1),
    }


def timed(step):
    start = time.thread_time_ns()
    for at in range(CHANGES):
        step(at)
    return round((time.thread_time_ns() - start) / CHANGES / 1_000, 1)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--tags", type=int, default=100_000)
    parser.add_argument("--count", type=int, default=2_000)
    parser.add_argument("--rounds", type=int, default=3)
    args = parser.parse_args()
    known, index = names(args.tags), SuggestionIndex()
    before, start = anonymous_bytes(), time.thread_time()
    index.load(known)
    built = time.thread_time() - start
    report = {
        "tags": args.tags,
        "names": len(known),
        "build_seconds": round(built, 2),
        "bytes_a_name": round((anonymous_bytes() - before) / len(known), 1),
        **asked(index, terms(known, args.count), args.rounds),
        "one_letter": asked(index, list("abcdefghijklmnopqrstuvwxyz"), args.rounds),
        "change": {
            "new_name_us": timed(lambda at: index.put([named(10**6 + at, f"new tag {at}", uses=1)])),
            "count_33_us": timed(lambda at: index.count(range(at, at + 33), 1)),
        },
    }
    publish("autocomplete", report)


if __name__ == "__main__":
    main()
