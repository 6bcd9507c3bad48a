"""The MD5 of images that came in before it was noted: the worker reads their files, one at a time."""

import hashlib

from sqlalchemy import select, update

from polybooru.db.tables import images
from polybooru.library import blobs, jobs
from polybooru.library.library import Library


def note_md5(library: Library, job: jobs.Job) -> None:
    """Note it for the image that the job names, and finish the job. Raises OSError without the file."""
    with library.reading() as reading:
        row = reading.execute(
            select(images.c.blob, images.c.sha512_hash, images.c.format).where(
                images.c.id == job.object_id,
                images.c.md5_hash.is_(None),
                images.c.is_processed,
                images.c.is_destroyed.is_(False),
            )
        ).one_or_none()
    md5 = None if row is None else _md5_of(library, blobs.current_key(row.blob, row.sha512_hash, row.format))
    with library.work() as work:
        if row is not None:
            same = (images.c.id == job.object_id, images.c.sha512_hash == row.sha512_hash)
            work.execute(update(images).where(*same, images.c.md5_hash.is_(None)).values(md5_hash=md5))
            work.changed("image", job.object_id)
        jobs.finish(work, job)


def _md5_of(library: Library, key: str) -> str:
    with library.store.path(key).open("rb") as file:
        return hashlib.file_digest(file, lambda: hashlib.md5(usedforsecurity=False)).hexdigest()
