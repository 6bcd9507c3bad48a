"""What the image index holds of an image, and how it is read from the rows.

Neighbours: `image_fields` (what a caller may write in a query), `replica` (when rows are read again),
`image_blocks` (how all rows are read at once).
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Column, ColumnElement, Connection, Row, func, select

from polybooru.db import joined
from polybooru.db.tables import (
    faves,
    gallery_images,
    hides,
    image_sources,
    image_tags,
    images,
    tags,
    users,
    votes,
)
from polybooru.library.scores import wilson_score
from polybooru.library.tag_names import CATEGORIES
from polybooru.search.index import (
    Entry,
    FlagField,
    IdField,
    ImageIdField,
    NameField,
    NumberField,
    NumberKind,
    OutsideField,
    Shape,
    TextField,
)

MEANING = 2
"""Raise it whenever the same rows give other entries: saved indexes of before are then read no more."""
OUT_OF_SIGHT = "out_of_sight"
"""Hidden, or not approved: what no search shows. Nobody can write it in a query."""
UNAPPROVED = "unapproved"
"""What no search shows to staff either. Nobody can write it in a query."""
HIDERS_FIELD = "hidden_by_id"
TAG_ID_FIELD = "tag_id"
"""A tag by id: how filters name the tags they hide; nobody can write it in a query."""
_INTEGERS = (
    "width",
    "height",
    "comment_count",
    "score",
    "upvotes",
    "downvotes",
    "faves",
    "hides",
    "tag_count",
    "pixels",
    "size",
    "orig_size",
    "source_count",
    *(f"{category.replace('-', '_')}_tag_count" for category in CATEGORIES),
)
_FLOATS = ("aspect_ratio", "wilson_score", "duration")
_DATES = ("created_at", "updated_at", "first_seen_at")
_FLAGS = {
    *("animated", "processed", "thumbnails_generated", "anonymous", "deleted", "merged"),
    *(OUT_OF_SIGHT, UNAPPROVED),
}
_PEOPLE = {  # written field -> postings that hold the same people by id
    "uploader": "uploader_id",
    "faved_by": "faved_by_id",
    "upvoted_by": "upvoted_by_id",
    "downvoted_by": "downvoted_by_id",
    "hidden_by": "hidden_by_id",
    "true_uploader": "true_uploader_id",
    "deleted_by_user": "deleted_by_user_id",
}
_POSTINGS = frozenset({"tag", "duplicate_id", "gallery_id", *_PEOPLE.values()})
OUTSIDE = frozenset(
    {
        *("sha512_hash", "orig_sha512_hash", "file_name", "source_url"),
        *("description", "deletion_reason", "alt_text", "scratchpad"),
    }
)
"""Fields that are answered from the rows.

