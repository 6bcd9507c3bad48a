"""What staff do with reports: looking through them, claiming, closing. And everybody's own ones."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import RowMapping, Select, select, update

from polybooru.db.tables import reports
from polybooru.db.types import HIGHEST_ID
from polybooru.library.actors import Actor, require_account, require_staff
from polybooru.library.errors import InvalidValue, ReportNotFound
from polybooru.library.report_rows import Category, Reportable, ReportState
from polybooru.library.verbs import Acts, verb
from polybooru.library.work import Reading, Work

WAITING = frozenset({ReportState.OPEN, ReportState.IN_PROGRESS})


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """One report. user_id: who made it, None for the program. staff_user_id: who claimed or closed it.

    is_shared: made by several people, of whom the last one is named.
    """

    id: int
    object_kind: Reportable
    object_id: int
    user_id: int | None
    category: Category
    reason: str
    is_shared: bool
    state: ReportState
    staff_user_id: int | None
    created_at: datetime
    updated_at: datetime


@verb(Acts.REPORT)
def claim_report(work: Work, actor: Actor, report_id: int) -> None:
    """Say that the actor looks after it; a repeat changes nothing.

    Raises LoginRequired, NotAllowed, ReportNotFound, InvalidValue for one that is closed or another's.
    """
    staff_id, row = _locked(work, actor, report_id)
    if row["state"] == ReportState.CLOSED:
        raise InvalidValue("report", "is closed")
    if row["state"] == ReportState.IN_PROGRESS:
        if row["staff_user_id"] != staff_id:
            raise InvalidValue("report", "is claimed by somebody else")
        return
    _set(work, staff_id, row, "report.claim", ReportState.IN_PROGRESS, staff_user_id=staff_id)


@verb(Acts.REPORT)
def unclaim_report(work: Work, actor: Actor, report_id: int) -> None:
    """Give it back to everybody, also from another's hands; one that nobody claimed stays as it is.

    Raises LoginRequired, NotAllowed, ReportNotFound, InvalidValue for one that is closed.
    """
    staff_id, row = _locked(work, actor, report_id)
    if row["state"] == ReportState.CLOSED:
        raise InvalidValue("report", "is closed")
    if row["state"] == ReportState.IN_PROGRESS:
        _set(work, staff_id, row, "report.unclaim", ReportState.OPEN, staff_user_id=None)


@verb(Acts.REPORT)
def close_report(work: Work, actor: Actor, report_id: int) -> None:
    """Have done with it; a repeat changes nothing. Raises LoginRequired, NotAllowed, ReportNotFound."""
    staff_id, row = _locked(work, actor, report_id)
    if row["state"] != ReportState.CLOSED:
        _set(work, staff_id, row, "report.close", ReportState.CLOSED, staff_user_id=staff_id)


def list_reports(
    reading: Reading,
    actor: Actor,
    *,
    states: Collection[ReportState] = WAITING,
    kind: Reportable | None = None,
    object_id: int | None = None,
    category: Category | None = None,
    user_id: int | None = None,
    staff_user_id: int | None = None,
    before_id: int | None = None,
    limit: int,
) -> list[Report]:
    """The newest first. user_id: whose; staff_user_id: claimed or closed by whom.

    Raises LoginRequired, NotAllowed.
    """
    require_staff(actor)
    page = select(reports).where(reports.c.state.in_([state.value for state in states]))
    wanted = {
        "object_kind": kind,
        "object_id": object_id,
        "category": category,
        "user_id": user_id,
        "staff_user_id": staff_user_id,
    }
    for column, value in wanted.items():
        if value is not None:
            page = page.where(reports.c[column] == value)
    return _page(reading, page, before_id, limit)


def list_own_reports(
    reading: Reading, actor: Actor, *, before_id: int | None = None, limit: int
) -> list[Report]:
    """Those of the caller, the newest first. Raises LoginRequired."""
    own = reports.c.user_id == require_account(actor)
    return _page(reading, select(reports).where(own), before_id, limit)


def _page(reading: Reading, page: Select[Any], before_id: int | None, limit: int) -> list[Report]:
    if before_id is not None:
        page = page.where(reports.c.id < before_id)
    rows = reading.execute(page.order_by(reports.c.id.desc()).limit(limit)).mappings()
    return [_report(row) for row in rows]


def _locked(work: Work, actor: Actor, report_id: int) -> tuple[int | None, RowMapping]:
    staff_id = require_staff(actor)
    row = None
    if 0 < report_id <= HIGHEST_ID:
        wanted = select(reports).where(reports.c.id == report_id).with_for_update()
        row = work.execute(wanted).mappings().one_or_none()
    if row is None:
        raise ReportNotFound(f"There is no report {report_id}.")
    return staff_id, row


def _set(
    work: Work, staff_id: int | None, row: RowMapping, action: str, state: ReportState, **values: object
) -> None:
    values |= {"state": state.value, "updated_at": work.now}
    work.execute(update(reports).where(reports.c.id == row["id"]).values(values))
    about = {"about": row["object_kind"], "about_id": row["object_id"]}
    work.logged(staff_id, action, "report", row["id"], **about)
    work.changed("report", row["id"])


def _report(row: RowMapping) -> Report:
    found: dict[str, Any] = dict(row)
    for name, kind in (("object_kind", Reportable), ("category", Category), ("state", ReportState)):
        found[name] = kind(found[name])
    return Report(**found)
