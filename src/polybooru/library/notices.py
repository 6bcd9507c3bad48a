"""What has happened on what people have subscribed to, and what of it is new to whom.

An event changes one row, that of its subject, however many have subscribed: it holds the newest event and
the newest by somebody else, so that nobody hears of their own doing and nobody misses another's. What a
person has not seen is found when it is read. Whoever notes an event holds the subject's row.
Neighbours: `subscriptions`; the verbs that note what they did.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Select,
    Table,
    and_,
    case,
    delete,
    exists,
    func,
    insert,
    literal,
    not_,
    select,
    true,
    union_all,
    update,
)

from polybooru.db.tables import (
    forum_subscriptions,
    forums,
    galleries,
    gallery_subscriptions,
    image_subscriptions,
    images,
    notice_reads,
    notices,
    topic_subscriptions,
    topics,
)
from polybooru.library.actors import Actor, Permission, require, require_account
from polybooru.library.errors import NoticeNotFound
from polybooru.library.forums import levels_of
from polybooru.library.image_visibility import IN_SIGHT, MAX_ID
from polybooru.library.verbs import Acts, verb
from polybooru.library.work import Reading, Work


class NoticeKind(StrEnum):
    """What happened."""

    IMAGE_COMMENT = "image_comment"
    IMAGE_MERGE = "image_merge"
    TOPIC_POST = "topic_post"
    FORUM_TOPIC = "forum_topic"
    GALLERY_IMAGE = "gallery_image"


IMAGE_COMMENT, IMAGE_MERGE = NoticeKind.IMAGE_COMMENT, NoticeKind.IMAGE_MERGE
TOPIC_POST, FORUM_TOPIC = NoticeKind.TOPIC_POST, NoticeKind.FORUM_TOPIC
GALLERY_IMAGE = NoticeKind.GALLERY_IMAGE


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """What is new, or was, to one person. subject_id: of the image, topic, forum or gallery.

    object_id: the newest comment, post, topic, image, or the image that was merged into the subject.
    """

    id: int
    kind: NoticeKind
    subject_id: int
    object_id: int
    happened_at: datetime
    is_new: bool


def note(work: Work, kind: NoticeKind, subject_id: int, object_id: int, *, user_id: int | None) -> None:
    """Enter that something happened. user_id: whose doing it was."""
    one = and_(notices.c.kind == kind, notices.c.subject_id == subject_id)
    known = work.execute(select(notices).where(one).with_for_update(key_share=True)).one_or_none()
    event = {"user_id": user_id, "object_id": object_id, "happened_at": work.now}
    if known is None:
        work.execute(insert(notices).values(kind=kind.value, subject_id=subject_id, number=1, **event))
        return
    if known.user_id != user_id:
        event |= {
            "other_number": known.number,
            "other_object_id": known.object_id,
            "other_happened_at": known.happened_at,
        }
    work.execute(update(notices).where(one).values(number=known.number + 1, **event))


def tell_of_merge(work: Work, image_id: int, target_id: int, *, user_id: int | None) -> None:
    """Called before the subscriptions of an image come over to the target.

    What happened there before is not new to those people; the merge is.
    """
    own, there = image_subscriptions.alias("own"), image_subscriptions.alias("there")
    hears_already = exists().where(there.c.image_id == target_id, there.c.user_id == own.c.user_id)
    of_target = and_(notices.c.kind.in_((IMAGE_COMMENT, IMAGE_MERGE)), notices.c.subject_id == target_id)
    coming = select(own.c.user_id, notices.c.id, notices.c.number).join(notices, of_target)
    coming = coming.where(own.c.image_id == image_id, not_(hears_already))
    seen = work.insert(notice_reads).from_select(["user_id", "notice_id", "seen_number"], coming)
    work.execute(
        seen.on_conflict_do_update(
            index_elements=["user_id", "notice_id"], set_={"seen_number": seen.excluded.seen_number}
        )
    )
    note(work, IMAGE_MERGE, target_id, image_id, user_id=user_id)


def forget(work: Work, kind: NoticeKind, subject_id: int) -> None:
    """For a subject that is removed for good."""
    one = and_(notices.c.kind == kind, notices.c.subject_id == subject_id)
    work.execute(delete(notice_reads).where(notice_reads.c.notice_id.in_(select(notices.c.id).where(one))))
    work.execute(delete(notices).where(one))


def list_notices(
    reading: Reading, actor: Actor, *, only_new: bool = True, offset: int = 0, limit: int = 25
) -> list[Notice]:
    """The newest first, of what the person has subscribed to and may still see.

    Raises LoginRequired, AccountDeactivated. Cost: a look at each of the person's subscriptions.
    """
    found = _heard(actor, require_account(actor))
    if only_new:
        found = found.where(found.selected_columns.is_new)
    columns = found.selected_columns
    page = found.order_by(columns.happened_at.desc(), columns.id.desc()).offset(offset).limit(limit)
    return [
        Notice(
            id=row.id,
            kind=NoticeKind(row.kind),
            subject_id=row.subject_id,
            object_id=row.object_id,
            happened_at=row.happened_at,
            is_new=bool(row.is_new),
        )
        for row in reading.execute(page)
    ]


def count_new_notices(reading: Reading, actor: Actor) -> int:
    """How many subjects have something new. Raises LoginRequired, AccountDeactivated."""
    found = _heard(actor, require_account(actor))
    new = found.where(found.selected_columns.is_new).subquery()
    number: int = reading.execute(select(func.count()).select_from(new)).scalar_one()
    return number


@verb(Acts.NOTIFICATION)
def mark_notice_read(work: Work, actor: Actor, notice_id: int) -> None:
    """All that happened there until now is seen. Raises LoginRequired, NotAllowed, NoticeNotFound."""
    user_id = require(actor, Permission.INTERACT)
    row = None
    if 0 < notice_id <= MAX_ID:
        row = work.execute(_heard(actor, user_id).where(notices.c.id == notice_id)).one_or_none()
    if row is None:
        raise NoticeNotFound(f"There is no notice {notice_id}.")
    see(work, user_id, notices.c.id == notice_id)


@verb(Acts.THE_LIBRARY)
def mark_all_notices_read(work: Work, actor: Actor) -> None:
    """All that happened anywhere until now is seen. Raises LoginRequired, NotAllowed."""
    user_id = require(actor, Permission.INTERACT)
    see(work, user_id, notices.c.id.in_(_subscribed(actor, user_id)))


def see(work: Work, user_id: int, which: ColumnElement[bool]) -> None:
    """Enter that somebody has seen these notices as they are."""
    seen = select(literal(user_id), notices.c.id, notices.c.number).where(which)
    added = work.insert(notice_reads).from_select(["user_id", "notice_id", "seen_number"], seen)
    work.execute(
        added.on_conflict_do_update(
            index_elements=["user_id", "notice_id"], set_={"seen_number": added.excluded.seen_number}
        )
    )


def _heard(actor: Actor, user_id: int) -> Select[*tuple[Any, ...]]:
    """What a person hears of: of each subject the newest event by somebody else."""

    def by_others(newest: ColumnElement[Any], other: ColumnElement[Any]) -> ColumnElement[Any]:
        return case((notices.c.user_id == user_id, other), else_=newest)

    number = by_others(notices.c.number, notices.c.other_number)
    seen = and_(notice_reads.c.notice_id == notices.c.id, notice_reads.c.user_id == user_id)
    return (
        select(
            notices.c.id,
            notices.c.kind,
            notices.c.subject_id,
            by_others(notices.c.object_id, notices.c.other_object_id).label("object_id"),
            by_others(notices.c.happened_at, notices.c.other_happened_at).label("happened_at"),
            (number > func.coalesce(notice_reads.c.seen_number, 0)).label("is_new"),
        )
        .outerjoin(notice_reads, seen)
        .where(notices.c.id.in_(_subscribed(actor, user_id)), number.is_not(None))
    )


def _subscribed(actor: Actor, user_id: int) -> CompoundSelect[int]:
    """Ids of the notices of all that a person has subscribed to and may see."""
    may_enter = forums.c.access_level.in_(levels_of(actor))
    by_kind: tuple[tuple[tuple[NoticeKind, ...], Table, Table, ColumnElement[bool]], ...] = (
        ((IMAGE_COMMENT, IMAGE_MERGE), image_subscriptions, images, IN_SIGHT),
        ((TOPIC_POST,), topic_subscriptions, topics, topics.c.hidden_from_users.is_(False)),
        ((FORUM_TOPIC,), forum_subscriptions, forums, may_enter),
        ((GALLERY_IMAGE,), gallery_subscriptions, galleries, true()),
    )
    parts: list[Select[int]] = []
    for kinds, subscriptions, subjects, is_shown in by_kind:
        subject_id = subscriptions.c[0]
        part = (
            select(notices.c.id)
            .join(subscriptions, subject_id == notices.c.subject_id)
            .join(subjects, subjects.c.id == subject_id)
            .where(notices.c.kind.in_(kinds), subscriptions.c.user_id == user_id, is_shown)
        )
        if subjects is topics:
            part = part.join(forums, forums.c.id == topics.c.forum_id).where(may_enter)
        parts.append(part)
    return union_all(*parts)
