"""Reports that two images are the same picture, by people and by the program.

The first image of a report is what may go, the second what stays. Who settles a report holds both images.
Neighbours: `duplicate_search` (how the program finds them), `reports` (of everything else).
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, RowMapping, and_, func, insert, or_, select, update

from polybooru.db.tables import duplicate_reports, users
from polybooru.db.types import HIGHEST_ID
from polybooru.library.actors import Actor, Permission, require, require_staff
from polybooru.library.errors import DuplicateReportNotFound, ImageNotFound, InvalidValue
from polybooru.library.image_visibility import lock_images
from polybooru.library.report_rows import Reportable, close_reports_of
from polybooru.library.texts import body_text
from polybooru.library.verbs import Acts, verb
from polybooru.library.work import Reading, Work

MAX_REASON_BYTES = 250
MAX_OPEN = 50
"""Reports of one person that staff have not settled; staff may have any number."""


class DuplicateState(StrEnum):
    """Where a report stands."""

    OPEN = "open"
    CLAIMED = "claimed"
    ACCEPTED = "accepted"
    REJECTED = "rejected"


WAITING = frozenset({DuplicateState.OPEN, DuplicateState.CLAIMED})
_IS_WAITING = duplicate_reports.c.state.in_(sorted(state.value for state in WAITING))


@dataclass(frozen=True, slots=True, kw_only=True)
class DuplicateReport:
    """One report. user_id: who made it, None for the program. staff_user_id: who claimed or settled it."""

    id: int
    image_id: int
    duplicate_of_image_id: int
    user_id: int | None
    reason: str
    state: DuplicateState
    staff_user_id: int | None
    created_at: datetime
    updated_at: datetime


@verb(Acts.IMAGE)
def report_duplicate(work: Work, actor: Actor, image_id: int, of_image_id: int, *, reason: str = "") -> int:
    """Id of a new report that the first image is the same picture as the second.

    Raises LoginRequired, NotAllowed, ImageNotFound, InvalidValue.
    """
    user_id = require(actor, Permission.WRITE)
    text = body_text("reason", reason, max_bytes=MAX_REASON_BYTES)
    _lock_open(work, actor, image_id, of_image_id)
    if image_id == of_image_id:
        raise InvalidValue("duplicate_of", "is the image itself")
    waiting = select(duplicate_reports.c.id).where(_of_pair(image_id, of_image_id), _IS_WAITING)
    if work.execute(waiting).first() is not None:
        raise InvalidValue("duplicate_of", "is reported already")
    _refuse_too_many(work, actor, user_id)
    return insert_report(work, image_id, of_image_id, user_id=user_id, reason=text)


@verb(Acts.DUPLICATE_REPORT)
def claim_duplicate_report(work: Work, actor: Actor, report_id: int) -> None:
    """Say that the actor looks after it; a repeat changes nothing.

    Raises LoginRequired, NotAllowed, DuplicateReportNotFound, InvalidValue for one settled or another's.
    """
    staff_id, found = lock_report(work, actor, report_id)
    if found.state is DuplicateState.CLAIMED:
        if found.staff_user_id != staff_id:
            raise InvalidValue("report", "is claimed by somebody else")
        return
    settle(work, staff_id, found, "duplicate.claim", DuplicateState.CLAIMED)


@verb(Acts.DUPLICATE_REPORT)
def unclaim_duplicate_report(work: Work, actor: Actor, report_id: int) -> None:
    """Give it back to everybody, also from another's hands; one that nobody claimed stays as it is.

    Raises LoginRequired, NotAllowed, DuplicateReportNotFound, InvalidValue for one that is settled.
    """
    staff_id, found = lock_report(work, actor, report_id)
    if found.state is DuplicateState.CLAIMED:
        settle(work, staff_id, found, "duplicate.unclaim", DuplicateState.OPEN)


@verb(Acts.DUPLICATE_REPORT)
def reject_duplicate_report(work: Work, actor: Actor, report_id: int) -> None:
    """Say that they are two pictures; claimed by somebody else or not.

    Raises LoginRequired, NotAllowed, DuplicateReportNotFound, InvalidValue for one that is settled.
    """
    staff_id, found = lock_report(work, actor, report_id)
    settle(work, staff_id, found, "duplicate.reject", DuplicateState.REJECTED)


def list_duplicate_reports(
    reading: Reading,
    actor: Actor,
    *,
    states: Collection[DuplicateState] = WAITING,
    image_id: int | None = None,
    user_id: int | None = None,
    before_id: int | None = None,
    limit: int,
) -> list[DuplicateReport]:
    """The newest first. image_id: on either side. Raises LoginRequired, NotAllowed."""
    require_staff(actor)
    page = select(duplicate_reports).where(duplicate_reports.c.state.in_([state.value for state in states]))
    if image_id is not None:
        page = page.where(_with_image(image_id))
    if user_id is not None:
        page = page.where(duplicate_reports.c.user_id == user_id)
    if before_id is not None:
        page = page.where(duplicate_reports.c.id < before_id)
    rows = reading.execute(page.order_by(duplicate_reports.c.id.desc()).limit(limit)).mappings()
    return [_report(row) for row in rows]


def reject_duplicates_of(work: Work, image_id: int, *, staff_user_id: int | None) -> int:
    """Reject all reports with this image that wait, as it goes out of sight; how many.

    The caller holds the image. staff_user_id: None for the operator.
    """
    rejected = work.execute(
        update(duplicate_reports)
        .where(_with_image(image_id), _IS_WAITING)
        .values(state=DuplicateState.REJECTED.value, staff_user_id=staff_user_id, updated_at=work.now)
        .returning(duplicate_reports.c.id)
    ).scalars()
    ids = sorted(rejected)
    for report_id in ids:
        work.changed("duplicate_report", report_id)
    return len(ids)


def settle_reports_of_image(work: Work, image_id: int, *, staff_user_id: int | None) -> None:
    """Close and reject whatever people reported of an image that goes out of sight; the caller holds it."""
    close_reports_of(work, Reportable.IMAGE, image_id, staff_user_id=staff_user_id)
    reject_duplicates_of(work, image_id, staff_user_id=staff_user_id)


def insert_report(work: Work, image_id: int, of_image_id: int, *, user_id: int | None, reason: str) -> int:
    """Id of a new report; the caller holds both images."""
    made = (
        insert(duplicate_reports)
        .values(
            image_id=image_id,
            duplicate_of_image_id=of_image_id,
            user_id=user_id,
            reason=reason,
            created_at=work.now,
            updated_at=work.now,
        )
        .returning(duplicate_reports.c.id)
    )
    report_id: int = work.execute(made).scalar_one()
    work.changed("duplicate_report", report_id)
    return report_id


def known_pairs(reading: Reading, image_id: int, others: Sequence[int]) -> set[int]:
    """Those of the others that were ever reported together with the image."""
    with_image = [
        select(mine).where(other == image_id, mine.in_(others))
        for mine, other in (
            (duplicate_reports.c.image_id, duplicate_reports.c.duplicate_of_image_id),
            (duplicate_reports.c.duplicate_of_image_id, duplicate_reports.c.image_id),
        )
    ]
    return {found for statement in with_image for found in reading.execute(statement).scalars()}


def lock_report(work: Work, actor: Actor, report_id: int) -> tuple[int | None, DuplicateReport]:
    """Who acts, and the report, held with its images until the commit, if nobody has settled it.

    Raises LoginRequired, NotAllowed, DuplicateReportNotFound, InvalidValue.
    """
    staff_id = require_staff(actor)
    found = _find(work, report_id)
    # Images first, as everywhere; then what may have been settled meanwhile.
    lock_images(work, actor, found.image_id, found.duplicate_of_image_id)
    found = _find(work, report_id, is_held=True)
    if found.state not in WAITING:
        raise InvalidValue("report", f"is {found.state.value} already")
    return staff_id, found


def settle(
    work: Work, staff_id: int | None, found: DuplicateReport, action: str, state: DuplicateState
) -> None:
    """Bring a report that is held into another state, and log who did."""
    who = None if state is DuplicateState.OPEN else staff_id
    values = {"state": state.value, "staff_user_id": who, "updated_at": work.now}
    work.execute(update(duplicate_reports).where(duplicate_reports.c.id == found.id).values(values))
    about = {"image_id": found.image_id, "duplicate_of_image_id": found.duplicate_of_image_id}
    work.logged(staff_id, action, "duplicate_report", found.id, **about)
    work.changed("duplicate_report", found.id)


def _find(work: Work, report_id: int, *, is_held: bool = False) -> DuplicateReport:
    row = None
    if 0 < report_id <= HIGHEST_ID:
        wanted = select(duplicate_reports).where(duplicate_reports.c.id == report_id)
        row = work.execute(wanted.with_for_update() if is_held else wanted).mappings().one_or_none()
    if row is None:
        raise DuplicateReportNotFound(f"There is no report {report_id} of a duplicate.")
    return _report(row)


def _lock_open(work: Work, actor: Actor, *image_ids: int) -> None:
    for image_id, row in zip(image_ids, lock_images(work, actor, *image_ids), strict=True):
        if row.hidden_from_users:
            raise ImageNotFound(f"There is no image {image_id}.")


def _refuse_too_many(work: Work, actor: Actor, user_id: int) -> None:
    if actor.is_staff:
        return
    # The person's row puts parallel reports of one person in line.
    work.execute(select(users.c.id).where(users.c.id == user_id).with_for_update(key_share=True))
    own = and_(duplicate_reports.c.user_id == user_id, _IS_WAITING)
    counted = select(func.count()).select_from(duplicate_reports).where(own)
    if work.execute(counted).scalar_one() >= MAX_OPEN:
        raise InvalidValue("report", f"Staff have {MAX_OPEN} reports by you to look at first")


def _of_pair(one: int, other: int) -> ColumnElement[bool]:
    table = duplicate_reports.c
    return or_(
        and_(table.image_id == one, table.duplicate_of_image_id == other),
        and_(table.image_id == other, table.duplicate_of_image_id == one),
    )


def _with_image(image_id: int) -> ColumnElement[bool]:
    table = duplicate_reports.c
    return or_(table.image_id == image_id, table.duplicate_of_image_id == image_id)


def _report(row: RowMapping) -> DuplicateReport:
    found: dict[str, Any] = dict(row)
    found["state"] = DuplicateState(found["state"])
    return DuplicateReport(**found)
