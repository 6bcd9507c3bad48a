#!/usr/bin/env python3
"""`polybooru serve` over the library of a corpus, whose index is filled from columns instead of rows.

    python -m bench.server --images 1000000 [--workers 1] [--targets FILE]

Only how the index is loaded differs from the command: from rows it takes minutes. With --targets the requests
that give a whole page are written to the file before anything is served, one target a line: by a process of
its own, so that the served index has not been asked yet.
"""

import argparse
import json
import os
import pathlib
from urllib.parse import urlencode

from bench.bare_server import PATH
from bench.corpora import Corpus
from bench.indexes import build, searching
from bench.library import library
from bench.queries import PER_PAGE
from bench.queries import generate as make_requests
from bench.search_index import ask

from polybooru.cli.serve import run
from polybooru.db import last_change_number
from polybooru.library.actors import ANONYMOUS
from polybooru.library.replica import Replica
from polybooru.settings import load

TRIED = 20_000


def full_pages(index, corpus):
    """Different requests that give a whole page, and the ids in it, as lines of JSON."""
    found = {}
    with searching(index) as board:
        applied = board.search.filter_for(ANONYMOUS, None)
        for request in make_requests(corpus.folder, TRIED):
            page = ask(board, request, applied)
            if len(page.ids) == PER_PAGE:
                query = {name: request[name] for name in ("q", "sf", "sd", "page", "per_page")}
                found[f"{PATH}?{urlencode(query)}"] = (request["kind"], page.ids)
    return "\n".join(
        json.dumps({"target": target, "kind": kind, "ids": ids}) for target, (kind, ids) in found.items()
    )


def in_a_child(task):
    pid = os.fork()
    if pid == 0:
        code = 1
        try:
            task()
            code = 0
        finally:
            os._exit(code)
    if os.waitpid(pid, 0)[1] != 0:
        raise RuntimeError("the child failed")


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--images", type=int, default=10_000)
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--targets", type=pathlib.Path)
    args = parser.parse_args()
    corpus, folder = Corpus(args.images), library(args.images)
    index = build(corpus)
    if args.targets is not None:
        in_a_child(lambda: args.targets.write_text(full_pages(index, corpus)))

    def filled(replica):
        with replica._database.snapshot() as connection:  # noqa: SLF001 — as the method that this stands for
            replica.index, replica.applied = index, last_change_number(connection)

    Replica.load = filled
    run(folder, load(folder), host="127.0.0.1", port=0, workers=args.workers)


if __name__ == "__main__":
    main()
