"""Undoing changes to sources: chosen ones, or all of a person's over a time span.

Undoing is an edit like any other, in the history as of whoever undid.
"""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, select

from polybooru.db.tables import source_changes
from polybooru.db.types import HIGHEST_ID
from polybooru.library.actors import Actor, require_staff
from polybooru.library.errors import InvalidValue
from polybooru.library.image_sources import find_sources, put_sources
from polybooru.library.image_visibility import MAX_ID, lock_images
from polybooru.library.verbs import Acts, verb
from polybooru.library.work import Work

AT_ONCE = 50
"""So many changes are undone in one transaction, so that nobody waits for long."""


@verb(Acts.SOURCE_CHANGE)
def revert_source_change(work: Work, actor: Actor, change_id: int) -> bool:
    """Take away what this change added, or bring back what it removed; whether anything is different.

    Raises NotAllowed, InvalidValue for a change that does not exist.
    """
    staff_id = require_staff(actor)
    one = source_changes.c.id == change_id
    row = work.execute(select(source_changes).where(one)).one_or_none() if 0 < change_id <= MAX_ID else None
    if row is None:
        raise InvalidValue("change", "does not exist")
    is_different = _revert(work, actor, [row])
    work.logged(staff_id, "source_change.revert", "source_change", change_id)
    return is_different


@verb(Acts.USER)
def revert_source_changes_of(
    work: Work, actor: Actor, user_id: int, *, since: datetime, until: datetime, before: int | None = None
) -> int | None:
    """Undo what this person changed in that time, newest first, a part at a call.

    before: what the call before returned; None for the first. Returns None once all is undone. Raises
    NotAllowed.
    """
    staff_id = require_staff(actor)
    wanted = select(source_changes).where(
        source_changes.c.user_id == user_id,
        source_changes.c.changed_at >= since,
        source_changes.c.changed_at <= until,
    )
    if not 0 < user_id <= MAX_ID:
        return None
    if before is not None:
        wanted = wanted.where(source_changes.c.id < max(0, min(before, HIGHEST_ID)))
    rows = work.execute(wanted.order_by(source_changes.c.id.desc()).limit(AT_ONCE)).all()
    if rows:
        _revert(work, actor, rows)
        changes = [row.id for row in rows]
        work.logged(staff_id, "source_change.revert_all", "user", user_id, changes=changes)
    return rows[-1].id if len(rows) == AT_ONCE else None


def _revert(work: Work, actor: Actor, rows: Sequence[Row[Any]]) -> bool:
    """rows: newest first."""
    image_ids = sorted({row.image_id for row in rows})
    lock_images(work, actor, *image_ids)
    changed = [
        put_sources(work, image_id, _without(work, image_id, rows), user_id=actor.user_id)
        for image_id in image_ids
    ]
    return any(changed)


def _without(work: Work, image_id: int, rows: Collection[Row[Any]]) -> list[str]:
    """The image's sources as they would be, had these changes not been made."""
    left = find_sources(work, image_id)
    for row in rows:
        if row.image_id != image_id:
            continue
        if row.is_added and row.url in left:
            left.remove(row.url)
        elif not row.is_added and row.url not in left:
            left.append(row.url)
    return left[: work.policy.max_sources]
