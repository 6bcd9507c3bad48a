#!/usr/bin/env python3
"""Make a data folder where people have talked: the library of `library.py` with comments, forums, galleries.

    python -m bench.talk [--images 100000]

Twice as many comments as images, a fifth as many posts in topics of thirty, a hundredth as many galleries and
filters. Words follow Zipf's law over four thousand made-up ones; images with many comments are few. A copy of
the library, made once, beside it; words are analysed as in any library, which takes a minute for 100,000
images.
"""

import argparse
import contextlib
import shutil
import sqlite3
from datetime import UTC, datetime

import numpy as np
from bench.corpora import DATA, Corpus
from bench.library import LAYOUT as LIBRARY_LAYOUT
from bench.library import MOMENT, library

from polybooru.app import DATABASE_FILE, open_library
from polybooru.db.full_text import (
    COMMENT_WORDS,
    FILTER_WORDS,
    GALLERY_WORDS,
    POST_WORDS,
    TAG_WORDS,
    TOPIC_WORDS,
)
from polybooru.db.schema import HEAD
from polybooru.library.words import read_texts
from polybooru.settings import Settings

LAYOUT = 3  # raise when the rows made here change
WORDS = 4_000
POSTS_OF_TOPIC = 30
MINUTE = 60_000_000
SYLLABLES = (
    "ba",
    "cor",
    "dun",
    "el",
    "fi",
    "gar",
    "hol",
    "in",
    "jo",
    "kel",
    "lum",
    "mar",
    "nor",
    "pel",
    "sta",
    "tu",
)


def talk(images):
    """The data folder with so many images and what is said of them; nobody writes to it."""
    folder = DATA / f"talk-{images}"
    mark = folder / "bench-talk-layout"
    layout = f"{LAYOUT} on {LIBRARY_LAYOUT} schema {HEAD}"
    if not mark.exists() or mark.read_text() != layout:
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(library(images), folder)
        _make(folder, images, Corpus(images).users)
        mark.write_text(layout)
    return folder


def word(number):
    """A made-up word; the first are the commonest."""
    found = SYLLABLES[number % 16] + SYLLABLES[number // 16 % 16]
    return found + (SYLLABLES[number // 256] if number >= 256 else "")


def _make(folder, images, people):
    with contextlib.closing(sqlite3.connect(folder / DATABASE_FILE, isolation_level=None)) as connection:
        connection.execute("PRAGMA synchronous = OFF")
        connection.execute("BEGIN")
        _fill(connection, images, people)
        connection.execute("COMMIT")
    tables = (COMMENT_WORDS, POST_WORDS, TOPIC_WORDS, GALLERY_WORDS, FILTER_WORDS, TAG_WORDS)
    with open_library(folder, Settings()) as opened:
        for words in tables:
            read_texts(opened.database, datetime.now(UTC), words)
    with contextlib.closing(sqlite3.connect(folder / DATABASE_FILE, isolation_level=None)) as connection:
        connection.execute("ANALYZE")


def _fill(connection, images, people):
    rng = np.random.default_rng([7, images])
    vocabulary = [word(number) for number in range(WORDS)]
    weights = 1 / np.arange(1, WORDS + 1)
    weights /= weights.sum()

    def texts(count):
        lengths = rng.integers(4, 40, count)
        drawn = iter(rng.choice(WORDS, int(lengths.sum()), p=weights).tolist())
        return [" ".join(vocabulary[next(drawn)] for _ in range(length)) for length in lengths.tolist()]

    def written(count):
        authors = (rng.integers(people, size=count) + 1).tolist()
        hidden = (rng.random(count) < 0.01).tolist()
        anonymous = (rng.random(count) < 0.1).tolist()
        moments = [MOMENT + number * MINUTE for number in range(count)]
        return zip(authors, anonymous, texts(count), moments, moments, hidden, strict=True)

    columns = "user_id, is_anonymous, body, created_at, updated_at, hidden_from_users"
    of_images = np.minimum(rng.pareto(1.2, 2 * images) * images / 50, images - 1).astype(int) + 1
    connection.executemany(
        f"INSERT INTO comments (image_id, {columns}) VALUES (?, ?, ?, ?, ?, ?, ?)",
        [(image_id, *row) for image_id, row in zip(of_images.tolist(), written(2 * images), strict=True)],
    )
    posts = images // 5
    titles = [text[:90] for text in texts(posts // POSTS_OF_TOPIC)]  # people may write 96 bytes
    connection.executemany(
        "INSERT INTO topics (id, forum_id, slug, title, user_id, post_count, created_at, updated_at,"
        " last_replied_to_at) VALUES (?, ?, ?, ?, 1, ?, ?, ?, ?)",
        [
            (at + 1, at % 5 + 1, f"topic-{at + 1}", title, POSTS_OF_TOPIC, *[MOMENT + at * MINUTE] * 3)
            for at, title in enumerate(titles)
        ],
    )
    connection.executemany(
        f"INSERT INTO posts (topic_id, topic_position, {columns}) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        [
            (at // POSTS_OF_TOPIC + 1, at % POSTS_OF_TOPIC, *row)
            for at, row in enumerate(written(len(titles) * POSTS_OF_TOPIC))
        ],
    )
    connection.execute(
        "UPDATE forums SET topic_count = (SELECT count(*) FROM topics WHERE forum_id = forums.id),"
        f" post_count = {POSTS_OF_TOPIC} * (SELECT count(*) FROM topics WHERE forum_id = forums.id)"
    )
    galleries = images // 100
    connection.executemany(
        "INSERT INTO galleries (id, user_id, title, folded_title, description, thumbnail_id, created_at,"
        " updated_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        [
            (at + 1, at % people + 1, text[:100], text[:100], text, at + 1, *[MOMENT + at * MINUTE] * 2)
            for at, text in enumerate(texts(galleries))
        ],
    )
    connection.execute("INSERT INTO features (image_id, created_at) VALUES (1, ?)", (MOMENT,))
    connection.execute("INSERT INTO watched_tags SELECT 7, id FROM tags WHERE name = 'safe'")
    connection.executemany(
        "INSERT INTO filters (name, folded_name, description, user_id, is_public, created_at)"
        " VALUES (?, ?, ?, ?, ?, ?)",
        [
            (f"{text} {at}"[:100], f"{text} {at}"[:100], text, at % people + 1, at % 2, MOMENT)
            for at, text in enumerate(texts(galleries))
        ],
    )


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--images", type=int, default=100_000)
    print(talk(parser.parse_args().images))


if __name__ == "__main__":
    main()
