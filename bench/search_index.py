#!/usr/bin/env python3
"""Measure the image index: build, memory, search by kind of request, and updates.

    python -m bench.search_index [--images 100000] [--count 1000] [--rounds 3]

The corpus is made once, in bench/data (ignored by git). Requests go through the parser once, outside the
clock; each is then timed on its own, the best of the rounds; the first round, which also fills what is kept,
is told apart.
"""

import argparse
import ctypes
import json
import pathlib
import random
import time
from datetime import UTC, datetime

import numpy as np
from bench.corpus import generate as make_corpus
from bench.queries import generate as make_requests
from bench.report import publish

from polybooru.search.index import (
    AtRandom,
    Block,
    ById,
    ByNumber,
    Entry,
    IdField,
    ImageIdField,
    ImageIndex,
    NameField,
    NumberField,
    NumberKind,
    Order,
    Shape,
    TextField,
)
from polybooru.search.language.fields import Field, Fields, Kind
from polybooru.search.language.parser import parse

DATA = pathlib.Path(__file__).parent / "data"
NOW = datetime(2026, 1, 1, tzinfo=UTC)
PORTION = 250_000
NUMBERS = {
    "created_at": NumberKind.DATE,
    "width": NumberKind.INTEGER,
    "height": NumberKind.INTEGER,
    "aspect_ratio": NumberKind.FLOAT,
    "size": NumberKind.INTEGER,
    "upvotes": NumberKind.INTEGER,
    "downvotes": NumberKind.INTEGER,
    "score": NumberKind.INTEGER,
    "faves": NumberKind.INTEGER,
    "comment_count": NumberKind.INTEGER,
    "wilson_score": NumberKind.FLOAT,
    "tag_count": NumberKind.INTEGER,
}
SHAPE = Shape(
    numbers=NUMBERS,
    flags=frozenset({"deleted"}),
    postings=frozenset({"tag", "uploader_id", "faved_by_id"}),
    vocabularies=frozenset({"tag"}),
    texts=frozenset({"mime_type"}),
    fields={
        **{name: NumberField(name) for name in NUMBERS},
        "id": ImageIdField(),
        "tag": NameField("tag", "tag"),
        "uploader_id": IdField("uploader_id"),
        "faved_by_id": IdField("faved_by_id"),
        "mime_type": TextField("mime_type"),
    },
)
KINDS = {NumberKind.INTEGER: Kind.INTEGER, NumberKind.FLOAT: Kind.FLOAT, NumberKind.DATE: Kind.DATE}
FIELDS = Fields(
    default=Field(name="tag", kind=Kind.LITERAL),
    by_name={name: Field(name=name, kind=KINDS[kind]) for name, kind in NUMBERS.items()},
)


def anonymous_bytes():
    """Memory of the process without mapped files, after what was freed has gone back."""
    ctypes.CDLL(None).malloc_trim(0)
    status = pathlib.Path("/proc/self/status").read_text()
    return 1024 * int(next(line.split()[1] for line in status.splitlines() if line.startswith("RssAnon:")))


def corpus(images):
    folder = DATA / f"{images}"
    if not (folder / "meta.json").exists():
        make_corpus(folder, images)
    return folder


def build(folder):
    meta = json.loads((folder / "meta.json").read_text())
    read = lambda name: np.load(folder / f"{name}.npy", mmap_mode="r")  # noqa: E731
    offsets, tag_ids, mime = read("doc_offsets"), read("tag_ids"), read("mime")
    uploader = read("uploader_id")
    columns = {name: read(name) for name in NUMBERS if name != "tag_count"}
    columns["tag_count"] = np.diff(offsets)
    index = ImageIndex(SHAPE)
    names = (folder / "tags.txt").read_text(encoding="utf-8").splitlines()
    index.load_names("tag", {key: (name,) for key, name in enumerate(names)})
    for first in range(0, meta["images"], PORTION):
        last = min(first + PORTION, meta["images"])
        ids = np.arange(first + 1, last + 1, dtype=np.uint32)
        links = np.array(tag_ids[offsets[first] : offsets[last]])
        index.load(
            Block(
                ids=ids,
                numbers={name: np.array(column[first:last]) for name, column in columns.items()},
                postings={
                    "tag": (np.repeat(ids, np.diff(offsets[first : last + 1])), links),
                    "uploader_id": (ids, np.array(uploader[first:last])),
                },
                texts={"mime_type": (mime[first:last], meta["mimes"])},
            )
        )
    index.warm()
    return index


