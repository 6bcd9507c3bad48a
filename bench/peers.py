#!/usr/bin/env python3
"""Measure searches against Tantivy and PostgreSQL 15 on the same corpus, request by request in one run.

    python -m bench.peers [--images 100000] [--count 1000] [--rounds 3] [--peers tantivy,postgresql]

Ours is the library's whole search from the text of the query, as in `search_index`, under `Everything`; the
peers, on one core each and warmed, are asked with queries that were translated beforehand, without rights or
filters. All times are CPU time, the best of some rounds for each request, after one that is not counted;
three of PostgreSQL take ten minutes. Totals are compared, and pages in order of ids.

Each side is asked three times in a row. `in turns` counts the first time: whoever is asked then finds the
caches of the processor full of the other's memory, as nobody does on a server, and that is most of what a
small search takes. `again` counts the better of the other two, when both find what they have just touched;
after another process the processor has the branches of a program to learn as well, which takes it two.
"""

import argparse
import time

import numpy as np
from bench.corpora import Corpus
from bench.indexes import build, searching
from bench.queries import generate as make_requests
from bench.report import publish
from bench.search_index import ask, summary

from polybooru.library.actors import ANONYMOUS
from polybooru.library.policy import Policy


def tantivy_peer(corpus):
    from bench.peer_tantivy import Tantivy

    return Tantivy(corpus)


def postgresql_peer(corpus):
    from bench.peer_postgresql import Postgresql

    return Postgresql(corpus)


PEERS = {"tantivy": tantivy_peer, "postgresql": postgresql_peer}
ASKED = 3


def compare(board, requests, peer, rounds):
    """Nanoseconds of ours and of the peer, in turns and again: two pairs of shape (rounds, requests) each."""
    applied = board.search.filter_for(ANONYMOUS, Policy().everything_filter_id)
    prepared = [peer.prepared(request, board.search.parse(ANONYMOUS, request["q"])) for request in requests]
    for one in prepared:
        peer.ask(one)
    for request in requests:
        ask(board, request, applied)
    ours, theirs = (np.empty((ASKED, rounds, len(requests))) for _ in range(2))
    for number in range(rounds):
        for at, (request, one) in enumerate(zip(requests, prepared, strict=True)):
            for time_asked in range(ASKED):
                start = time.thread_time_ns()
                page = ask(board, request, applied)
                ours[time_asked, number, at] = time.thread_time_ns() - start
            for time_asked in range(ASKED):
                total, ids, theirs[time_asked, number, at] = peer.ask(one)
            if total != page.total or (request["sf"] == "id" and list(ids) != page.ids):
                raise RuntimeError(f"{request}: {page.total} {page.ids} here, {total} {list(ids)} there")
    in_turns, again = slice(1), slice(1, None)
    return [
        (ours[part].min(axis=(0, 1)) / 1_000, theirs[part].min(axis=(0, 1)) / 1_000)
        for part in (in_turns, again)
    ]


def told(ours, theirs, requests):
    kinds = np.array([request["kind"] for request in requests])
    by_kind = {
        kind: {
            f"ratio_p{share}": ratio(ours[kinds == kind], theirs[kinds == kind], share) for share in (50, 99)
        }
        for kind in sorted(set(kinds.tolist()))
    }
    return {
        "ours": summary(ours),
        "theirs": summary(theirs),
        "ratio_p50": ratio(ours, theirs, 50),
        "ratio_p99": ratio(ours, theirs, 99),
        "worst_kind": min(of_kind["ratio_p50"] for of_kind in by_kind.values()),
        "requests_that_are_slower_here": int((ours > theirs).sum()),
        "kinds": by_kind,
    }


def ratio(ours, theirs, share):
    return round(float(np.percentile(theirs, share) / np.percentile(ours, share)), 2)


def measure(images, count, rounds, wanted):
    corpus = Corpus(images)
    requests = list(make_requests(corpus.folder, count))
    report = {"images": images}
    with searching(build(corpus)) as board:
        for name in wanted:
            start = time.process_time()
            peer = PEERS[name](corpus)
            built = time.process_time() - start
            try:
                times = compare(board, requests, peer, rounds)
            finally:
                peer.close()
            told_of = dict(zip(("in_turns", "again"), (told(*one, requests) for one in times), strict=True))
            report[peer.name] = {**peer.about, "build_seconds": round(built, 1), **told_of}
    return report


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--images", type=int, default=100_000)
    parser.add_argument("--count", type=int, default=1_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--peers", default=",".join(PEERS))
    args = parser.parse_args()
    publish("peers", measure(args.images, args.count, args.rounds, args.peers.split(",")))


if __name__ == "__main__":
    main()
