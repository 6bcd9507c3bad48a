#!/usr/bin/env python3
"""Measure a search in process, from query text to 25 ids and the exact total, and the index below it.

    python -m bench.search_index [--images 100000] [--count 1000] [--rounds 4]

The library's own search is asked, over its own index with all fields and sorts, as an anonymous caller, under
`Everything` and under `Default`: text is parsed, rights and filter become clauses, and nothing is kept of an
answer. What the index keeps of its parts is the product's; so the first round, in which every request is new,
is told apart from the later ones, of which each request's best counts. `again` is the second time of two in a
row, when what it touches is in the processor's caches. `against_bare` tells how much longer a search for tags
takes than bare pyroaring (`bare_sets`), in turns.
"""

import argparse
import contextlib
import random
import time

import numpy as np
from bench.bare_sets import BareSets, tags_of
from bench.corpora import Corpus
from bench.indexes import anonymous_bytes, build, searching
from bench.queries import generate as make_requests
from bench.report import publish

from polybooru.library.actors import ANONYMOUS
from polybooru.library.image_index import SHAPE
from polybooru.library.image_orders import order_named
from polybooru.library.policy import Policy
from polybooru.search.index import Entry

CHANGES = 500


def ask(board, request, applied):
    """One search, as the HTTP edges ask it."""
    return board.search.find(
        ANONYMOUS,
        board.search.parse(ANONYMOUS, request["q"]),
        order=order_named(request["sf"], descending=request["sd"] == "desc"),
        offset=(request["page"] - 1) * request["per_page"],
        limit=request["per_page"],
        hidden_by=applied,
    )


def searches(board, requests, rounds, filter_id):
    """Microseconds of each request, shape (rounds, requests)."""
    taken = np.empty((rounds, len(requests)))
    for number in range(rounds):
        for place, request in enumerate(requests):
            start = time.thread_time_ns()
            ask(board, request, board.search.filter_for(ANONYMOUS, filter_id))
            taken[number, place] = (time.thread_time_ns() - start) / 1_000
    return taken


def again(board, requests, rounds, filter_id):
    """Microseconds of each request asked a second time at once, the best of some rounds.

    What it touches is in the processor's caches then, as it is for nobody who comes after other searches.
    """
    taken = np.empty((rounds, len(requests)))
    for number in range(rounds):
        for place, request in enumerate(requests):
            ask(board, request, board.search.filter_for(ANONYMOUS, filter_id))
            start = time.thread_time_ns()
            ask(board, request, board.search.filter_for(ANONYMOUS, filter_id))
            taken[number, place] = (time.thread_time_ns() - start) / 1_000
    return summary(taken.min(axis=0))


def parsing(board, requests):
    """Microseconds to read each text alone, the best of three."""
    taken = np.empty((3, len(requests)))
    for number in range(len(taken)):
        for place, request in enumerate(requests):
            start = time.thread_time_ns()
            board.search.parse(ANONYMOUS, request["q"])
            taken[number, place] = (time.thread_time_ns() - start) / 1_000
    return summary(taken.min(axis=0))


def against_bare(board, index, requests, rounds, filter_id):
    """Those of the requests that are tags alone, newest first, in turns with bare pyroaring."""
    tag, pairs = tags_of(index), []
    for request in requests:
        with contextlib.suppress(ValueError):
            pairs.append((request, BareSets(request, board.search.parse(ANONYMOUS, request["q"]), tag)))
    ours, bare = np.empty((rounds, len(pairs))), np.empty((rounds, len(pairs)))
    for number in range(rounds):
        for place, (request, sets) in enumerate(pairs):
            start = time.thread_time_ns()
            page = ask(board, request, board.search.filter_for(ANONYMOUS, filter_id))
            ours[number, place] = time.thread_time_ns() - start
            total, ids, bare[number, place] = sets.ask()
            if (total, ids) != (page.total, page.ids):
                raise RuntimeError(f"{request}: {page.total} {page.ids} here, {total} {ids} bare")
    found = {"ours": ours[1:].min(axis=0) / 1_000, "bare": bare[1:].min(axis=0) / 1_000}
    ratios = {
        f"ratio_p{share}": round(
            float(np.divide(*(np.percentile(taken, share) for taken in found.values()))), 2
        )
        for share in (50, 99)
    }
    more = {
        "more_p50_us": round(float(np.percentile(found["ours"], 50) - np.percentile(found["bare"], 50)), 1)
    }
    return {
        "requests": len(pairs),
        **{name: summary(taken) for name, taken in found.items()},
        **ratios,
        **more,
    }


