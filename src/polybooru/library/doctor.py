"""Whether rows, files and index tell the same story, and how they are brought to.

Neighbours: `blobs` (which keys an image has), `representations` (how its files are made), `jobs` (what is
parked), `moderation_log` (its seals), `recounts` (counters), `words` (full text).
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any

from sqlalchemy import Row, and_, func, select

from polybooru.db.tables import images
from polybooru.db.tables import jobs as jobs_table
from polybooru.library import blobs, jobs
from polybooru.library.addresses import shown_format
from polybooru.library.library import Library
from polybooru.library.moderation_log import first_tampered
from polybooru.library.recounts import COUNTERS
from polybooru.library.representations import process_again
from polybooru.library.tag_jobs import STEPS
from polybooru.library.words import WORDED, count_unread, read_texts
from polybooru.media import plan
from polybooru.search.index import DamagedSnapshot

_BATCH = 1_000


class Complaint(Enum):
    """Kinds of disagreement; the value is a sentence for the operator."""

    ORIGINAL_MISSING = "the original file is missing"
    FILE_MISSING = "a representation is missing"
    WORK_FORGOTTEN = "it is unprocessed and no work is planned"
    PARKED = "processing was given up"
    ORPHAN = "a stored file belongs to no image"
    COUNTER_WRONG = "a counter does not equal a recount"
    WORDS_MISSING = "texts that no search by words finds"
    LOG_TAMPERED = "the moderation log is not as it was written, from this entry on"
    INDEX_WRONG = "the image index and the database disagree"
    INDEX_FILE_DAMAGED = "the saved index is damaged"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One disagreement. `subject` is an image id, a noun with an id, a kind of rows or a key."""

    complaint: Complaint
    subject: str
    detail: str = ""
    is_repaired: bool = False


def examine(library: Library, *, repair: bool, progress: Callable[[int, int], None]) -> Iterator[Finding]:
    """Every disagreement; with `repair` each is mended where it can be.

    progress: called with the number of images examined and the number of all.
    """
    yield from _examine_images(library, repair=repair, progress=progress)
    yield from _examine_counters(library, repair=repair)
    yield from _examine_words(library, repair=repair)
    yield from _examine_orphans(library, repair=repair)
    yield from _examine_parked(library, repair=repair)
    yield from _examine_log(library)
    yield from _examine_index(library, repair=repair)


def _examine_images(
    library: Library, *, repair: bool, progress: Callable[[int, int], None]
) -> Iterator[Finding]:
    with library.reading() as reading:
        total: int = reading.execute(select(func.count()).select_from(images)).scalar_one()
    done, after = 0, 0
    while batch := _images_after(library, after):
        for row in batch:
            done, after = done + 1, row.id
            progress(done, total)
            yield from _examine_image(library, row, repair=repair)


def _images_after(library: Library, after: int) -> Sequence[Row[Any]]:
    # Row and job in one look: between two, a worker could finish.
    planned = and_(jobs_table.c.object_id == images.c.id, jobs_table.c.kind == jobs.REPRESENT)
    with library.reading() as reading:
        return reading.execute(
            select(images, jobs_table.c.id.label("job_id"))
            .outerjoin(jobs_table, planned)
            .where(images.c.id > after)
            .order_by(images.c.id)
            .limit(_BATCH)
        ).all()


def _examine_image(library: Library, row: Row[Any], *, repair: bool) -> Iterator[Finding]:
    if row.is_destroyed:
        return
    if not library.store.exists(blobs.original_key(row.blob, row.format)):
        # Nothing can bring it back; the row stays, as it holds what people wrote.
        yield Finding(complaint=Complaint.ORIGINAL_MISSING, subject=str(row.id))
    elif not row.is_processed:
        if row.job_id is None:
            yield _mended(library, row.id, Complaint.WORK_FORGOTTEN, repair=repair)
    else:
        missing = next((key for key in _expected_keys(row) if not library.store.exists(key)), None)
        if missing is not None:
            yield _mended(library, row.id, Complaint.FILE_MISSING, repair=repair, detail=missing)


