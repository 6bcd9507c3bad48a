"""Small files of an image in a format that somebody asks for: made by the worker, once, and kept.

Somebody asks, a job is there, and whoever comes back is told how far it is. What failed is remembered for a
while, so that nobody has the same file broken again and again. A job that nobody got to in time, or that
takes too long, counts as failed; if its file comes after all, it is there.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any, TypeAlias

from sqlalchemy import Row, delete, insert, select

from polybooru.db.tables import images
from polybooru.db.tables import jobs as job_rows
from polybooru.library import blobs, jobs
from polybooru.library.actors import Actor, refuse_banned, require_account
from polybooru.library.errors import InvalidValue
from polybooru.library.failpoints import failpoint
from polybooru.library.image_visibility import lock_open_image
from polybooru.library.library import Library
from polybooru.library.scratch import scratch_folder
from polybooru.library.verbs import Acts, verb
from polybooru.library.work import Reading, Work
from polybooru.media import PREVIEW_KINDS

TIMEOUT = timedelta(seconds=120)
FAILURE_KEPT = timedelta(minutes=5)
TOO_LATE = "It took too long."
JOB_KINDS = MappingProxyType({kind: f"preview_{kind}" for kind in PREVIEW_KINDS})
"""By extension: the kind of job that makes it; `object_id` is the image's id."""
_FILES = select(images.c.blob, images.c.format)
_EXTENSIONS = MappingProxyType({job_kind: kind for kind, job_kind in JOB_KINDS.items()})


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """It is there, in the store under this key."""

    key: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Running:
    """A job waits or is under way."""

    started_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Failed:
    """It could not be made; from `expires_at` on it may be asked for again."""

    is_late: bool
    reason: str
    expires_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Gone:
    """The image's own file is not there any more."""


Preview: TypeAlias = Made | Running | Failed | Gone


def preview_key(blob: str, kind: str) -> str:
    """Key of the file. kind: one of `PREVIEW_KINDS`."""
    return blobs.representation_key(blob, f"preview.{kind}")


def made_previews(library: Library, blob: str) -> list[str]:
    """Kinds of the previews that are there. blob: of the image."""
    return [kind for kind in PREVIEW_KINDS if library.store.exists(preview_key(blob, kind))]


def find_preview(library: Library, image_id: int, kind: str) -> Preview | None:
    """How far it is; None if nobody has asked for it. Raises InvalidValue for an unknown kind."""
    job_kind = _job_kind(kind)
    with library.reading() as reading:
        row = reading.execute(_FILES.where(images.c.id == image_id)).one_or_none()
        if row is not None and library.store.exists(preview_key(row.blob, kind)):
            return Made(key=preview_key(row.blob, kind))
        state = _state(_job(reading, job_kind, image_id), reading.now)
    is_gone = row is None or not library.store.exists(blobs.original_key(row.blob, row.format))
    return Gone() if state is None and is_gone else state


@verb(Acts.IMAGE)
def ask_for_preview(library: Library, actor: Actor, image_id: int, kind: str) -> Made | Running | Failed:
    """Have it made, unless it is there, under way, or has failed a little while ago.

    Raises LoginRequired, AccountDeactivated, Banned, ImageNotFound, InvalidValue for an unknown kind.
    """
    require_account(actor)
    refuse_banned(actor)
    job_kind = _job_kind(kind)
    with library.work() as work:
        lock_open_image(work, actor, image_id)
        row = work.execute(_FILES.where(images.c.id == image_id)).one()
        if library.store.exists(preview_key(row.blob, kind)):
            return Made(key=preview_key(row.blob, kind))
        state = _state(_job(work, job_kind, image_id), work.now)
        if state is not None:
            return state
        jobs.forget(work, job_kind, image_id)
        work.execute(insert(job_rows).values(kind=job_kind, object_id=image_id, created_at=work.now))
        failpoint("preview.before_asked")
        return Running(started_at=work.now)


def make_preview(library: Library, job: jobs.Job) -> None:
    """Make what the job asks for and finish it. Raises MediaError, StoreError."""
    kind = _EXTENSIONS[job.kind]
    with library.reading() as reading:
        existing = (images.c.id == job.object_id, images.c.is_destroyed.is_(False))
        row = reading.execute(_FILES.where(*existing)).one_or_none()
        asked = _job(reading, job.kind, job.object_id)
    if asked is not None and asked.created_at + TIMEOUT <= library.clock():
        with library.work() as work:
            jobs.give_back(work, job, TOO_LATE, max_attempts=job.attempts)
        return
    if row is not None:
        original = library.store.path(blobs.original_key(row.blob, row.format))
        with scratch_folder(library, "preview") as folder:
            made = library.decoders.preview(original, folder, kind)
            library.store.put({preview_key(row.blob, kind): folder / made.name})
    failpoint("preview.after_blob")
    with library.work() as work:
        jobs.finish(work, job)
        if row is not None and work.execute(select(images.c.is_destroyed).where(existing[0])).scalar():
            # destroyed meanwhile: what was put has to go again
            jobs.enqueue(work, jobs.DESTROY, job.object_id)
        failpoint("preview.before_commit")
    failpoint("preview.after_commit")


def forget_failures(work: Work) -> int:
    """Drop jobs whose failure nobody is told any more; returns how many."""
    before = work.now - FAILURE_KEPT
    return work.execute(
        delete(job_rows).where(job_rows.c.kind.in_([*_EXTENSIONS]), job_rows.c.parked_at <= before)
    ).rowcount


def _job(reading: Reading, job_kind: str, image_id: int) -> Row[Any] | None:
    wanted = select(job_rows).where(job_rows.c.kind == job_kind, job_rows.c.object_id == image_id)
    return reading.execute(wanted).one_or_none()


def _state(row: Row[Any] | None, now: datetime) -> Running | Failed | None:
    if row is None:
        return None
    failed_at, reason = row.parked_at, row.parked_reason
    if failed_at is None:
        if now < row.created_at + TIMEOUT:
            return Running(started_at=row.created_at)
        failed_at, reason = row.created_at + TIMEOUT, TOO_LATE
    if now >= failed_at + FAILURE_KEPT:
        return None
    return Failed(is_late=reason == TOO_LATE, reason=reason or "", expires_at=failed_at + FAILURE_KEPT)


def _job_kind(kind: str) -> str:
    try:
        return JOB_KINDS[kind]
    except KeyError:
        raise InvalidValue("kind", f"is none of {', '.join(PREVIEW_KINDS)}") from None
