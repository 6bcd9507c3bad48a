#!/usr/bin/env python3
"""Measure how long a library takes to come up: `polybooru serve` to its first answer, and the index alone.

    python -m bench.start [--images 10000] [--rounds 3] [--from-corpus]

First from the rows, which are then saved, then from the saved index. With --from-corpus there are no rows:
the index of a corpus, with all that is saved beside it, is put into an empty library, which suits millions of
images. The files are in the page cache, as after a restart of the program.
"""

import argparse
import time
import urllib.error

import numpy as np
from bench.bare_server import PATH
from bench.corpora import Corpus
from bench.http_search import fetch
from bench.indexes import PORTION, build
from bench.library import copy
from bench.processes import cpu_seconds, family, scratch, serving
from bench.report import median, publish

from polybooru.app import initialise, open_library
from polybooru.db import last_change_number
from polybooru.search.suggest import Name
from polybooru.settings import Settings


def to_first_answer(data):
    """Of a search that finds nothing: behind the index of a corpus there are no images to show."""
    start = time.perf_counter()
    with serving(data) as (process, address):
        while True:
            try:
                fetch(f"{address}{PATH}?q=safe%2C-safe")
                break
            except urllib.error.HTTPError:
                raise
            except urllib.error.URLError:
                time.sleep(0.01)
        return time.perf_counter() - start, cpu_seconds(family(process.pid))


def index_alone(data, *, from_rows):
    with open_library(data, Settings()) as opened:
        start, computed = time.perf_counter(), time.process_time()
        (opened.replica.rebuild if from_rows else opened.replica.load)()
        assert opened.replica.refused is None
        return time.perf_counter() - start, time.process_time() - computed


def save(library):
    start, computed = time.perf_counter(), time.process_time()
    assert library.replica.save()
    return time.perf_counter() - start, time.process_time() - computed


def measured(name, took):
    return {f"{name}_seconds": took[0], f"{name}_cpu_seconds": took[1]}


def one_round(data, *, has_rows):
    path = data / "image-index"
    numbers = {}
    if has_rows:
        numbers |= measured("index_from_rows", index_alone(data, from_rows=True))
        saved = path.rename(path.with_suffix(".kept"))
        numbers |= measured("from_rows", to_first_answer(data))
        saved.rename(path)
    numbers |= measured("index_from_snapshot", index_alone(data, from_rows=False))
    return numbers | measured("from_snapshot", to_first_answer(data))


def found_with_corpus(data, count):
    """An empty library whose saved index is that of a corpus; returns what saving it took."""
    initialise(data, Settings())
    corpus = Corpus(count)
    with open_library(data, Settings()) as opened:
        with opened.work() as work:
            work.changed("feature", 1)
        replica = opened.replica
        with opened.reading() as reading:
            replica.applied = last_change_number(reading.connection)
        replica.index = build(corpus)
        columns = [corpus.columns(at, min(at + PORTION, count)) for at in range(0, count, PORTION)]
        replica.reverse.load(
            *(
                np.concatenate([part[name] for part in columns])
                for name in ("id", "intensities", "aspect_ratio", "phash")
            )
        )
        used = np.flatnonzero(corpus.tag_keys).tolist()
        keys = corpus.tag_keys.tolist()
        replica.suggestions.load(
            Name(key=keys[at], text=corpus.names[at], uses=int(corpus.tag_uses[at])) for at in used
        )
        return save(opened)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--images", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--from-corpus", action="store_true")
    args = parser.parse_args()
    with scratch() as folder:
        if args.from_corpus:
            data = folder / "library"
            saving = found_with_corpus(data, args.images)
        else:
            data = copy(args.images, folder)
            with open_library(data, Settings()) as opened:
                with opened.work() as work:
                    work.changed("feature", 1)  # rows written in bulk are in no log
                opened.replica.rebuild()
                saving = save(opened)
        rounds = [one_round(data, has_rows=not args.from_corpus) for _ in range(args.rounds)]
        size = (data / "image-index").stat().st_size
    numbers = {name: median((one[name] for one in rounds), 2) for name in rounds[0]}
    numbers |= {name: round(value, 2) for name, value in measured("save", saving).items()}
    publish("start", {"images": args.images, **numbers, "file_bytes": size})


if __name__ == "__main__":
    main()
