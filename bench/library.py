#!/usr/bin/env python3
"""Make a data folder with a synthetic library: rows only, written in bulk; no picture is drawn or decoded.

    python -m bench.library [--images 10000]

Images, tags and people are those of the corpus; every image counts as processed. Counters are the corpus's,
and of the votes and faves that they count a few are rows. Made once, beside the corpora. A million images
take about three minutes: rows go to SQLite below the library, with its indexes dropped and made again.
"""

import argparse
import contextlib
import hashlib
import pathlib
import shutil
import sqlite3
import time
from datetime import UTC, datetime

import numpy as np
from bench.corpora import DATA, FORMATS, Corpus
from bench.indexes import choose_filter_tags

from polybooru.app import DATABASE_FILE, initialise, open_library
from polybooru.db.schema import HEAD
from polybooru.library.ratings import RATINGS
from polybooru.library.tag_names import NAMESPACES, slug, split_namespace
from polybooru.settings import Settings

LAYOUT = 3  # raise when the rows made here change: an older folder is made anew
VOTED = {"upvotes": 3, "downvotes": 1, "faves": 2}  # at most so many rows an image
PORTION = 20_000
NOW = int(time.time() * 1_000_000)
MOMENT = int(datetime(2026, 1, 1, tzinfo=UTC).timestamp() * 1_000_000)


def library(count):
    """The data folder with `count` images; nobody writes to it: a bench that does takes a `copy`."""
    folder = DATA / f"library-{count}"
    mark = folder / "bench-layout"
    layout = f"{LAYOUT} schema {HEAD}"
    if not mark.exists() or mark.read_text() != layout:
        shutil.rmtree(folder, ignore_errors=True)
        _make(folder, Corpus(count))
        mark.write_text(layout)
    return folder


def copy(count, target):
    """A copy of the library to write to, in the existing folder `target`."""
    return pathlib.Path(shutil.copytree(library(count), pathlib.Path(target) / "library"))


def _make(folder, corpus):
    initialise(folder, Settings())
    with open_library(folder, Settings()) as opened, opened.work() as work:
        choose_filter_tags(work.connection)
    with contextlib.closing(sqlite3.connect(folder / DATABASE_FILE, isolation_level=None)) as connection:
        connection.execute("PRAGMA synchronous = OFF")  # what a crash leaves here is made anew
        connection.execute("PRAGMA journal_mode = DELETE")
        connection.execute("PRAGMA cache_size = -1000000")
        with _without_indexes(connection):
            _fill(connection, corpus)
        connection.execute("ANALYZE")
        connection.execute("PRAGMA journal_mode = WAL")


@contextlib.contextmanager
def _without_indexes(connection):
    """Indexes are made from sorted entries in the end, many times sooner than entry by entry."""
    known = connection.execute("SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL")
    indexes = known.fetchall()
    for name, _ in indexes:
        connection.execute(f"DROP INDEX {name}")
    connection.execute("BEGIN")
    yield
    connection.execute("COMMIT")
    for _, statement in indexes:
        connection.execute(statement)


def _fill(connection, corpus):
    _tags(connection, corpus)
    _insert(
        connection,
        "users",
        [
            {
                "id": number,
                "name": f"user {number}",
                "folded_name": f"user {number}",
                "slug": f"user+{number}",
                "password_hash": "",
                "role": "user",
                "created_at": NOW,
            }
            for number in range(1, corpus.users + 1)
        ],
    )
    for first in range(0, corpus.images, PORTION):
        last = min(first + PORTION, corpus.images)
        columns = corpus.columns(first, last)
        _insert(connection, "images", list(_images(columns, corpus.mimes)))
        counts, links = corpus.tags(first, last)
        connection.executemany(
            "INSERT INTO image_tags (image_id, tag_id) VALUES (?, ?)",
            zip(np.repeat(columns["id"], counts).tolist(), corpus.tag_keys[links].tolist(), strict=True),
        )
        _votes(connection, columns, corpus.users)
        sourced = columns["id"][columns["source_count"] > 0].tolist()
        urls = [(number, f"https://example.org/works/{number * 7919 % 1_000_003}") for number in sourced]
        connection.executemany(
            "INSERT INTO image_sources (image_id, position, url, folded_url) VALUES (?, 0, ?, ?)",
            [(number, url, url) for number, url in urls],
        )


