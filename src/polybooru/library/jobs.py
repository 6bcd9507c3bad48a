"""Unfinished work, found in rows and taken under a lease.

A killed worker loses nothing, and two never share a job.

A job's row is written in the transaction that makes the work necessary and removed in the one that records
its result. What keeps failing is parked with a reason, for an operator to see (`doctor`) and to `unpark`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache

from sqlalchemy import ColumnElement, and_, bindparam, delete, exists, func, or_, select, update

from polybooru.db.prepared import Prepared
from polybooru.db.tables import jobs
from polybooru.library.work import Reading, Work

REPRESENT = "represent"
"""Make the representations and fingerprints of an image; `object_id` is its id."""
ERASE = "erase"
"""Remove what a deleted account did; `object_id` is the user's id."""
MOVE_TAGGINGS = "move_taggings"
"""Give the images of an alias its target; `object_id` is the alias."""
DELETE_TAG = "delete_tag"
"""Take a tag from its images, and then remove it."""
TAG_BATCH = "tag_batch"
"""Go on with an edit of many images, or with undoing it."""
NOTE_MD5 = "note_md5"
"""Note the MD5 of the file of an image that is older than this; `object_id` is its id."""

DESTROY = "destroy"
"""Remove the files of an image that staff destroyed; `object_id` is its id."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One taken job; `attempts` counts this one."""

    id: int
    kind: str
    object_id: int
    attempts: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ParkedJob:
    """A job that was given up."""

    kind: str
    object_id: int
    attempts: int
    reason: str


def enqueue(work: Work, kind: str, object_id: int) -> None:
    """Ask for the work to be done; asking twice before it is done means once."""
    work.execute(
        work.insert(jobs)
        .values(kind=kind, object_id=object_id, created_at=work.now)
        .on_conflict_do_update(
            index_elements=["kind", "object_id"],
            set_={"attempts": 0, "leased_until": None, "parked_at": None, "parked_reason": None},
        )
    )


def take(work: Work, kind: str, *, limit: int, lease_seconds: int, object_id: int | None = None) -> list[Job]:
    """Lease up to `limit` of the oldest free jobs.

    A job whose lease ran out is free, its attempt counts. object_id: only the job of this object.
    """
    wanted = _free(kind, work.now)
    if object_id is not None:
        wanted = and_(wanted, jobs.c.object_id == object_id)
    rows = work.execute(
        select(jobs).where(wanted).order_by(jobs.c.id).limit(limit).with_for_update(skip_locked=True)
    ).all()
    if rows:
        work.execute(
            update(jobs)
            .where(jobs.c.id.in_([row.id for row in rows]))
            .values(leased_until=work.now + timedelta(seconds=lease_seconds), attempts=jobs.c.attempts + 1)
        )
    return [Job(id=r.id, kind=r.kind, object_id=r.object_id, attempts=r.attempts + 1) for r in rows]


def free_kinds(reading: Reading, kinds: tuple[str, ...]) -> set[str]:
    """Those kinds of which there is something to take.

    Asked first, as taking needs the only write lock that SQLite has; in one statement, as a worker without
    work does nothing else.
    """
    [row] = reading.run(_are_free(kinds), now=reading.now)
    return {kind for kind, is_free in zip(kinds, row, strict=True) if is_free}


@cache
def _are_free(kinds: tuple[str, ...]) -> Prepared:
    now = bindparam("now", type_=jobs.c.leased_until.type)
    return Prepared(select(*(exists().where(_free(kind, now)).label(kind) for kind in kinds)))


def _free(kind: str, now: ColumnElement[datetime] | datetime) -> ColumnElement[bool]:
    return and_(
        jobs.c.kind == kind,
        jobs.c.parked_at.is_(None),
        or_(jobs.c.leased_until.is_(None), jobs.c.leased_until < now),
    )


def finish(work: Work, job: Job) -> None:
    """Remove a job that is done."""
    work.execute(delete(jobs).where(jobs.c.id == job.id))


def finish_unless_asked_again(work: Work, job: Job) -> None:
    """As `finish`; but what somebody asked for while it was under way stays to be done."""
    work.execute(delete(jobs).where(_is_ours(job)))


def forget(work: Work, kind: str, object_id: int) -> None:
    """Let the work not be done after all; whoever is at it finds its job gone."""
    work.execute(delete(jobs).where(jobs.c.kind == kind, jobs.c.object_id == object_id))


def release(work: Work, job: Job) -> None:
    """Give a job back untried, as on a clean stop."""
    work.execute(update(jobs).where(_is_ours(job)).values(leased_until=None, attempts=jobs.c.attempts - 1))


def give_back(work: Work, job: Job, reason: str, *, max_attempts: int) -> bool:
    """Return a job that failed; park it once its attempts are used up. Returns whether it was parked.

    Nothing happens if the lease ran out and somebody else has the job by now.
    """
    parked = job.attempts >= max_attempts
    returned = work.execute(
        update(jobs)
        .where(_is_ours(job))
        .values(leased_until=None, parked_at=work.now if parked else None, parked_reason=reason)
    ).rowcount
    return parked and returned > 0


def _is_ours(job: Job) -> ColumnElement[bool]:
    return and_(jobs.c.id == job.id, jobs.c.attempts == job.attempts)


def renew(work: Work, job_ids: Sequence[int], *, lease_seconds: int) -> None:
    """Keep jobs that are still being worked on."""
    leased_until = work.now + timedelta(seconds=lease_seconds)
    work.execute(update(jobs).where(jobs.c.id.in_(job_ids)).values(leased_until=leased_until))


def free_leases(work: Work, kind: str) -> None:
    """Free every leased job of a kind: for the only worker of a library, which has just started."""
    work.execute(update(jobs).where(jobs.c.kind == kind).values(leased_until=None))


def parked_jobs(reading: Reading, kind: str) -> list[ParkedJob]:
    """Jobs that were given up, oldest first."""
    rows = reading.execute(
        select(jobs).where(jobs.c.kind == kind, jobs.c.parked_at.is_not(None)).order_by(jobs.c.id)
    )
    return [
        ParkedJob(kind=r.kind, object_id=r.object_id, attempts=r.attempts, reason=r.parked_reason or "")
        for r in rows
    ]


def is_waiting(reading: Reading, kind: str, object_id: int) -> bool:
    """Whether this job is neither done nor parked."""
    own = (jobs.c.kind == kind, jobs.c.object_id == object_id, jobs.c.parked_at.is_(None))
    return reading.execute(select(jobs.c.id).where(*own)).first() is not None


def count_waiting(reading: Reading, kind: str) -> int:
    """Jobs that are neither done nor parked."""
    statement = select(func.count()).where(jobs.c.kind == kind, jobs.c.parked_at.is_(None))
    count: int = reading.execute(statement).scalar_one()
    return count


def unpark(work: Work, kind: str, object_ids: Sequence[int]) -> None:
    """Try parked jobs again from the first attempt."""
    work.execute(
        update(jobs)
        .where(jobs.c.kind == kind, jobs.c.object_id.in_(object_ids))
        .values(parked_at=None, parked_reason=None, attempts=0)
    )
