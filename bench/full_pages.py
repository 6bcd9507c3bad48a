#!/usr/bin/env python3
"""List the requests that give a whole page, and the ids on it: one line of JSON each, on standard output.

    python -m bench.full_pages [--images 10000]

A program of its own, so that whoever is measured with them meets each for the first time.
"""

import argparse
import json
from urllib.parse import urlencode

from bench.bare_server import PATH
from bench.corpora import Corpus
from bench.indexes import build, searching
from bench.queries import PER_PAGE
from bench.queries import generate as make_requests
from bench.search_index import ask

from polybooru.library.actors import ANONYMOUS

TRIED = 20_000


def full_pages(images):
    """By target: (kind, ids). Asked of the library's own search under `Default`."""
    corpus = Corpus(images)
    found = {}
    with searching(build(corpus)) as board:
        applied = board.search.filter_for(ANONYMOUS, None)
        for request in make_requests(corpus.folder, TRIED):
            page = ask(board, request, applied)
            if len(page.ids) == PER_PAGE:
                query = {name: request[name] for name in ("q", "sf", "sd", "page", "per_page")}
                found[f"{PATH}?{urlencode(query)}"] = request["kind"], page.ids
    return found


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--images", type=int, default=10_000)
    for target, (kind, ids) in full_pages(parser.parse_args().images).items():
        print(json.dumps({"target": target, "kind": kind, "ids": ids}))


if __name__ == "__main__":
    main()
