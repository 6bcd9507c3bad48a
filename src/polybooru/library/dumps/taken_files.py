"""Pictures of a library that was taken in from a dump: its rows are there, its files come one by one.

An image without its file has no sized ones either, and says so; what is asked here is only that. A file is
taken if it is, byte by byte, the one that the dump tells of, and of the kind that it tells.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import exists, select, update

from polybooru import media, store
from polybooru.db.tables import images
from polybooru.db.tables import jobs as job_rows
from polybooru.library import blobs, jobs
from polybooru.library.dumps.errors import DumpError
from polybooru.library.errors import StorageFull
from polybooru.library.library import Library
from polybooru.library.work import Reading


@dataclass(frozen=True, slots=True, kw_only=True)
class WantedFile:
    """An image without its file. hashes: of the file as it was uploaded, if known, and of the one shown."""

    image_id: int
    created_at: datetime
    format: str
    hashes: tuple[str, ...]


class FileRefused(DumpError):
    """This is not the image's file; the message says why."""


def wanted_files(reading: Reading, *, after: int, limit: int) -> Sequence[WantedFile]:
    """The next images without files, by id."""
    is_waiting = exists().where(job_rows.c.kind == jobs.REPRESENT, job_rows.c.object_id == images.c.id)
    page = (
        select(
            images.c.id, images.c.created_at, images.c.format, images.c.orig_sha512_hash, images.c.sha512_hash
        )
        .where(
            images.c.id > after,
            images.c.thumbnails_generated.is_(False),
            images.c.is_destroyed.is_(False),
            ~is_waiting,
        )
        .order_by(images.c.id)
        .limit(limit)
    )
    return [
        WantedFile(
            image_id=row.id,
            created_at=row.created_at,
            format=row.format,
            hashes=tuple(dict.fromkeys(filter(None, (row.orig_sha512_hash, row.sha512_hash)))),
        )
        for row in reading.execute(page)
    ]


def take_file(library: Library, wanted: WantedFile, file: Path) -> None:
    """Store the file, which lies in the scratch folder and is used up, and let it be processed.

    Raises FileRefused, StorageFull.
    """
    with file.open("rb") as opened:
        sha512 = hashlib.file_digest(opened, "sha512").hexdigest()
    if sha512 not in wanted.hashes:
        raise FileRefused("it is not the file that the dump tells of: its SHA-512 differs")
    try:
        found = library.decoders.probe(file)
    except media.MediaError as error:
        raise FileRefused(f"it cannot be decoded: {error}") from error
    if found.media_type.format != wanted.format:
        raise FileRefused(f"it is no {wanted.format}")
    try:
        library.store.put({blobs.original_key(sha512, wanted.format): file})
    except store.StoreFull as error:
        raise StorageFull("There is no room for the file.") from error
    with library.work() as work:
        work.execute(update(images).where(images.c.id == wanted.image_id).values(blob=sha512))
        jobs.enqueue(work, jobs.REPRESENT, wanted.image_id)
        work.changed("image", wanted.image_id)