Their values differ from image to image and would only cost memory.
"""
_UNKNOWN = ("fingerprint", "ip")  # not kept by this library: they match nothing

SHAPE = Shape(
    numbers={
        **dict.fromkeys(_INTEGERS, NumberKind.INTEGER),
        **dict.fromkeys(_FLOATS, NumberKind.FLOAT),
        **dict.fromkeys(_DATES, NumberKind.DATE),
    },
    flags=frozenset(_FLAGS),
    postings=_POSTINGS,
    vocabularies=frozenset({"tag", "user"}),
    texts=frozenset({"mime_type", "original_format"}),
    gallery="gallery_id",
    fields={
        "id": ImageIdField(),
        "tag": NameField("tag", "tag"),
        TAG_ID_FIELD: IdField("tag"),
        **{name: NumberField(name) for name in (*_INTEGERS, *_FLOATS, *_DATES)},
        **{name: FlagField(name) for name in _FLAGS},
        **{name: NameField(postings, "user") for name, postings in _PEOPLE.items()},
        **{name: IdField(name) for name in _POSTINGS - {"tag"}},
        "mime_type": TextField("mime_type"),
        "original_format": TextField("original_format"),
        **{name: OutsideField() for name in (*OUTSIDE, *_UNKNOWN)},
    },
)
_BATCH = 5_000  # images read at once: bounds the memory of a look at all of them


_TAGGED = select(image_tags.c.image_id, tags.c.id, tags.c.category).join(
    tags, tags.c.id == image_tags.c.tag_id
)
_TAGS_OF = _TAGGED.where(joined.among_asked(image_tags.c.image_id))
_UPDATED = select(images.c.id, images.c.updated_at).where(joined.among_asked(images.c.id))


@dataclass(frozen=True, slots=True)
class _Tags:
    ids: list[int]
    categories: list[str | None]


def all_entries(connection: Connection) -> Iterator[tuple[int, Entry]]:
    """What the index is to hold of every image; read in batches, so that memory stays bounded."""
    for image_ids in _batches(connection):
        yield from entries(connection, image_ids)


def _batches(connection: Connection) -> Iterator[list[int]]:
    after = 0
    while batch := list(
        connection.execute(
            select(images.c.id).where(images.c.id > after).order_by(images.c.id).limit(_BATCH)
        ).scalars()
    ):
        yield batch
        after = batch[-1]


def tag_names(
    connection: Connection, tag_ids: Sequence[int] | None = None
) -> Iterator[tuple[int, list[str]]]:
    """Names of tags by id: the tag's own and those of its aliases; an alias itself has none."""
    key = func.coalesce(tags.c.aliased_tag_id, tags.c.id)
    statement = select(key.label("key"), tags.c.name)
    if tag_ids is not None:
        own = tags.c.id.in_(tag_ids) & tags.c.aliased_tag_id.is_(None)
        statement = statement.where(
            own | tags.c.aliased_tag_id.in_(tag_ids)
        )  # each by its own database index
    names: defaultdict[int, list[str]] = defaultdict(list)
    for found, name in connection.execute(statement):
        names[found].append(name)
    yield from names.items()


def user_names(
    connection: Connection, user_ids: Sequence[int] | None = None
) -> Iterator[tuple[int, list[str]]]:
    """What people are searched by, by id."""
    statement = select(users.c.id, users.c.name)
    if user_ids is not None:
        statement = statement.where(users.c.id.in_(user_ids))
    for key, name in connection.execute(statement):
        yield key, [name.lower()]


def entries(connection: Connection, image_ids: Sequence[int]) -> Iterator[tuple[int, Entry]]:
    """What the index holds of these images; ids without a row are left out."""

    def among(column: ColumnElement[int]) -> ColumnElement[bool]:
        # A run of ids is read by its ends: both databases bound the length of a list.
        first, last = min(image_ids), max(image_ids)
        is_dense = last - first < 2 * len(image_ids)
        return column.between(first, last) if is_dense else column.in_(image_ids)

    tagged: defaultdict[int, _Tags] = defaultdict(lambda: _Tags([], []))
    # Whole lists at once: row by row a driver takes twice as long.
    for image_id, tag_id, category in connection.execute(_TAGGED.where(among(image_tags.c.image_id))).all():
        tagged[image_id].ids.append(tag_id)
        tagged[image_id].categories.append(category)
    sources = Counter(
        connection.execute(select(image_sources.c.image_id).where(among(image_sources.c.image_id))).scalars()
    )

    def keys_of(image_id: Column[int], key: Column[int]) -> defaultdict[int, list[int]]:
        found: defaultdict[int, list[int]] = defaultdict(list)
        for owner, value in connection.execute(select(image_id, key).where(among(image_id))).all():
            found[owner].append(value)
        return found

    favers = keys_of(faves.c.image_id, faves.c.user_id)
    hiders = keys_of(hides.c.image_id, hides.c.user_id)
    galleries = keys_of(gallery_images.c.image_id, gallery_images.c.gallery_id)
    voters: defaultdict[tuple[int, bool], list[int]] = defaultdict(list)
    for image_id, user_id, is_up in connection.execute(
        select(votes.c.image_id, votes.c.user_id, votes.c.is_up).where(among(votes.c.image_id))
    ).all():
        voters[image_id, is_up].append(user_id)
    for row in connection.execute(select(images).where(among(images.c.id))).all():
        yield (
            row.id,
            _entry(
                row,
                tagged[row.id],
                source_count=sources[row.id],
                related={
                    "faved_by_id": favers[row.id],
                    "hidden_by_id": hiders[row.id],
                    "gallery_id": galleries[row.id],
                    "upvoted_by_id": voters[row.id, True],
                    "downvoted_by_id": voters[row.id, False],
                },
            ),
        )


