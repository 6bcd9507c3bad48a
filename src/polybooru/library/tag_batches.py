"""Edits of many images as one thing: begun by a verb, brought forward in steps, undone as a whole.

A batch is a row that says what is to be done to what, and how far it is. Its images, or the time span of the
changes it reverts, are fixed when it begins; every step moves `position` in the transaction of what it does,
so that after a kill nothing is done twice or left out. Neighbours: `mass_retags` (what a retag does to some
images), `tag_reverts`, `tag_jobs` (who calls the steps).
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pyroaring import BitMap
from sqlalchemy import ColumnElement, Row, func, insert, select, update

from polybooru.db.tables import tag_batches, tag_changes, users
from polybooru.library import jobs
from polybooru.library.actors import Actor, require_staff
from polybooru.library.errors import InvalidValue, TagBatchNotFound, UserNotFound
from polybooru.library.image_visibility import MAX_ID
from polybooru.library.mass_retags import IMAGES_AT_ONCE, Retag, read_ids, retag_of, retag_some
from polybooru.library.tag_reverts import MOST_AT_ONCE, take_back
from polybooru.library.tags import load_tags
from polybooru.library.texts import body_text
from polybooru.library.verbs import Acts, verb
from polybooru.library.work import Reading, Work

_MAX_ID = 2**63 - 1
MAX_QUERY_BYTES = 4_096
RETAG, REVERT = "retag", "revert"
RUNNING, DONE, UNDOING, UNDONE = "running", "done", "undoing", "undone"


@dataclass(frozen=True, slots=True, kw_only=True)
class TagBatch:
    """How far it is. state: running, done, undoing, undone. done, total: of its images or changes."""

    id: int
    kind: str
    user_id: int | None
    created_at: datetime
    state: str
    query: str | None
    subject_user_id: int | None
    done: int
    total: int


@verb(Acts.THE_LIBRARY)
def start_retag(
    work: Work,
    actor: Actor,
    *,
    query: str,
    image_ids: Iterable[int],
    added: Collection[str] = (),
    removed: Collection[str] = (),
) -> int:
    """Add and remove tags on all these images, in the background; returns the id of the batch.

    query: what found the images (`matching_images`), for people to read. Raises NotAllowed, InvalidValue.
    """
    staff_id = require_staff(actor)
    wanted = retag_of(work, added, removed)
    said = body_text("query", query, max_bytes=MAX_QUERY_BYTES)
    images = BitMap([image_id for image_id in image_ids if 0 < image_id <= MAX_ID])
    batch_id: int = work.execute(
        insert(tag_batches)
        .values(
            kind=RETAG,
            user_id=staff_id,
            created_at=work.now,
            state=RUNNING,
            query=said,
            added_tag_ids=",".join(map(str, sorted(wanted.added))),
            removed_tag_ids=",".join(map(str, sorted(wanted.removed))),
            images=images.serialize(),
            total=len(images),
        )
        .returning(tag_batches.c.id)
    ).scalar_one()
    jobs.enqueue(work, jobs.TAG_BATCH, batch_id)
    names = {tag_id: tag.name for tag_id, tag in load_tags(work, wanted.added | wanted.removed).items()}
    gained, lost = (sorted(names[tag_id] for tag_id in tag_ids) for tag_ids in (wanted.added, wanted.removed))
    told = {"query": said, "images": len(images), "added": gained, "removed": lost}
    work.logged(staff_id, "tag_batch.retag", "tag_batch", batch_id, **told)
    return batch_id


@verb(Acts.USER)
def revert_tag_changes_of_user(
    work: Work, actor: Actor, user_id: int, since: datetime | None = None, until: datetime | None = None
) -> int:
    """Take back all that a person did to tags from one moment until before another, in the background.

    Without them: from the beginning, until now. Returns the id of the batch. Raises NotAllowed, UserNotFound,
    InvalidValue for a span that ends before it begins.
    """
    staff_id = require_staff(actor)
    known = 0 < user_id <= _MAX_ID
    if not known or work.execute(select(users.c.id).where(users.c.id == user_id)).first() is None:
        raise UserNotFound(f"There is no user {user_id}.")
    end = work.now if until is None else min(until, work.now)
    if since is not None and since > end:
        raise InvalidValue("until", "should be later than the beginning")
    made = {"subject_user_id": user_id, "since": since, "until": end}
    span = _made_in(user_id, since, end)
    total = work.execute(select(func.count()).select_from(tag_changes).where(*span)).scalar_one()
    batch_id: int = work.execute(
        insert(tag_batches)
        .values(kind=REVERT, user_id=staff_id, created_at=work.now, state=RUNNING, total=total, **made)
        .returning(tag_batches.c.id)
    ).scalar_one()
    jobs.enqueue(work, jobs.TAG_BATCH, batch_id)
    times = {"since": None if since is None else since.isoformat(), "until": end.isoformat()}
    work.logged(staff_id, "tag_batch.revert_user", "user", user_id, batch=batch_id, changes=total, **times)
    return batch_id


@verb(Acts.TAG_BATCH)
def undo_tag_batch(work: Work, actor: Actor, batch_id: int) -> None:
    """Take back all that a batch did so far, in the background; what was decided later stays.

    Raises NotAllowed, TagBatchNotFound, InvalidValue for one that is being undone or was.
    """
    staff_id = require_staff(actor)
    row = _held(work, batch_id)
    if row.state in {UNDOING, UNDONE}:
        raise InvalidValue("tag_batch", "is undone already")
    own = tag_changes.c.tag_batch_id == batch_id
    total = work.execute(select(func.count()).select_from(tag_changes).where(own)).scalar_one()
    _set(work, batch_id, state=UNDOING, position=0, done=0, total=total)
    jobs.enqueue(work, jobs.TAG_BATCH, batch_id)
    work.logged(staff_id, "tag_batch.undo", "tag_batch", batch_id, changes=total)


def find_tag_batch(reading: Reading, actor: Actor, batch_id: int) -> TagBatch:
    """How far a batch is. Raises NotAllowed, TagBatchNotFound."""
    require_staff(actor)
    row = _find(reading, batch_id)
    return TagBatch(**{name: getattr(row, name) for name in TagBatch.__dataclass_fields__})


def go_on_with_batch(work: Work, batch_id: int) -> bool:
    """One step; whether there may be more to do."""
    row = _held(work, batch_id)
    match row.kind, row.state:
        case ("retag", "running"):
            return _retag_step(work, row)
        case ("revert", "running"):
            made = _made_in(row.subject_user_id, row.since, row.until)
            return _revert_step(work, row, *made, ends=DONE, batch_id=row.id)
        case (_, "undoing"):
            return _revert_step(work, row, tag_changes.c.tag_batch_id == row.id, ends=UNDONE, batch_id=None)
        case _:
            return False


def _retag_step(work: Work, row: Row[Any]) -> bool:
    images = BitMap.deserialize(row.images)
    upcoming = images.iter_equal_or_larger(row.position + 1)
    image_ids = [image_id for image_id, _ in zip(upcoming, range(IMAGES_AT_ONCE), strict=False)]
    if not image_ids:
        _set(work, row.id, state=DONE)
        return False
    wanted = Retag(added=read_ids(row.added_tag_ids), removed=read_ids(row.removed_tag_ids))
    retag_some(work, image_ids, wanted, user_id=row.user_id, batch_id=row.id)
    _set(work, row.id, position=image_ids[-1], done=row.done + len(image_ids))
    return True


def _revert_step(
    work: Work, row: Row[Any], *which: ColumnElement[bool], ends: str, batch_id: int | None
) -> bool:
    """The newest first, so that each step leads to a state that there once was. position: the oldest done."""
    before = row.position or _MAX_ID
    upcoming = select(tag_changes.c.id).where(*which, tag_changes.c.id < before)
    newest = upcoming.order_by(tag_changes.c.id.desc()).limit(MOST_AT_ONCE)
    change_ids = work.execute(newest).scalars().all()
    if not change_ids:
        _set(work, row.id, state=ends)
        return False
    take_back(work, change_ids, user_id=row.user_id, batch_id=batch_id)
    _set(work, row.id, position=change_ids[-1], done=row.done + len(change_ids))
    return True


def _made_in(user_id: int, since: datetime | None, until: datetime) -> list[ColumnElement[bool]]:
    span = [tag_changes.c.user_id == user_id, tag_changes.c.made_at < until]
    return span if since is None else [*span, tag_changes.c.made_at >= since]


def _held(work: Work, batch_id: int) -> Row[Any]:
    return _find(work, batch_id, is_held=True)


def _find(reading: Reading, batch_id: int, *, is_held: bool = False) -> Row[Any]:
    wanted = select(tag_batches).where(tag_batches.c.id == batch_id)
    row = None
    if 0 < batch_id <= _MAX_ID:
        row = reading.execute(wanted.with_for_update() if is_held else wanted).one_or_none()
    if row is None:
        raise TagBatchNotFound(f"There is no tag batch {batch_id}.")
    return row


def _set(work: Work, batch_id: int, **values: object) -> None:
    work.execute(update(tag_batches).where(tag_batches.c.id == batch_id).values(**values))
