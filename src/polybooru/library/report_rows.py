"""What a report is, and what other verbs do with them: the program makes some, hiding a thing closes its own.

Neighbours: `reports` (people's own), `report_queue` (what staff do with one).
"""

from enum import StrEnum

from sqlalchemy import and_, insert, update

from polybooru.db.tables import reports
from polybooru.library.work import Work


class Reportable(StrEnum):
    """Kinds of things that people report to staff."""

    IMAGE = "image"
    COMMENT = "comment"
    POST = "post"
    TOPIC = "topic"
    USER = "user"
    GALLERY = "gallery"


class Category(StrEnum):
    """Why; the first thirteen are for people, the last four for the program.

    Source: docs/reference/moderation.md, reports
    """

    RULE_0 = "Rule #0"
    RULE_1 = "Rule #1"
    RULE_2 = "Rule #2"
    RULE_3 = "Rule #3"
    RULE_4 = "Rule #4"
    RULE_5 = "Rule #5"
    RULE_6 = "Rule #6"
    RULE_7 = "Rule #7"
    RULE_8 = "Rule #8"
    RULE_9 = "Rule #9"
    RULE_N = "Rule #n"
    TAKEDOWN = "Takedown request"
    OTHER = "Other"
    VERIFICATION = "Verification"
    APPROVAL = "Approval"
    REVIEW = "Review"
    SYSTEM = "System"


INTERNAL = frozenset({Category.VERIFICATION, Category.APPROVAL, Category.REVIEW, Category.SYSTEM})


class ReportState(StrEnum):
    """Where a report stands; in progress: somebody of staff has claimed it."""

    OPEN = "open"
    IN_PROGRESS = "in_progress"
    CLOSED = "closed"


def report_by_program(work: Work, kind: Reportable, object_id: int, category: Category, reason: str) -> int:
    """Id of a new report that the program itself makes, so that staff have a look."""
    return insert_report(work, None, category, reason, object_kind=kind.value, object_id=object_id)


def close_reports_of(work: Work, kind: Reportable, object_id: int, *, staff_user_id: int | None) -> int:
    """Close all reports of something that staff have dealt with otherwise, as by hiding it; how many.

    staff_user_id: None for the operator.
    """
    about = and_(reports.c.object_kind == kind.value, reports.c.object_id == object_id)
    closed = work.execute(
        update(reports)
        .where(about, reports.c.state != ReportState.CLOSED.value)
        .values(state=ReportState.CLOSED.value, staff_user_id=staff_user_id, updated_at=work.now)
        .returning(reports.c.id)
    ).scalars()
    ids = sorted(closed)
    for report_id in ids:
        work.changed("report", report_id)
    return len(ids)


def insert_report(work: Work, user_id: int | None, category: Category, reason: str, **about: object) -> int:
    """Id of a new row. about: the columns that say of what."""
    row = {"user_id": user_id, "category": category.value, "reason": reason, **about}
    row |= {"created_at": work.now, "updated_at": work.now}
    report_id: int = work.execute(insert(reports).values(row).returning(reports.c.id)).scalar_one()
    work.changed("report", report_id)
    return report_id
