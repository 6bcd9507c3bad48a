"""Reports: what people tell staff about images, texts and one another.

Neighbours: `report_rows` (what a report is), `reportable` (what can be reported), `report_queue` (what staff
do with one), `duplicates` (reports of the same picture).
"""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, and_, func, select, update

from polybooru.db.tables import reports, users
from polybooru.library.actors import Actor, Permission, require
from polybooru.library.errors import InvalidValue, NotAllowed, UserNotFound
from polybooru.library.granted import Granted
from polybooru.library.grants import has_grant
from polybooru.library.report_rows import INTERNAL, Category, Reportable, ReportState, insert_report
from polybooru.library.reportable import check_reportable
from polybooru.library.texts import body_text
from polybooru.library.verbs import Acts, verb
from polybooru.library.work import Work

MAX_REASON_BYTES = 10_000
MAX_SHARED_REASON_CHARACTERS = 200
MAX_OPEN = 20
"""Reports of one person that staff have not closed; staff may have any number."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SharedReport:
    """The one report of an image that all who report it this way have together.

    author_id: who reported last. reason: what the first one said. existed: whether there was one before.
    """

    image_id: int
    author_id: int
    reason: str
    existed: bool


@verb(Acts.IMAGE)
def report_image(work: Work, actor: Actor, image_id: int, *, category: Category, reason: str) -> int:
    """Id of a new report.

    Raises LoginRequired, NotAllowed, ImageNotFound, InvalidValue; so do its likes for other things.
    """
    return _report(work, actor, Reportable.IMAGE, image_id, category, reason)


@verb(Acts.COMMENT)
def report_comment(work: Work, actor: Actor, comment_id: int, *, category: Category, reason: str) -> int:
    """Id of a new report. Raises LoginRequired, NotAllowed, CommentNotFound, InvalidValue."""
    return _report(work, actor, Reportable.COMMENT, comment_id, category, reason)


@verb(Acts.POST)
def report_post(work: Work, actor: Actor, post_id: int, *, category: Category, reason: str) -> int:
    """Id of a new report. Raises LoginRequired, NotAllowed, PostNotFound, InvalidValue."""
    return _report(work, actor, Reportable.POST, post_id, category, reason)


@verb(Acts.TOPIC)
def report_topic(work: Work, actor: Actor, topic_id: int, *, category: Category, reason: str) -> int:
    """Id of a new report. Raises LoginRequired, NotAllowed, TopicNotFound, InvalidValue."""
    return _report(work, actor, Reportable.TOPIC, topic_id, category, reason)


@verb(Acts.USER)
def report_user(work: Work, actor: Actor, user_id: int, *, category: Category, reason: str) -> int:
    """Id of a new report. Raises LoginRequired, NotAllowed, UserNotFound, InvalidValue."""
    return _report(work, actor, Reportable.USER, user_id, category, reason)


@verb(Acts.GALLERY)
def report_gallery(work: Work, actor: Actor, gallery_id: int, *, category: Category, reason: str) -> int:
    """Id of a new report. Raises LoginRequired, NotAllowed, GalleryNotFound, InvalidValue."""
    return _report(work, actor, Reportable.GALLERY, gallery_id, category, reason)


@verb(Acts.IMAGE)
def share_report_of_image(
    work: Work, actor: Actor, image_id: int, *, reason: str = "", author_id: int | None = None
) -> SharedReport:
    """Report an image as all do who share one report of it; once staff closed it, the next one is new.

    author_id: another person in whose name staff report, or whoever holds the grant `report` for that person.
    Raises LoginRequired, NotAllowed, ImageNotFound, UserNotFound, InvalidValue.
    """
    user_id = require(actor, Permission.WRITE)
    if author_id is not None and not (actor.is_staff or has_grant(work, user_id, Granted.REPORT, author_id)):
        raise NotAllowed("Reporting in the name of another needs the grant 'report'.")
    if len(reason) > MAX_SHARED_REASON_CHARACTERS:
        raise InvalidValue("reason", f"should be at most {MAX_SHARED_REASON_CHARACTERS} character(s)")
    text = body_text("reason", reason, max_bytes=MAX_REASON_BYTES)
    check_reportable(work, actor, Reportable.IMAGE, image_id)
    author = user_id if author_id is None else author_id
    known = _shared(work, image_id)
    _refuse_too_many(work, actor, author, but=None if known is None else known.id)
    if known is None:
        row = {"object_kind": Reportable.IMAGE.value, "object_id": image_id, "is_shared": True}
        insert_report(work, author, Category.OTHER, text, **row)
    elif known.user_id != author:
        work.execute(
            update(reports).where(reports.c.id == known.id).values(user_id=author, updated_at=work.now)
        )
        work.changed("report", known.id)
    told = text if known is None else known.reason
    return SharedReport(image_id=image_id, author_id=author, reason=told, existed=known is not None)


def _report(
    work: Work, actor: Actor, kind: Reportable, object_id: int, category: Category, reason: str
) -> int:
    user_id = require(actor, Permission.WRITE)
    if category in INTERNAL:
        raise InvalidValue("category", "is not for people")
    text = body_text("reason", reason, max_bytes=MAX_REASON_BYTES, min_bytes=1)
    check_reportable(work, actor, kind, object_id)
    _refuse_too_many(work, actor, user_id)
    about = and_(reports.c.object_kind == kind.value, reports.c.object_id == object_id)
    own = and_(reports.c.user_id == user_id, reports.c.state != ReportState.CLOSED.value)
    if work.execute(select(reports.c.id).where(about, own, ~reports.c.is_shared)).first() is not None:
        raise InvalidValue(kind.value, "is reported by you already, and staff have not answered yet")
    return insert_report(work, user_id, category, text, object_kind=kind.value, object_id=object_id)


def _shared(work: Work, image_id: int) -> Row[Any] | None:
    """The caller holds the image's row, so there is never a second one."""
    about = and_(reports.c.object_kind == Reportable.IMAGE.value, reports.c.object_id == image_id)
    is_live = and_(reports.c.is_shared, reports.c.state != ReportState.CLOSED.value)
    return work.execute(select(reports).where(about, is_live)).one_or_none()


def _refuse_too_many(work: Work, actor: Actor, user_id: int, *, but: int | None = None) -> None:
    """but: a report that stays one, whoever has it."""
    # The person's row puts parallel reports of one person in line.
    held = select(users.c.id).where(users.c.id == user_id).with_for_update(key_share=True)
    if work.execute(held).first() is None:
        raise UserNotFound(f"There is no user {user_id}.")
    own = and_(reports.c.user_id == user_id, reports.c.state != ReportState.CLOSED.value)
    counted = select(func.count()).select_from(reports).where(own)
    if but is not None:
        counted = counted.where(reports.c.id != but)
    if not actor.is_staff and work.execute(counted).scalar_one() >= MAX_OPEN:
        raise InvalidValue("report", f"Staff have {MAX_OPEN} reports by you to look at first")
