#!/usr/bin/env python3
"""Measure searches by Nekos patterns among 100,000 artists' names: what people write, and dear ones.

    python -m bench.patterns [--names 100000] [--count 300] [--rounds 3]

Each pattern counts with the best of its rounds, in CPU time, read anew each time. `random` are patterns drawn
from the whole language; what is refused for its size is drawn again.
"""

import argparse
import random
import time

import numpy as np
from bench.indexes import anonymous_bytes
from bench.report import publish

from polybooru.search.pattern import Budget, Names, PatternError, parse

SEED = 3
SYLLABLES = (
    *("ka", "gu", "ya", "me", "mi", "na", "no", "ri", "ko", "sa", "to", "shi", "hi", "ma", "ru", "tu", "ra"),
    *("ne", "lo", "an", "el", "ar", "in", "or", "mar", "sam", "ple", "art", "ula", "lu", "xi", "vo", "qui"),
    *("zen", "bo", "da", "fe", "jo", "pe", "wi", "cho", "sky"),
)
USUAL = (
    "%aguya%",
    "k_guya",
    "kaguya|mari",
    "k*aguya",
    "sample%",
    "mar%",
    "%?sky%?",
    "%?art%?|%?ula%?",
    "%ko",
    "%?ko",
    "%?a%?",
    "%",
    "(sa|ma)ri%?",
    "[a-f]%?",
    "%?[0-9]{2,}",
    r"\w+",
    r"\w+ \w+",
    "%?-?sama%?",
)
DEAR = (
    "((a|aa)+)+b",
    "(a|a)*b",
    "%?a%?e%?i%?o%?u%?",
    "(%?a%?|%?b%?|%?c%?|%?d%?)%?e%?",
    "(%a|%b|%c|%d|%e|%f|%g|%h|%i|%k)+",
    "((ka|gu|ya|me|mi|na|no|ri|ko|sa|to|shi|hi|ma|ru)+)",
    "%?[a-m]_{9}%?",
    "%?[a-m]_{11}",
    "%?[a-m]_{14}",
    "%?[a-m]_{6}%?[n-z]_{6}%?",
    "%?[aeiou]_{4}[aeiou]%?[n-z]_{5}[a-m]%?",
    "(%?[a-m]_{7}|%?[n-z]_{5}){2}%?",
    "(((_?a?){9}_?){9}_?){9}",
    "(((_{1,9}b?){9}c?){9}d?){9}",
    "((((a?){9}b?){9}c?){9}d?)",
    "(_{1,99}b?){1,50}",
    "(_{2,9}b?){3,50}",
    "([ak]_{2,9}|[ei]_{3,7}|[ou]_{1,5}|_)+x?",
    "(a_?|e_{2}|i_{3}|_)+",
)


def names(count):
    rng = random.Random(SEED)
    found = {}
    while len(found) < count:
        words = [
            "".join(rng.choices(SYLLABLES, k=rng.randint(1, 4))) for _ in range(rng.choice((1, 1, 2, 2, 3)))
        ]
        number = str(rng.randint(1, 9_999)) if rng.random() < 0.2 else ""
        found[rng.choice(" -_").join(words) + number] = None
    return list(found)


def drawn(rng, depth=3):
    """Text of a random pattern, maybe too long."""
    return "|".join(
        "".join(quantified(rng, depth) for _ in range(rng.randint(1, 4)))
        for _ in range(rng.choice((1, 1, 2)))
    )


def quantified(rng, depth):
    item = rng.choice(("%", "_", rng.choice("aeiouknrst"), "[a-m]", "[n-z]", "[^a]", r"\w"))
    if depth and rng.random() < 0.4:
        item = f"({drawn(rng, depth - 1)})"
    least = rng.randint(0, 9)
    return item + rng.choice(
        ("", "", "?", "*", "+", f"{{{least}}}", f"{{{least},{least + rng.randint(0, 20)}}}")
    )


def random_patterns(count):
    rng = random.Random(SEED)
    found = []
    while len(found) < count:
        text = drawn(rng)
        try:
            parse(text)
        except PatternError:
            continue
        found.append(text)
    return found


def asked(held, patterns, rounds):
    taken, matches = np.empty((rounds, len(patterns))), 0
    for number in range(rounds):
        for place, pattern in enumerate(patterns):
            start = time.thread_time_ns()
            matches += len(held.find(parse(pattern), Budget(60)))
            taken[number, place] = (time.thread_time_ns() - start) / 1_000_000
    best = taken.min(axis=0)
    p50, p99 = np.percentile(best, (50, 99))
    dearest = int(best.argmax())
    return {
        "p50_ms": round(float(p50), 2),
        "p99_ms": round(float(p99), 2),
        "max_ms": round(float(best[dearest]), 2),
        "dearest": patterns[dearest],
        "matches_mean": round(matches / taken.size, 1),
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--names", type=int, default=100_000)
    parser.add_argument("--count", type=int, default=300)
    parser.add_argument("--rounds", type=int, default=3)
    args = parser.parse_args()
    texts = names(args.names)
    before, start = anonymous_bytes(), time.thread_time()
    held = Names(enumerate(texts))
    report = {
        "names": len(texts),
        "letters_mean": round(sum(map(len, texts)) / len(texts), 1),
        "build_seconds": round(time.thread_time() - start, 2),
        "bytes_a_name": round((anonymous_bytes() - before) / len(texts), 1),
        "usual": asked(held, USUAL, args.rounds),
        "dear": asked(held, DEAR, args.rounds),
        "random": asked(held, random_patterns(args.count), args.rounds),
    }
    every = [*USUAL, *DEAR, *random_patterns(args.count)]
    report["all"] = asked(held, every, args.rounds)
    publish("patterns", report)


if __name__ == "__main__":
    main()
