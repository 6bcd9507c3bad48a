#!/usr/bin/env python3
"""Make a data folder with a synthetic library: rows only, written in bulk; no picture is drawn or decoded.

    python -m bench.library [--images 10000]

Images, tags and people are those of the corpus (corpus.py); votes and faves are rows too, at most a dozen an
image, so that counters and rows agree. Every image counts as processed. Made once, in bench/data.
"""

import argparse
import hashlib
import json
import pathlib
import shutil
from datetime import UTC, datetime, timedelta

import numpy as np
from bench.corpus import generate as make_corpus
from sqlalchemy import insert, select

from polybooru import app
from polybooru.db import Database
from polybooru.db.tables import faves, image_sources, images, tags, users, votes
from polybooru.library.tag_names import NAMESPACES, slug, split_namespace
from polybooru.settings import Settings

DATA = pathlib.Path(__file__).parent / "data"
LAYOUT = 1  # raise when the rows made here change: an older folder is made anew
VOTED = {"upvotes": 10, "downvotes": 2, "faves": 10}  # at most so many rows an image
USERS = 2_000
PORTION = 20_000
FORMATS = {
    "image/png": "png",
    "image/jpeg": "jpg",
    "image/gif": "gif",
    "video/webm": "webm",
    "image/svg+xml": "svg",
}


def corpus(count):
    """The folder with the corpus of `count` images."""
    folder = DATA / f"{count}"
    if not (folder / "meta.json").exists():
        make_corpus(folder, count)
    return folder


def library(count):
    """The data folder with `count` images; nobody writes to it: a bench that does takes a `copy`."""
    folder = DATA / f"library-{count}"
    mark = folder / "bench-layout"
    if not mark.exists() or mark.read_text() != f"{LAYOUT}":
        shutil.rmtree(folder, ignore_errors=True)
        _make(folder, corpus(count))
        mark.write_text(f"{LAYOUT}")
    return folder


def copy(count, target):
    """A copy of the library to write to, in the existing folder `target`."""
    return pathlib.Path(shutil.copytree(library(count), pathlib.Path(target) / "library"))


def _make(folder, source):
    app.initialise(folder, Settings())
    database = Database(app.database_url(folder, Settings()))
    try:
        with database.write(datetime.now(UTC)) as transaction:
            _fill(transaction.connection, source)
    finally:
        database.close()


def _fill(connection, source):
    meta = json.loads((source / "meta.json").read_text())
    read = {path.stem: np.load(path, mmap_mode="r") for path in source.glob("*.npy")}
    names = (source / "tags.txt").read_text(encoding="utf-8").splitlines()
    used = np.bincount(read["tag_ids"], minlength=len(names))
    keys = _tags(connection, names, used)
    _users(connection)
    offsets = read["doc_offsets"]
    for first in range(0, meta["images"], PORTION):
        last = min(first + PORTION, meta["images"])
        rng = np.random.default_rng([1, 3, first])
        columns = {
            name: np.array(values[first:last])
            for name, values in read.items()
            if len(values) == meta["images"]
        }
        voted = [np.minimum(columns[name], most) for name, most in VOTED.items()]
        ups, downs, faved = voted[0], voted[1], np.minimum(voted[2], voted[0])
        rows = [
            _image(first + at + 1, {name: values[at] for name, values in columns.items()}, meta["mimes"])
            | {"upvotes": int(ups[at]), "downvotes": int(downs[at]), "faves": int(faved[at])}
            for at in range(last - first)
        ]
        connection.execute(insert(images), rows)
        _votes(connection, rng, first, ups, downs, faved)
        owners = np.repeat(np.arange(first + 1, last + 1), np.diff(offsets[first : last + 1]))
        links = keys[np.array(read["tag_ids"][offsets[first] : offsets[last]])]
        connection.exec_driver_sql(
            "INSERT INTO image_tags (image_id, tag_id) VALUES (?, ?)",
            list(zip(owners.tolist(), links.tolist(), strict=True)),
        )
        urls = [
            (n, f"https://example.org/works/{n * 7919 % 1_000_003}")
            for n in range(first + 1, last + 1)
            if n % 10 < 7
        ]
        connection.execute(
            insert(image_sources),
            [{"image_id": n, "position": 0, "url": url, "folded_url": url} for n, url in urls],
        )


