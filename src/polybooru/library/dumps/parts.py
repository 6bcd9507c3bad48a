"""The parts of a dump in the order in which they are written and taken in, and which rows are public.

Here alone is decided what leaves the library: an image, comment, topic or post that not everybody finds does
not; who is anonymous is nobody; people are names. Who voted, faved, hid or watches what is in no part.
Source: docs/reference/dump.md
"""

from typing import Any

from sqlalchemy import ColumnElement, FromClause, Table, and_, case, exists, func, null, or_, select

from polybooru.db.tables import (
    comments,
    dnp_entries,
    features,
    filter_tags,
    filters,
    forums,
    galleries,
    gallery_images,
    image_sources,
    image_tags,
    images,
    posts,
    tag_implications,
    tags,
    topics,
    users,
)
from polybooru.library.dnp import DnpState
from polybooru.library.dumps import lines
from polybooru.library.dumps.part import Facts, Listed, Part
from polybooru.library.filters import HIDE, SPOILER
from polybooru.library.fingerprints import unsigned
from polybooru.library.forums import NORMAL
from polybooru.library.image_visibility import IN_SIGHT

_COMMENT = and_(
    comments.c.hidden_from_users.is_(False),
    comments.c.is_approved,
    comments.c.is_destroyed.is_(False),
    IN_SIGHT,
)
_TOPIC = and_(topics.c.hidden_from_users.is_(False), forums.c.access_level == NORMAL)
_IS_SHOWN = and_(posts.c.hidden_from_users.is_(False), posts.c.is_approved, posts.c.is_destroyed.is_(False))
_COMMENTS = comments.join(images, images.c.id == comments.c.image_id)
_TOPICS = topics.join(forums, forums.c.id == topics.c.forum_id)
_POSTS = posts.join(_TOPICS, topics.c.id == posts.c.topic_id)
_IS_PUBLIC_FILTER = or_(filters.c.is_system, filters.c.is_public)
_NAMING = (
    (images, images.c.uploader_id, and_(IN_SIGHT, images.c.is_anonymous.is_(False))),
    (_COMMENTS, comments.c.user_id, and_(_COMMENT, comments.c.is_anonymous.is_(False))),
    (_TOPICS, topics.c.user_id, and_(_TOPIC, topics.c.is_anonymous.is_(False))),
    (_POSTS, posts.c.user_id, and_(_TOPIC, _IS_SHOWN, posts.c.is_anonymous.is_(False))),
    (galleries, galleries.c.user_id, galleries.c.is_anonymous.is_(False)),
    (filters, filters.c.user_id, _IS_PUBLIC_FILTER),
)
"""What may name a person: rows, whom they name, and whether everybody may know."""


def _with_person(rows: FromClause, table: Table, column: str = "user_id") -> FromClause:
    return rows.outerjoin(users, users.c.id == table.c[column])


def _person(table: Table, column: str = "user_id") -> dict[str, ColumnElement[Any]]:
    """Who made it, if everybody may know; what a deleted account left is anonymous, or will be."""
    is_secret = or_(table.c.is_anonymous, users.c.deleted_at.is_not(None))
    return {column: case((is_secret, null()), else_=table.c[column]), "is_anonymous": is_secret}


def _is_named() -> ColumnElement[bool]:
    return or_(
        *(
            exists(select(whom).select_from(rows).where(whom == users.c.id, condition).correlate(users))
            for rows, whom, condition in _NAMING
        )
    )


def _tags_of(effect: str) -> Listed:
    return Listed(
        rows=filter_tags,
        value=filter_tags.c.tag_id,
        belongs_to=filter_tags.c.filter_id,
        condition=filter_tags.c.effect == effect,
    )


def _image(facts: Facts) -> Facts:
    corners = [facts.pop(f"intensity_{corner}") for corner in ("nw", "ne", "sw", "se")]
    hashed = facts["perceptual_hash"]
    return facts | {
        "intensities": None if None in corners else corners,
        "perceptual_hash": None if hashed is None else f"{unsigned(hashed):016x}",
    }


def _post(facts: Facts) -> Facts:
    is_shown = facts.pop("is_shown")
    text = {name: facts.pop(name) for name in lines.PostText.__struct_fields__}
    return facts | {"text": lines.PostText(**text) if is_shown else None}