def order_of(request) -> Order:
    field, descending = request["sf"], request["sd"] == "desc"
    if field == "id":
        return ById(descending)
    if field.startswith("random:"):
        return AtRandom(int(field.removeprefix("random:")))
    return ByNumber(field, descending)


def nowhere(leaf):
    raise AssertionError(leaf)


def searches(index, requests, rounds):
    prepared = []
    parsing = []
    for request in requests:
        start = time.perf_counter_ns()
        query = parse(request["q"], FIELDS)
        parsing.append(time.perf_counter_ns() - start)
        offset = (request["page"] - 1) * request["per_page"]
        prepared.append((request["kind"], query, order_of(request), offset, request["per_page"]))
    taken = np.empty((rounds, len(prepared)))
    for number in range(rounds):
        for place, (_, query, order, offset, limit) in enumerate(prepared):
            start = time.perf_counter_ns()
            index.search(query, order=order, offset=offset, limit=limit, now=NOW, outside=nowhere)
            taken[number, place] = time.perf_counter_ns() - start
    best = taken.min(axis=0) / 1_000
    kinds = np.array([kind for kind, *_ in prepared])
    report = {"all": summary(best), "first_round": summary(taken[0] / 1_000)}
    report["parse"] = summary(np.array(parsing) / 1_000)
    report |= {kind: summary(best[kinds == kind]) for kind in sorted(set(kinds.tolist()))}
    dearest = np.argsort(-taken[0])[:5]
    report["dearest_first_round"] = [f"{taken[0, at] / 1_000:.0f} µs {requests[at]}" for at in dearest]
    return report


def summary(microseconds):
    values = np.percentile(microseconds, (50, 99))
    return {
        "p50_us": round(float(values[0]), 1),
        "p99_us": round(float(values[1]), 1),
        "mean_us": round(float(microseconds.mean()), 1),
        "max_us": round(float(microseconds.max()), 1),
    }


def updates(index, count=500):
    rng = random.Random(1)
    highest = index.ids.max()
    tags = [rng.sample(range(100_000), 33) for _ in range(count)]
    numbers = dict.fromkeys(NUMBERS, 100) | {"created_at": 1_767_225_600}
    entry = lambda keys: Entry(numbers=numbers, postings={"tag": keys, "uploader_id": [1]})  # noqa: E731
    some = [rng.randrange(1, highest) for _ in range(count)]
    return {
        "vote_us": timed(count, lambda n: index.set_number("score", some[n], n)),
        "fave_us": timed(count, lambda n: index.set_member("faved_by_id", n, some[n], present=True)),
        "five_tags_us": timed(
            count,
            lambda n: [index.set_member("tag", key, some[n], present=True) for key in tags[n][:5]],
        ),
        "put_new_us": timed(count, lambda n: index.put(highest + 1 + n, entry(tags[n]))),
        "put_again_us": timed(count, lambda n: index.put(some[n], entry(tags[n]))),
        "discard_us": timed(count, lambda n: index.discard(highest + 1 + n)),
        "new_name_us": timed(count, lambda n: index.name("tag", 200_000 + n, [f"new tag {n}"])),
    }


def timed(count, step):
    start = time.perf_counter_ns()
    for number in range(count):
        step(number)
    return round((time.perf_counter_ns() - start) / count / 1_000, 1)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--images", type=int, default=100_000)
    parser.add_argument("--count", type=int, default=1_000)
    parser.add_argument("--rounds", type=int, default=3)
    args = parser.parse_args()
    folder = corpus(args.images)
    requests = list(make_requests(folder, args.count))
    before, start = anonymous_bytes(), time.perf_counter()
    index = build(folder)
    report = {
        "images": len(index),
        "build_seconds": round(time.perf_counter() - start, 2),
        "anonymous_bytes": anonymous_bytes() - before,
        "estimated_bytes": index.memory_bytes(),
        "search": searches(index, requests, args.rounds),
        "update": updates(index),
    }
    publish("search_index", report)


if __name__ == "__main__":
    main()