def told(taken, requests):
    """The table of one filter."""
    later = taken[1:].min(axis=0)
    kinds = np.array([request["kind"] for request in requests])
    dearest = np.argsort(-taken[0])[:5]
    return {
        "later_rounds": summary(later),
        "first_round": summary(taken[0]),
        "kinds": {kind: summary(later[kinds == kind]) for kind in sorted(set(kinds.tolist()))},
        "dearest_first_round": [f"{taken[0, at]:.0f} µs {requests[at]}" for at in dearest],
    }


def summary(microseconds):
    values = np.percentile(microseconds, (50, 99))
    return {
        "p50_us": round(float(values[0]), 1),
        "p99_us": round(float(values[1]), 1),
        "mean_us": round(float(microseconds.mean()), 1),
        "max_us": round(float(microseconds.max()), 1),
    }


def changes(index, corpus):
    """Microseconds a change, as the replica applies them: a whole image put, or a few small steps."""
    rng = random.Random(1)
    keys = corpus.tag_keys[corpus.tag_keys > 0].tolist()
    highest = corpus.images
    tags = [rng.sample(keys, 33) for _ in range(CHANGES)]
    numbers = dict.fromkeys(SHAPE.numbers, 100) | {"created_at": 1_767_225_600}

    def entry(named):
        return Entry(
            numbers=numbers,
            postings={"tag": named, "uploader_id": [1], "true_uploader_id": [1]},
            texts={"mime_type": "image/png", "original_format": "png"},
        )

    # Like the images that the corpus has, so that changing them changes as much as it would there.
    for at in range(CHANGES):
        index.put(highest + 1 + at, entry(tags[at]))
    some = [rng.randrange(1, highest) for _ in range(CHANGES)]
    counters = ("upvotes", "score", "wilson_score")
    steps = {
        "upload": lambda n: index.put(highest + CHANGES + 1 + n, entry(tags[n])),
        "retag": lambda n: index.put(highest + 1 + n, entry([*tags[n][5:], *tags[n - 1][:5]])),
        "five_tags_added": lambda n: [
            index.set_member("tag", key, some[n], present=True) for key in tags[n][:5]
        ],
        "vote": lambda n: (
            index.set_member("upvoted_by_id", n, some[n], present=True),
            [index.set_number(name, some[n], n) for name in counters],
        ),
        "discard": lambda n: index.discard(highest + CHANGES + 1 + n),
        "new_name": lambda n: index.name("tag", 200_000 + n, [f"new tag {n}"]),
    }
    return {name: timed(step) for name, step in steps.items()}


def timed(step):
    taken = np.empty(CHANGES)
    for number in range(CHANGES):
        start = time.thread_time_ns()
        step(number)
        taken[number] = (time.thread_time_ns() - start) / 1_000
    return summary(taken)


def measure(images, count, rounds):
    corpus = Corpus(images)
    requests = list(make_requests(corpus.folder, count))
    before, start = anonymous_bytes(), time.perf_counter()
    index = build(corpus)
    built = time.perf_counter() - start
    taken_bytes = anonymous_bytes() - before
    policy = Policy()
    with searching(index) as board:
        filters = {"everything": policy.everything_filter_id, "default": policy.default_filter_id}
        found = {
            name: told(searches(board, requests, rounds, filter_id), requests)
            | {"again": again(board, requests, rounds, filter_id)}
            for name, filter_id in filters.items()
        }
        parsed = parsing(board, requests)
        bare = against_bare(board, index, requests, rounds, policy.everything_filter_id)
    asked_bytes = anonymous_bytes() - before
    return {
        "images": images,
        "build_seconds": round(built, 2),
        "bytes_an_image": round(taken_bytes / images, 1),
        "bytes_an_image_after_searches": round(asked_bytes / images, 1),
        "estimated_bytes_an_image": round(index.memory_bytes() / images, 1),
        "parse": parsed,
        **found,
        "against_bare": bare,
        "change": changes(index, corpus),
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--images", type=int, default=100_000)
    parser.add_argument("--count", type=int, default=1_000)
    parser.add_argument("--rounds", type=int, default=4)
    args = parser.parse_args()
    publish("search_index", measure(args.images, args.count, args.rounds))


if __name__ == "__main__":
    main()