def taggings(
    connection: Connection, image_ids: Sequence[int]
) -> Iterator[tuple[int, list[int], dict[str, float]]]:
    """Ids of the tags of these images, and the columns that an edit of the tags changes."""
    carried = {image_id: _Tags([], []) for image_id in image_ids}
    for image_id, tag_id, category in connection.execute(_TAGS_OF, joined.asked(image_ids)).all():
        carried[image_id].ids.append(tag_id)
        carried[image_id].categories.append(category)
    for image_id, updated_at in connection.execute(_UPDATED, joined.asked(image_ids)).all():
        tagged = carried[image_id]
        yield image_id, tagged.ids, {"updated_at": epoch_seconds(updated_at), **_tag_counts(tagged)}


def _tag_counts(tagged: _Tags) -> dict[str, float]:
    counted = Counter(tagged.categories)
    by_category = {f"{name.replace('-', '_')}_tag_count": counted[name] for name in CATEGORIES}
    return {"tag_count": len(tagged.ids), **by_category}


class Interaction(NamedTuple):
    """What one person has done with one image, and the image's counters. is_up: None without a vote."""

    is_faved: bool
    is_hidden: bool
    is_up: bool | None
    upvotes: int
    downvotes: int
    faves: int
    hides: int


def counters(upvotes: int, downvotes: int, fave_count: int, hide_count: int) -> dict[str, float]:
    """Columns that a vote, fave or hide changes."""
    return {
        "upvotes": upvotes,
        "downvotes": downvotes,
        "score": upvotes - downvotes,
        "faves": fave_count,
        "hides": hide_count,
        "wilson_score": wilson_score(upvotes, downvotes),
    }


def _entry(row: Row[Any], tagged: _Tags, *, source_count: int, related: dict[str, list[int]]) -> Entry:
    numbers: dict[str, float] = {
        "width": row.width_px,
        "height": row.height_px,
        "pixels": row.width_px * row.height_px,
        "aspect_ratio": row.width_px / row.height_px if row.height_px else 0.0,
        "comment_count": row.comment_count,
        "size": row.size_bytes,
        "orig_size": row.orig_size_bytes,
        "duration": row.duration_seconds,
        "source_count": source_count,
        "created_at": epoch_seconds(row.created_at),
        "updated_at": epoch_seconds(row.updated_at),
        "first_seen_at": epoch_seconds(row.first_seen_at),
        **counters(row.upvotes, row.downvotes, row.faves, row.hides),
        **_tag_counts(tagged),
    }
    flags = {
        "animated": row.is_animated,
        "processed": row.is_processed,
        "thumbnails_generated": row.thumbnails_generated,
        "anonymous": row.is_anonymous,
        "deleted": row.hidden_from_users,
        "merged": row.hidden_from_users and row.duplicate_id is not None,
        OUT_OF_SIGHT: row.hidden_from_users or not row.is_approved,
        UNAPPROVED: not row.is_approved,
    }
    postings: dict[str, list[int]] = {"tag": tagged.ids, **related}
    for name, value, shown in (
        ("true_uploader_id", row.uploader_id, True),
        ("uploader_id", row.uploader_id, not row.is_anonymous),
        ("deleted_by_user_id", row.deleted_by_user_id, True),
        ("duplicate_id", row.duplicate_id, True),
    ):
        if value is not None and shown:
            postings[name] = [value]
    return Entry(
        numbers=numbers,
        flags=frozenset(name for name, is_set in flags.items() if is_set),
        postings=postings,
        texts={"mime_type": row.mime_type, "original_format": row.format},
    )


def epoch_seconds(moment: datetime) -> int:
    """Whole seconds since 1970."""
    return int(moment.timestamp())
