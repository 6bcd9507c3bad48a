#!/usr/bin/env python3
"""Hunt for the accepted query that costs most.

    python -m bench.worst_query [--images 1000000] [--drawn 400] [--climbed 400] [--seed 1]

Requests of every kind are drawn (`dear_queries`), most of them absurd; from the dearest the hunt goes on,
each changed a little again and again. A request is asked as the route asks it: parsed, ordered, searched, and
its images looked through for what the filter covers. What the index keeps between searches is dropped before
each, so every one is the first of its kind. CPU time counts; the dearest are asked again.

Also told: how far real costs are from estimates, and that nobody is refused who asks what people ask.
"""

import argparse
import random
import time

from bench.corpora import Corpus
from bench.dear_queries import BYTES, Group, Maker, Request
from bench.indexes import build, searching
from bench.queries import generate as make_requests
from bench.report import publish
from sqlalchemy import insert
from sqlalchemy.dialects.sqlite import insert as insert_or_ignore

from polybooru.db.tables import filter_tags, filters, tags, users, watched_tags
from polybooru.library.actors import ANONYMOUS, Actor, Role
from polybooru.library.errors import InvalidQuery, QueryTooExpensive
from polybooru.library.own_interactions import own_interactions

EVERYTHING, LISTED = 2, 10
LIST = 5_000
GALLERY = 20_000
PER_PAGE = 50
KEPT = 24
"""So many of the dearest are gone on from."""
HONEST = ("artist:*", "oc:*", "character:*", "*", "artist:* || oc:*", "-artist:*", "*cat*", "cat~1")


class Board:
    """A board with people who have long lists, and what its searches cost."""

    def __init__(self, board, corpus, rng):
        self.board, self.index = board, board.library.replica.index
        names = [corpus.names[at] for at in (-corpus.tag_uses).argsort().tolist() if corpus.tag_uses[at]]
        self.maker = Maker(rng, names[:300], names, corpus.images)
        self.people = {"guest": ANONYMOUS, **furnish(board, corpus, self.maker)}
        ids = rng.sample(range(1, corpus.images + 1), GALLERY)
        board.search._orders._galleries[1] = (ids, range(GALLERY))  # noqa: SLF001 — there are no rows of images
        for image_id in ids:
            self.index.set_member("gallery_id", 1, image_id, present=True)

    def forget(self):
        """Drop all that is kept between searches."""
        index = self.index
        for kept in (index._kept_patterns, index._kept_lists, index._exclusions):  # noqa: SLF001
            kept.clear()
        for numbers in index._numbers.values():  # noqa: SLF001
            numbers._kept.clear()  # noqa: SLF001

    def ask(self, request):
        """Milliseconds of CPU, and whether it was accepted."""
        self.forget()
        search, actor = self.board.search, self.people[request.who]
        started = time.process_time_ns()
        try:
            query = search.parse(actor, request.text)
            applied = search.filter_for(actor, LISTED if request.who == "watcher" else EVERYTHING)
            order = search.order(request.sort, descending=request.descending)
            page = search.find(
                actor,
                query,
                order=order,
                offset=(request.page - 1) * PER_PAGE,
                limit=PER_PAGE,
                hidden_by=applied,
                continued=request.walks,
            )
            search.hit_by(applied, page.ids)
            own_interactions(self.board.library, actor.user_id or 0, page.ids)
            accepted = True
        except (InvalidQuery, QueryTooExpensive):
            accepted = False
        return (time.process_time_ns() - started) / 1e6, accepted

    def estimate(self, request):
        """Milliseconds, as the budget counts them."""
        self.forget()
        search, actor = self.board.search, self.people[request.who]
        order = search.order(request.sort, descending=request.descending)
        return (
            self.index.cost(
                search.parse(actor, request.text),
                order=order,
                offset=(request.page - 1) * PER_PAGE,
                limit=PER_PAGE,
                now=self.board.library.clock(),
            )
            / 1e3
        )


