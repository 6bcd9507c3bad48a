"""One's own data, as a ZIP of JSON lines: what the person wrote, chose and did.

Nothing of others, what staff said of it included; no secrets.
"""

import json
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Column, Table, select

from polybooru.db.tables import (
    artist_links,
    comments,
    duplicate_reports,
    earlier_names,
    faves,
    filter_tags,
    filters,
    forum_subscriptions,
    galleries,
    gallery_images,
    gallery_subscriptions,
    grants,
    hides,
    image_sources,
    image_subscriptions,
    image_tags,
    images,
    poll_votes,
    posts,
    reports,
    shortlinks,
    source_changes,
    tag_changes,
    tags,
    tokens,
    topic_subscriptions,
    topics,
    users,
    votes,
    watched_tags,
)
from polybooru.library.accounts import get_user
from polybooru.library.actors import Actor, Permission, refuse_tokens, require_staff
from polybooru.library.library import Library
from polybooru.library.work import Reading

_PAGE = 500
Facts = Mapping[str, object]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Part:
    """One file: rows of a table that are the person's, by a key that rises; and what belongs to each."""

    name: str
    table: Table
    owner: Column[Any]
    key: Column[Any]
    columns: Sequence[str]
    listed: Mapping[str, tuple[Column[Any], Column[Any]]]
    """Name → what it lists, of another table, and that table's column with this one's key."""


def _part(
    table: Table,
    *columns: str,
    name: str = "",
    owner: str = "user_id",
    key: str = "id",
    **listed: tuple[Column[Any], Column[Any]],
) -> _Part:
    return _Part(
        name=name or table.name,
        table=table,
        owner=table.c[owner],
        key=table.c[key],
        columns=columns,
        listed=listed,
    )


_WRITTEN = ("id", "body", "is_anonymous", "created_at", "edited_at")
_PARTS = (
    _part(faves, "image_id", "liked_at", key="image_id"),
    _part(votes, "image_id", "is_up", "voted_at", key="image_id"),
    _part(hides, "image_id", "hidden_at", key="image_id"),
    _part(
        images,
        "id", "file_name", "mime_type", "width_px", "height_px", "orig_sha512_hash", "description",
        "alt_text", "is_anonymous", "created_at",
        name="uploads",
        owner="uploader_id",
        tags=(tags.c.name, image_tags.c.image_id),
        sources=(image_sources.c.url, image_sources.c.image_id),
    ),
    _part(comments, *_WRITTEN, "image_id"),
    _part(topics, "id", "forum_id", "title", "is_anonymous", "created_at"),
    _part(posts, *_WRITTEN, "topic_id"),
    _part(
        galleries,
        "id", "title", "spoiler_warning", "description", "created_at",
        image_ids=(gallery_images.c.image_id, gallery_images.c.gallery_id),
    ),
    _part(
        filters,
        "id", "name", "description", "is_public", "hidden_complex", "spoilered_complex", "created_at",
        tags=(filter_tags.c.tag_id, filter_tags.c.filter_id),
    ),
    _part(watched_tags, "tag_id", key="tag_id", name="watched_tags"),
    _part(tokens, "name", "scopes", "created_at", "expires_at"),
    _part(shortlinks, "code", "url", "credit", "created_at", "modified_at", "address", "user_agent"),
    _part(grants, "permission", "holder_id", "created_at", name="grants_given", owner="target_id"),
    _part(grants, "permission", "target_id", "created_at", name="grants_held", owner="holder_id"),
    _part(tag_changes, "id", "image_id", "made_at"),
    _part(source_changes, "id", "image_id", "url", "is_added", "changed_at"),
    _part(reports, "id", "object_kind", "object_id", "category", "reason", "created_at"),
    _part(duplicate_reports, "id", "image_id", "duplicate_of_image_id", "reason", "created_at"),
    _part(artist_links, "id", "tag_id", "url", "is_public", "created_at"),
    _part(poll_votes, "poll_id", "option_id", "voted_at", key="option_id"),
    _part(image_subscriptions, "image_id", key="image_id"),
    _part(gallery_subscriptions, "gallery_id", key="gallery_id"),
    _part(forum_subscriptions, "forum_id", key="forum_id"),
    _part(topic_subscriptions, "topic_id", key="topic_id"),
    _part(earlier_names, "name", "left_at", key="slug"),
)  # fmt: skip
_PROFILE = (
    "id", "name", "slug", "role", "bio", "personal_title", "hides_role", "images_per_page",
    "writes_anonymously", "current_filter_id", "watched_query", "watched_exclude",
    "watched_hides_spoilered", "created_at", "renamed_at", "deactivated_at",
)  # fmt: skip
FILES = ("profile", *(part.name for part in _PARTS))
"""Names of the files, each with `.jsonl`."""


def export_user(library: Library, actor: Actor, user_id: int, target: Path) -> None:
    """Write the archive, as its owner in person or as an admin; also of an account that is switched off.

    It is read page by page, so what changes meanwhile may be in it or not. target: must not exist.
    Raises LoginRequired, NotAllowed, UserNotFound, OSError.
    """
    refuse_tokens(actor)
    if actor.user_id is None or actor.user_id != user_id:
        require_staff(actor, Permission.ADMINISTER)
    with library.reading() as reading:
        get_user(reading, user_id)
    with target.open("xb") as file, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        _write(archive, "profile", _profile(library, user_id))
        for part in _PARTS:
            _write(archive, part.name, _rows(library, part, user_id))


def _write(archive: zipfile.ZipFile, name: str, rows: Iterator[Facts]) -> None:
    with archive.open(f"{name}.jsonl", "w") as file:
        for row in rows:
            file.write(json.dumps(row, ensure_ascii=False, default=_plain).encode() + b"\n")


def _plain(value: object) -> str:
    if isinstance(value, datetime):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} is not exported")


def _profile(library: Library, user_id: int) -> Iterator[Facts]:
    columns = [users.c[name] for name in _PROFILE]
    with library.reading() as reading:
        yield dict(reading.execute(select(*columns).where(users.c.id == user_id)).mappings().one())


def _rows(library: Library, part: _Part, user_id: int) -> Iterator[Facts]:
    columns = [part.table.c[name] for name in part.columns]
    after: object = None
    while True:
        wanted = select(part.key.label("key_of_row"), *columns).where(part.owner == user_id)
        if after is not None:
            wanted = wanted.where(part.key > after)
        with library.reading() as reading:
            page = reading.execute(wanted.order_by(part.key).limit(_PAGE)).mappings().all()
            listed = {
                name: _listed(reading, *of, [r["key_of_row"] for r in page])
                for name, of in part.listed.items()
            }
        for row in page:
            facts = {name: row[name] for name in part.columns}
            yield facts | {name: found.get(row["key_of_row"], []) for name, found in listed.items()}
        if len(page) < _PAGE:
            return
        after = page[-1]["key_of_row"]


def _listed(
    reading: Reading, value: Column[Any], belongs_to: Column[Any], keys: Sequence[object]
) -> dict[object, list[object]]:
    wanted = select(belongs_to, value).where(belongs_to.in_(keys))
    if value.table is tags:
        wanted = wanted.join(tags, tags.c.id == image_tags.c.tag_id)
    found: dict[object, list[object]] = {}
    for key, item in reading.execute(wanted.order_by(belongs_to, value)):
        found.setdefault(key, []).append(item)
    return found