def _expected_keys(row: Row[Any]) -> Iterator[str]:
    shown = shown_format(row.format)
    for version in plan(row.width_px, row.height_px):
        yield blobs.representation_key(row.blob, f"{version}.{shown}")
    if row.format == "svg":
        yield blobs.representation_key(row.blob, f"full.{shown}")
        yield blobs.representation_key(row.blob, f"rendered.{shown}")
    if row.sha512_hash != row.blob:  # not the hash as uploaded, which staff may have cleared
        yield blobs.representation_key(row.blob, f"full.{row.format}")


def _mended(
    library: Library, image_id: int, complaint: Complaint, *, repair: bool, detail: str = ""
) -> Finding:
    if repair:
        with library.work() as work:
            process_again(work, image_id)
    return Finding(complaint=complaint, subject=str(image_id), detail=detail, is_repaired=repair)


def _examine_counters(library: Library, *, repair: bool) -> Iterator[Finding]:
    """Counters against a recount, one statement for each kind."""
    for counter in COUNTERS:
        with library.reading() as reading:
            wrong = counter.wrong(reading)
        for object_id, found, right in wrong:
            if repair:
                with library.work() as work:
                    counter.correct(work, object_id)
            yield Finding(
                complaint=Complaint.COUNTER_WRONG,
                subject=f"{counter.noun} {object_id}",
                detail=f"{counter.name} says {found}, there are {right}",
                is_repaired=repair,
            )


def _examine_words(library: Library, *, repair: bool) -> Iterator[Finding]:
    for table, missing in count_unread(library.database).items():
        if repair:
            read_texts(library.database, library.clock(), table)
        yield Finding(
            complaint=Complaint.WORDS_MISSING,
            subject=WORDED[table].name,
            detail=f"{missing} of them",
            is_repaired=repair,
        )


def _examine_orphans(library: Library, *, repair: bool) -> Iterator[Finding]:
    """Stored files of no image; young ones may belong to an upload that is under way."""
    with library.reading() as reading:
        known = set(reading.execute(select(images.c.blob).where(images.c.is_destroyed.is_(False))).scalars())
    oldest_young = library.clock().timestamp() - library.policy.orphan_age_seconds
    for key in library.store.keys():  # noqa: SIM118 — a store is no mapping
        if blobs.blob_of_key(key) in known or library.store.modified_seconds(key) > oldest_young:
            continue
        if repair:
            library.store.delete(key)
        yield Finding(complaint=Complaint.ORPHAN, subject=key, is_repaired=repair)


def _examine_parked(library: Library, *, repair: bool) -> Iterator[Finding]:
    with library.reading() as reading:
        parked = [
            job for kind in (jobs.REPRESENT, jobs.NOTE_MD5, *STEPS) for job in jobs.parked_jobs(reading, kind)
        ]
    for job in parked:
        if repair:
            with library.work() as work:
                jobs.unpark(work, job.kind, [job.object_id])
        yield Finding(
            complaint=Complaint.PARKED,
            subject=str(job.object_id) if job.kind == jobs.REPRESENT else f"{job.kind} {job.object_id}",
            detail=job.reason,
            is_repaired=repair,
        )


def _examine_log(library: Library) -> Iterator[Finding]:
    """The seals of the moderation log; a broken one cannot be mended, and must not be."""
    with library.reading() as reading:
        entry = first_tampered(reading)
    if entry is not None:
        yield Finding(complaint=Complaint.LOG_TAMPERED, subject=f"entry {entry}")


def _examine_index(library: Library, *, repair: bool) -> Iterator[Finding]:
    """The loaded index, which may come from its file, against the rows.

    What is wrong is logged as changed, so that every process reads it again.
    """
    replica = library.replica
    if not replica.is_loaded:
        return
    damage = replica.refused if isinstance(replica.refused, DamagedSnapshot) else None
    wrong = replica.differences()
    if repair and wrong:
        for start in range(0, len(wrong), _BATCH):
            with library.work() as work:
                for image_id in wrong[start : start + _BATCH]:
                    work.changed("image", image_id)
        if replica.differences():
            replica.rebuild()
    if repair and (wrong or damage):
        replica.save()
    if damage:
        yield Finding(
            complaint=Complaint.INDEX_FILE_DAMAGED, subject="index", detail=str(damage), is_repaired=repair
        )
    for image_id in wrong:
        yield Finding(complaint=Complaint.INDEX_WRONG, subject=str(image_id), is_repaired=repair)