def _tags(connection, corpus):
    rows = []
    for at in np.flatnonzero(corpus.tag_keys).tolist():
        name, used, key = corpus.names[at], int(corpus.tag_uses[at]), int(corpus.tag_keys[at])
        if name in RATINGS:
            connection.execute("UPDATE tags SET image_count = ? WHERE id = ? AND name = ?", (used, key, name))
            continue
        namespace, rest = split_namespace(name)
        rows.append(
            {
                "id": key,
                "name": name,
                "slug": slug(name),
                "namespace": namespace,
                "name_in_namespace": rest,
                "category": NAMESPACES[namespace].category if namespace else None,
                "image_count": used,
                "created_at": NOW,
            }
        )
    _insert(connection, "tags", rows)


def _insert(connection, table, rows):
    if rows:
        names = ", ".join(rows[0])
        values = ", ".join(f":{name}" for name in rows[0])
        connection.executemany(f"INSERT INTO {table} ({names}) VALUES ({values})", rows)


def _votes(connection, columns, people):
    """Insert as many votes and faves of some images as each is to have."""
    ups, downs, faved = (np.minimum(columns[name], most) for name, most in VOTED.items())
    rng = np.random.default_rng([1, 3, int(columns["id"][0]) - 1])
    voters = rng.integers(people, size=len(ups)).tolist()
    images, ups, downs, faved = (array.tolist() for array in (columns["id"], ups, downs, faved))
    # An image's voters follow each other, from a chance beginning: no one votes twice.
    rows = [
        (images[at], (voters[at] + place * 37) % people + 1, place < ups[at], place < faved[at])
        for at in range(len(ups))
        for place in range(ups[at] + downs[at])
    ]
    connection.executemany(
        f"INSERT INTO votes (image_id, user_id, is_up, voted_at) VALUES (?, ?, ?, {MOMENT})",
        [row[:3] for row in rows],
    )
    connection.executemany(
        f"INSERT INTO faves (image_id, user_id, liked_at) VALUES (?, ?, {MOMENT})",
        [row[:2] for row in rows if row[3]],
    )


def _images(columns, mimes):
    """Rows of `images`; times in microseconds, as SQLite keeps them."""
    intensities = columns.pop("intensities").astype(float).tolist()
    hashes = columns.pop("phash").astype(np.int64).tolist()
    plain = {name: values.tolist() for name, values in columns.items()}
    for at, number in enumerate(plain["id"]):
        digest = hashlib.sha512(str(number).encode()).hexdigest()
        mime = mimes[plain["mime"][at]]
        kind = FORMATS[mime]
        nw, ne, sw, se = intensities[at]
        yield {
            "id": number,
            "created_at": plain["created_at"][at] * 1_000_000,
            "updated_at": plain["updated_at"][at] * 1_000_000,
            "first_seen_at": plain["first_seen_at"][at] * 1_000_000,
            "uploader_id": plain["uploader_id"][at],
            "is_anonymous": plain["anonymous"][at],
            "file_name": f"picture {number}.{kind}",
            "mime_type": mime,
            "format": kind,
            "width_px": plain["width"][at],
            "height_px": plain["height"][at],
            "size_bytes": plain["size"][at],
            "orig_size_bytes": plain["size"][at],
            "duration_seconds": plain["duration"][at],
            "is_animated": plain["animated"][at],
            "sha512_hash": digest,
            "orig_sha512_hash": digest,
            "blob": digest,
            "description": f"A drawing for the {number % 97}th day of the series." if number % 5 < 2 else "",
            "upvotes": plain["upvotes"][at],
            "downvotes": plain["downvotes"][at],
            "faves": plain["faves"][at],
            "comment_count": plain["comment_count"][at],
            "intensity_nw": nw,
            "intensity_ne": ne,
            "intensity_sw": sw,
            "intensity_se": se,
            "perceptual_hash": hashes[at],
            "dominant_color": "#808080",
            "thumbnails_generated": True,
            "is_processed": True,
        }


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--images", type=int, default=10_000)
    print(library(parser.parse_args().images))


if __name__ == "__main__":
    main()