def _tags(connection, names, used):
    """Insert the tags that images have; returns the row id of each tag of the corpus."""
    known = dict(connection.execute(select(tags.c.name, tags.c.id)).all())
    keys = np.zeros(len(names), dtype=np.int64)
    rows = []
    for at in np.flatnonzero(used).tolist():
        name = names[at]
        if name not in known:
            known[name] = len(known) + 1
            namespace, rest = split_namespace(name)
            rows.append(
                {
                    "id": known[name],
                    "name": name,
                    "slug": slug(name),
                    "namespace": namespace,
                    "name_in_namespace": rest,
                    "category": NAMESPACES[namespace].category if namespace else None,
                    "image_count": int(used[at]),
                    "created_at": datetime.now(UTC),
                }
            )
        else:
            connection.execute(tags.update().where(tags.c.name == name).values(image_count=int(used[at])))
        keys[at] = known[name]
    connection.execute(insert(tags), rows)
    return keys


def _users(connection):
    connection.execute(
        insert(users),
        [
            {
                "id": number,
                "name": f"user {number}",
                "folded_name": f"user {number}",
                "slug": f"user+{number}",
                "password_hash": "",
                "role": "user",
                "created_at": datetime.now(UTC),
            }
            for number in range(1, USERS + 1)
        ],
    )


def _votes(connection, rng, first, ups, downs, faved):
    """Insert as many votes and faves of a portion of images as each is to have."""
    voters = rng.integers(USERS, size=len(ups))
    # An image's voters follow each other, from a chance beginning: no one votes twice.
    rows = [
        (first + at + 1, int((voters[at] + place * 37) % USERS) + 1, bool(place < ups[at]), place < faved[at])
        for at in range(len(ups))
        for place in range(int(ups[at] + downs[at]))
    ]
    moment = int(datetime(2026, 1, 1, tzinfo=UTC).timestamp() * 1_000_000)
    connection.exec_driver_sql(
        f"INSERT INTO {votes.name} (image_id, user_id, is_up, voted_at) VALUES (?, ?, ?, {moment})",
        [row[:3] for row in rows],
    )
    connection.exec_driver_sql(
        f"INSERT INTO {faves.name} (image_id, user_id, liked_at) VALUES (?, ?, {moment})",
        [row[:2] for row in rows if row[3]],
    )


def _image(number, found, mimes):
    digest = hashlib.sha512(str(number).encode()).hexdigest()
    moment = datetime.fromtimestamp(int(found["created_at"]), UTC)
    mime = mimes[int(found["mime"])]
    kind = FORMATS[mime]
    is_animated = kind in {"gif", "webm"}
    return {
        "id": number,
        "created_at": moment,
        "updated_at": moment + timedelta(minutes=number % 500),
        "first_seen_at": moment,
        "uploader_id": int(found["uploader_id"]) % USERS + 1,
        "is_anonymous": number % 20 == 0,
        "file_name": f"picture {number}.{kind}",
        "mime_type": mime,
        "format": kind,
        "width_px": int(found["width"]),
        "height_px": int(found["height"]),
        "size_bytes": int(found["size"]),
        "orig_size_bytes": int(found["size"]),
        "duration_seconds": 3.5 if is_animated else 0.0,
        "is_animated": is_animated,
        "sha512_hash": digest,
        "orig_sha512_hash": digest,
        "blob": digest,
        "description": f"A drawing for the {number % 97}th day of the series." if number % 5 < 2 else "",
        "comment_count": int(found["comment_count"]),
        **dict(
            zip(
                ("intensity_nw", "intensity_ne", "intensity_sw", "intensity_se"),
                map(float, found["intensities"]),
                strict=True,
            )
        ),
        "perceptual_hash": int(found["phash"].astype(np.int64)),
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