def furnish(board, corpus, maker):
    """A member, and one who has watched, hidden and spoilered as much as may be."""
    at = [n for n in range(len(corpus.names)) if corpus.tag_keys[n]]
    dearest = sorted(at, key=lambda n: -int(corpus.tag_uses[n]))[: 3 * LIST]
    keys = [int(corpus.tag_keys[n]) for n in dearest]
    with board.library.work() as work:
        blank = {"slug": "", "namespace": None, "category": None, "created_at": work.now}
        for n in dearest:
            row = blank | {
                "id": int(corpus.tag_keys[n]),
                "name": corpus.names[n],
                "slug": corpus.names[n],
                "name_in_namespace": corpus.names[n],
            }
            work.execute(insert_or_ignore(tags).values(row).on_conflict_do_nothing())
        for number, name in ((1_001, "member"), (1_002, "watcher")):
            person = {"id": number, "name": name, "folded_name": name, "slug": name, "password_hash": "x"}
            lists = (
                {"watched_query": lines(maker), "watched_exclude": lines(maker)} if number == 1_002 else {}
            )
            work.execute(insert(users).values(person | lists | {"role": "user", "created_at": work.now}))
        work.execute(insert(watched_tags), [{"user_id": 1_002, "tag_id": key} for key in keys[:LIST]])
        work.execute(
            insert(filters).values(
                id=LISTED,
                name="all",
                is_public=True,
                hidden_complex=lines(maker),
                spoilered_complex=lines(maker),
                created_at=work.now,
            )
        )
        for effect, some in (("hide", keys[LIST : 2 * LIST]), ("spoiler", keys[2 * LIST :])):
            work.execute(
                insert(filter_tags), [{"filter_id": LISTED, "tag_id": key, "effect": effect} for key in some]
            )
    return {
        name: Actor(user_id=number, name=name, role=Role.USER)
        for number, name in ((1_001, "member"), (1_002, "watcher"))
    }


def lines(maker):
    """A stored query, at all limits."""
    dear = (
        [maker.wildcard() for _ in range(8)]
        + [maker.fuzzy() for _ in range(4)]
        + [maker.range() for _ in range(32)]
    )
    return "\n".join([*dear, str(maker.fit(" || ", [maker.tag() for _ in range(200)]))])[: 2 * BYTES]


class Hunt:
    """The dearest accepted requests so far, as (milliseconds, request)."""

    def __init__(self, board, who):
        self.board, self.best, self.dearest_refusal = board, [], 0.0
        self.asked = self.refused = 0
        board.maker.people = who

    def ask(self, request):
        """Ask it and remember what it cost."""
        self.asked += 1
        took_ms, accepted = self.board.ask(request)
        if not accepted:
            self.refused += 1
            self.dearest_refusal = max(self.dearest_refusal, took_ms)
            return
        self.best = sorted([*self.best, (took_ms, request)], key=lambda pair: -pair[0])[:KEPT]

    def run(self, drawn, climbed):
        """Draw so many, then change the dearest so many times."""
        maker = self.board.maker
        for _ in range(drawn):
            self.ask(maker.request())
        for step in range(climbed):
            some = self.best[: max(1, len(self.best) // (1 + step % 4))]
            self.ask(maker.changed(maker.rng.choice(some)[1]))

    def told(self):
        """The three dearest, asked again."""
        again = [(min(self.board.ask(request)[0] for _ in range(3)), request) for _, request in self.best[:8]]
        again.sort(key=lambda pair: -pair[0])
        return {
            "asked": self.asked,
            "refused": self.refused,
            "worst_ms": round(again[0][0], 1),
            "dearest_refusal_ms": round(self.dearest_refusal, 1),
            "dearest": [
                f"{took_ms:.1f} ms, estimated {self.board.estimate(request):.1f}: {str(request)[:200]}"
                for took_ms, request in again[:3]
            ],
        }


def refusals(board, corpus):
    """What people ask and is refused: none of it should be."""
    asked = [
        Request(Group(", ", (one["q"],)), one["sf"], one["sd"] == "desc", one["page"], "guest", False)
        for one in make_requests(corpus.folder, 1_000)
    ]
    asked += [Request(Group(", ", (text,)), "_score", True, 1, "guest", False) for text in HONEST]
    return [str(request) for request in asked if not board.ask(request)[1]]


def run(images, drawn, climbed, seed):
    corpus = Corpus(images)
    with searching(build(corpus)) as opened:
        board = Board(opened, corpus, random.Random(seed))
        found = {}
        for who in ("guest", "member"):
            hunt = Hunt(board, (who,))
            hunt.run(drawn, climbed)
            found[who] = hunt.told()
        plain = Request(Group(", ", ("*",)), "id", True, 1, "watcher", False)
        return {
            "images": images,
            "seed": seed,
            **found,
            "longest_filter_cold_ms": round(min(board.ask(plain)[0] for _ in range(3)), 1),
            "honest_and_refused": refusals(board, corpus),
        }


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--images", type=int, default=1_000_000)
    parser.add_argument("--drawn", type=int, default=400)
    parser.add_argument("--climbed", type=int, default=400)
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    publish("worst_query", run(args.images, args.drawn, args.climbed, args.seed))


if __name__ == "__main__":
    main()
