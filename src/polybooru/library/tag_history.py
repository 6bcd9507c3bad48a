"""Reading what became of the tags of images, newest first: of one image, by one person, with one tag.

Neighbours: `taggings` (writes it), `tag_reverts`, which takes changes back.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, or_, select, true

from polybooru.db.tables import images, tag_change_tags, tag_changes
from polybooru.library.actors import Actor
from polybooru.library.image_visibility import IN_SIGHT
from polybooru.library.tags import Tag, in_display_order, load_tags
from polybooru.library.work import Reading

MOST_AT_ONCE = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class TagChange:
    """One edit of one image. user_id: None for nobody, and for the uploader of an anonymous image.

    batch_id: of the edit of many images that it is part of. reverted_by_id: of the change that reverted it.
    """

    id: int
    image_id: int
    user_id: int | None
    made_at: datetime
    batch_id: int | None
    is_revert: bool
    reverted_by_id: int | None
    added: tuple[Tag, ...]
    removed: tuple[Tag, ...]


def list_tag_changes(
    reading: Reading,
    actor: Actor,
    *,
    image_id: int | None = None,
    user_id: int | None = None,
    tag_id: int | None = None,
    before_id: int | None = None,
    limit: int = 50,
) -> list[TagChange]:
    """Changes for which all that is named holds; of images out of sight only for staff and uploaders."""
    wanted = [_may_see(actor)]
    if image_id is not None:
        wanted.append(tag_changes.c.image_id == image_id)
    if user_id is not None:
        wanted += [tag_changes.c.user_id == user_id, ~_is_secret(actor)]
    if tag_id is not None:
        having = select(tag_change_tags.c.tag_change_id).where(tag_change_tags.c.tag_id == tag_id)
        wanted.append(tag_changes.c.id.in_(having))
    if before_id is not None:
        wanted.append(tag_changes.c.id < before_id)
    page = (
        select(tag_changes, _is_secret(actor).label("is_secret"))
        .join(images, images.c.id == tag_changes.c.image_id)
        .where(*wanted)
        .order_by(tag_changes.c.id.desc())
        .limit(min(limit, MOST_AT_ONCE))
    )
    return _told(reading, reading.execute(page).all())


def _may_see(actor: Actor) -> ColumnElement[bool]:
    if actor.is_staff:
        return true()
    if actor.user_id is None:
        return IN_SIGHT
    own = and_(images.c.uploader_id == actor.user_id, images.c.hidden_from_users.is_(False))
    return or_(IN_SIGHT, own)


def _is_secret(actor: Actor) -> ColumnElement[bool]:
    """Whether to name who made the change would name who uploaded an anonymous image."""
    if actor.is_staff:
        return ~true()
    by_uploader = and_(images.c.is_anonymous, images.c.uploader_id == tag_changes.c.user_id)
    return by_uploader if actor.user_id is None else and_(by_uploader, images.c.uploader_id != actor.user_id)


def _told(reading: Reading, rows: Sequence[Row[Any]]) -> list[TagChange]:
    among = tag_change_tags.c.tag_change_id.in_([row.id for row in rows])
    changed = reading.execute(select(tag_change_tags).where(among)).all()
    known = load_tags(reading, {row.tag_id for row in changed})
    parts: defaultdict[tuple[int, bool], list[Tag]] = defaultdict(list)
    for change_id, tag_id, is_added in changed:
        parts[change_id, is_added].append(known[tag_id])
    return [
        TagChange(
            id=row.id,
            image_id=row.image_id,
            user_id=None if row.is_secret else row.user_id,
            made_at=row.made_at,
            batch_id=row.tag_batch_id,
            is_revert=row.is_revert,
            reverted_by_id=row.reverted_by_id,
            added=tuple(in_display_order(parts[row.id, True])),
            removed=tuple(in_display_order(parts[row.id, False])),
        )
        for row in rows
    ]