PARTS = (
    Part(
        name="users",
        line=lines.UserLine,
        rows=users,
        key=users.c.id,
        condition=and_(users.c.deleted_at.is_(None), or_(users.c.deactivated_at.is_(None), _is_named())),
        columns={"is_deactivated": users.c.deactivated_at.is_not(None)},
    ),
    Part(name="tags", line=lines.TagLine, rows=tags, key=tags.c.id),
    Part(
        name="tag_aliases",
        line=lines.TagAliasLine,
        rows=tags,
        key=tags.c.id,
        condition=tags.c.aliased_tag_id.is_not(None),
        columns={"tag_id": tags.c.id, "target_id": tags.c.aliased_tag_id},
    ),
    Part(
        name="tag_implications",
        line=lines.TagImplicationLine,
        rows=tags,
        key=tags.c.id,
        condition=exists().where(tag_implications.c.tag_id == tags.c.id),
        columns={"tag_id": tags.c.id},
        listed={
            "implied_tag_ids": Listed(
                rows=tag_implications,
                value=tag_implications.c.implied_tag_id,
                belongs_to=tag_implications.c.tag_id,
            )
        },
    ),
    Part(
        name="dnp_entries",
        line=lines.DnpEntryLine,
        rows=dnp_entries,
        key=dnp_entries.c.id,
        condition=dnp_entries.c.state == DnpState.LISTED.value,
        columns={"reason": case((dnp_entries.c.hides_reason, ""), else_=dnp_entries.c.reason)},
    ),
    Part(
        name="images",
        line=lines.ImageLine,
        rows=_with_person(images, images, "uploader_id"),
        key=images.c.id,
        condition=IN_SIGHT,
        columns=_person(images, "uploader_id")
        | {name: images.c[name] for name in ("intensity_nw", "intensity_ne", "intensity_sw", "intensity_se")},
        listed={
            "tag_ids": Listed(  # those of a tag that has just become an alias are still to be moved
                rows=image_tags.join(tags, tags.c.id == image_tags.c.tag_id),
                value=func.coalesce(tags.c.aliased_tag_id, tags.c.id),
                belongs_to=image_tags.c.image_id,
            ),
            "sources": Listed(
                rows=image_sources,
                value=image_sources.c.url,
                belongs_to=image_sources.c.image_id,
                order=image_sources.c.position,
            ),
        },
        finished=_image,
    ),
    Part(
        name="features",
        line=lines.FeatureLine,
        rows=features.join(images, images.c.id == features.c.image_id),
        key=features.c.id,
        condition=IN_SIGHT,
    ),
    Part(
        name="comments",
        line=lines.CommentLine,
        rows=_with_person(_COMMENTS, comments),
        key=comments.c.id,
        condition=_COMMENT,
        columns=_person(comments),
    ),
    Part(
        name="forums",
        line=lines.ForumLine,
        rows=forums,
        key=forums.c.id,
        condition=forums.c.access_level == NORMAL,
    ),
    Part(
        name="topics",
        line=lines.TopicLine,
        rows=_with_person(_TOPICS, topics),
        key=topics.c.id,
        condition=_TOPIC,
        columns=_person(topics),
    ),
    Part(
        name="posts",
        line=lines.PostLine,
        rows=_with_person(_POSTS, posts),
        key=posts.c.id,
        condition=_TOPIC,
        columns={
            **{
                name: posts.c[name]
                for name in ("body", "created_at", "updated_at", "edited_at", "edit_reason")
            },
            **_person(posts),
            "is_shown": _IS_SHOWN,
        },
        finished=_post,
    ),
    Part(
        name="galleries",
        line=lines.GalleryLine,
        rows=_with_person(galleries, galleries).outerjoin(
            images, and_(images.c.id == galleries.c.thumbnail_id, IN_SIGHT)
        ),
        key=galleries.c.id,
        columns={"user_id": _person(galleries)["user_id"], "thumbnail_id": images.c.id},
        listed={
            "image_ids": Listed(
                rows=gallery_images.join(images, images.c.id == gallery_images.c.image_id),
                value=gallery_images.c.image_id,
                belongs_to=gallery_images.c.gallery_id,
                condition=IN_SIGHT,
                order=gallery_images.c.position,
            )
        },
    ),
    Part(
        name="filters",
        line=lines.FilterLine,
        rows=filters.outerjoin(users, users.c.id == filters.c.user_id),
        key=filters.c.id,
        condition=and_(_IS_PUBLIC_FILTER, users.c.deleted_at.is_(None)),
        listed={"hidden_tag_ids": _tags_of(HIDE), "spoilered_tag_ids": _tags_of(SPOILER)},
    ),
)
"""A part comes after those that its lines name things of."""
