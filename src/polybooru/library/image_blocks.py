"""The whole image index from the rows: read as columns, some ten times faster than image by image.

The rows that belong to images (tags, votes, …) come as two long texts of numbers, which the database joins
and numpy takes apart: a driver's tuples would cost more than all the rest. Neighbours: `image_index` says
what the index holds and reads single images; tests hold the two together.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import (
    BigInteger,
    Column,
    ColumnElement,
    Connection,
    Row,
    String,
    cast,
    func,
    select,
    true,
    type_coerce,
)

from polybooru.db.tables import faves, gallery_images, hides, image_sources, image_tags, images, votes
from polybooru.library.image_index import OUT_OF_SIGHT, SHAPE, UNAPPROVED, counters, tag_names, user_names
from polybooru.library.tag_names import CATEGORIES
from polybooru.search.index import Block, ImageIndex

Progress: TypeAlias = Callable[[int, int], None]
"""Called with the number of images read and the number of all."""

_Numbers: TypeAlias = NDArray[np.int64]
_BATCH = 20_000  # images read at once: some 100 MB for a moment
_SECOND = 1_000_000
_NOBODY = -1


def silent(_done: int, _total: int) -> None:
    """Progress that nobody watches."""


def _microseconds(column: Column[Any]) -> ColumnElement[int]:
    return type_coerce(column, BigInteger)


def _or_nobody(column: Column[Any]) -> ColumnElement[int]:
    return func.coalesce(column, _NOBODY)


_ROW: dict[str, ColumnElement[Any]] = {
    "id": images.c.id,
    "width": images.c.width_px,
    "height": images.c.height_px,
    "size": images.c.size_bytes,
    "orig_size": images.c.orig_size_bytes,
    "duration": images.c.duration_seconds,
    "upvotes": images.c.upvotes,
    "downvotes": images.c.downvotes,
    "faves": images.c.faves,
    "hides": images.c.hides,
    "comment_count": images.c.comment_count,
    "created_at": _microseconds(images.c.created_at),
    "updated_at": _microseconds(images.c.updated_at),
    "first_seen_at": _microseconds(images.c.first_seen_at),
    "animated": images.c.is_animated,
    "processed": images.c.is_processed,
    "thumbnails_generated": images.c.thumbnails_generated,
    "anonymous": images.c.is_anonymous,
    "deleted": images.c.hidden_from_users,
    "approved": images.c.is_approved,
    "uploader_id": _or_nobody(images.c.uploader_id),
    "deleted_by_user_id": _or_nobody(images.c.deleted_by_user_id),
    "duplicate_id": _or_nobody(images.c.duplicate_id),
    "mime_type": images.c.mime_type,
    "original_format": images.c.format,
}
_PLAIN = ("width", "height", "size", "orig_size", "duration", "comment_count")
_DATES = ("created_at", "updated_at", "first_seen_at")
_FLAGS = ("animated", "processed", "thumbnails_generated", "anonymous", "deleted")
_PAIRS: dict[str, tuple[Column[Any], Column[Any], ColumnElement[bool]]] = {
    # postings → where they stand: image, key, which rows
    "tag": (image_tags.c.image_id, image_tags.c.tag_id, true()),
    "gallery_id": (gallery_images.c.image_id, gallery_images.c.gallery_id, true()),
    "faved_by_id": (faves.c.image_id, faves.c.user_id, true()),
    "hidden_by_id": (hides.c.image_id, hides.c.user_id, true()),
    "upvoted_by_id": (votes.c.image_id, votes.c.user_id, votes.c.is_up.is_(True)),
    "downvoted_by_id": (votes.c.image_id, votes.c.user_id, votes.c.is_up.is_(False)),
}


def build(connection: Connection, tag_categories: Mapping[int, str | None], progress: Progress) -> ImageIndex:
    """A complete index of the rows that this connection sees, with its orders made."""
    index = ImageIndex(SHAPE)
    index.load_names("tag", dict(tag_names(connection)))
    index.load_names("user", dict(user_names(connection)))
    codes = _category_codes(tag_categories)
    total: int = connection.execute(select(func.count()).select_from(images)).scalar_one()
    done, after = 0, 0
    while rows := _rows_after(connection, after):
        index.load(_block(connection, rows, codes))
        done, after = done + len(rows), rows[-1][0]
        progress(done, total)
    index.warm()
    return index


def _rows_after(connection: Connection, after: int) -> Sequence[Row[Any]]:
    statement = select(*(column.label(name) for name, column in _ROW.items()))
    return connection.execute(statement.where(images.c.id > after).order_by(images.c.id).limit(_BATCH)).all()


def _block(connection: Connection, rows: Sequence[Row[Any]], codes: NDArray[np.int8]) -> Block:
    row = {name: np.array(values) for name, values in zip(_ROW, zip(*rows, strict=True), strict=True)}
    ids: _Numbers = row["id"]
    pairs = {name: _pairs(connection, ids, *where) for name, where in _PAIRS.items()}
    sources, _ = _pairs(connection, ids, image_sources.c.image_id, image_sources.c.position, true())
    duplicates = row["duplicate_id"] != _NOBODY
    flags = {name: row[name].astype(np.bool_) for name in _FLAGS}
    unapproved = ~row["approved"].astype(np.bool_)
    people = {
        "true_uploader_id": row["uploader_id"],
        "uploader_id": np.where(flags["anonymous"], _NOBODY, row["uploader_id"]),
        "deleted_by_user_id": row["deleted_by_user_id"],
        "duplicate_id": row["duplicate_id"],
    }
    return Block(
        ids=ids.astype(np.uint32),
        numbers={
            **{name: row[name] for name in _PLAIN},
            **{name: _seconds(row[name]) for name in _DATES},
            **_counters(row["upvotes"], row["downvotes"], row["faves"], row["hides"]),
            **_tag_counts(ids, *pairs["tag"], codes),
            "pixels": row["width"].astype(np.int64) * row["height"],
            "aspect_ratio": _ratio(row["width"], row["height"]),
            "source_count": _count(ids, sources),
        },
        flags={
            **flags,
            "merged": flags["deleted"] & duplicates,
            OUT_OF_SIGHT: flags["deleted"] | unapproved,
            UNAPPROVED: unapproved,
        },
        postings={**pairs, **{name: _one_each(ids, keys) for name, keys in people.items()}},
        texts={name: _texts(row[name].tolist()) for name in SHAPE.texts},
    )


def _pairs(
    connection: Connection,
    ids: _Numbers,
    image_id: Column[Any],
    key: Column[Any],
    which: ColumnElement[bool],
) -> tuple[_Numbers, _Numbers]:
    """(image ids, keys) of the rows of these images, which are a run of all ids."""
    # Both are joined in one pass over the same rows, so they stay side by side in whatever order.
    statement = select(_joined(image_id), _joined(key))
    run = image_id.between(int(ids[0]), int(ids[-1]))
    owners, keys = connection.execute(statement.where(run, which)).one()
    return _parsed(owners), _parsed(keys)


def _joined(column: Column[Any]) -> ColumnElement[str]:
    return func.aggregate_strings(cast(column, String), ",")


def _parsed(numbers: str | None) -> _Numbers:
    return np.fromstring(numbers, np.int64, sep=",") if numbers else np.empty(0, np.int64)


def _count(ids: _Numbers, owners: _Numbers) -> _Numbers:
    return np.bincount(np.searchsorted(ids, owners), minlength=len(ids))


def _category_codes(tag_categories: Mapping[int, str | None]) -> NDArray[np.int8]:
    """By tag id: the place of its category in `CATEGORIES`, or one past the last."""
    places = {category: place for place, category in enumerate(CATEGORIES)}
    codes = np.full(max(tag_categories, default=0) + 1, len(CATEGORIES), np.int8)
    for tag_id, category in tag_categories.items():
        if category is not None:
            codes[tag_id] = places.get(category, len(CATEGORIES))
    return codes


def _tag_counts(
    ids: _Numbers, owners: _Numbers, tag_ids: _Numbers, codes: NDArray[np.int8]
) -> dict[str, _Numbers]:
    kinds = len(CATEGORIES) + 1
    cells = np.searchsorted(ids, owners) * kinds + codes[tag_ids]
    table = np.bincount(cells, minlength=len(ids) * kinds).reshape(len(ids), kinds)
    counts = {
        f"{category.replace('-', '_')}_tag_count": table[:, place]
        for place, category in enumerate(CATEGORIES)
    }
    return {"tag_count": table.sum(axis=1), **counts}


def _counters(*counts: _Numbers) -> dict[str, NDArray[Any]]:
    """As `image_index.counters`, which is asked once for each combination there is."""
    table, which = np.unique(np.stack(counts), axis=1, return_inverse=True)
    made = [counters(*combination) for combination in table.T.tolist()]
    return {name: np.array([values[name] for values in made])[which] for name in made[0]}


def _ratio(width: _Numbers, height: _Numbers) -> NDArray[np.float64]:
    return np.divide(width, height, out=np.zeros(len(width)), where=height != 0)


def _seconds(microseconds: _Numbers) -> _Numbers:
    """Towards zero, as `int()` does."""
    return np.asarray((microseconds - np.fmod(microseconds, _SECOND)) // _SECOND)


def _one_each(ids: _Numbers, keys: _Numbers) -> tuple[_Numbers, _Numbers]:
    known = keys != _NOBODY
    return ids[known], keys[known]


def _texts(values: Sequence[str]) -> tuple[_Numbers, list[str]]:
    places: dict[str, int] = {}
    return np.array([places.setdefault(value, len(places)) for value in values], np.int64), list(places)
