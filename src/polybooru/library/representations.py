"""Making what is derived from an original: sized files, fingerprints, the clean full file.

Called by the worker, after the upload was acknowledged. Doing it twice gives the same keys and the same row.
"""

from sqlalchemy import select, update

from polybooru import media
from polybooru.db.tables import images
from polybooru.library import blobs, jobs
from polybooru.library.blocks import hide_if_blocked
from polybooru.library.duplicate_search import report_look_alikes, take_turns
from polybooru.library.errors import ImageNotFound
from polybooru.library.failpoints import failpoint
from polybooru.library.fingerprints import aspect_ratio, signed
from polybooru.library.happenings import Happening
from polybooru.library.library import Library
from polybooru.library.scratch import scratch_folder
from polybooru.library.work import Work


def represent(library: Library, job: jobs.Job) -> None:
    """Make everything derived from the image that the job names, store it, record it and finish the job.

    Raises MediaError if the file cannot be processed, StoreError if the result cannot be kept.
    """
    with library.reading() as reading:
        row = reading.execute(
            select(images.c.blob, images.c.format).where(
                images.c.id == job.object_id, images.c.is_destroyed.is_(False)
            )
        ).one_or_none()
    if row is None:
        with library.work() as work:
            jobs.finish(work, job)
        return
    original = library.store.path(blobs.original_key(row.blob, row.format))
    with scratch_folder(library, "represent") as folder:
        made = library.decoders.process(original, folder)
        files = [*made.representations, *([made.full] if made.full is not None else [])]
        library.store.put({blobs.representation_key(row.blob, f.name): folder / f.name for f in files})
    failpoint("represent.after_blobs")
    with library.work() as work:
        take_turns(work)
        is_new = _is_new(work, job.object_id)
        if is_new:
            bright = made.intensities
            corners = (bright.nw, bright.ne, bright.sw, bright.se)
            report_look_alikes(work, job.object_id, corners, aspect_ratio(made.width, made.height))
        if not _record(work, job.object_id, made):  # destroyed meanwhile: what was put has to go again
            jobs.enqueue(work, jobs.DESTROY, job.object_id)
        elif is_new:
            hide_if_blocked(work, job.object_id, made.perceptual_hash)
        jobs.finish(work, job)
        failpoint("represent.before_commit")
    failpoint("represent.after_commit")


def process_again(work: Work, image_id: int) -> None:
    """Ask for everything derived to be made once more. Raises ImageNotFound."""
    changed = work.execute(
        update(images).where(images.c.id == image_id).values(thumbnails_generated=False, is_processed=False)
    ).rowcount
    if not changed:
        raise ImageNotFound(f"There is no image {image_id}.")
    jobs.enqueue(work, jobs.REPRESENT, image_id)
    work.changed("image", image_id)


def _is_new(work: Work, image_id: int) -> bool:
    """Whether it was never processed before: what staff decided about an old one is not asked again."""
    known = select(images.c.id).where(images.c.id == image_id, images.c.perceptual_hash.is_(None))
    return work.execute(known).first() is not None


def _record(work: Work, image_id: int, made: media.Processed) -> bool:
    """Whether there is still somebody to tell."""
    recorded = work.execute(
        update(images)
        .where(images.c.id == image_id, images.c.is_destroyed.is_(False))
        .values(
            width_px=made.width,
            height_px=made.height,
            duration_seconds=made.duration_seconds if made.is_animated else 0.0,
            is_animated=made.is_animated,
            sha512_hash=made.sha512,
            md5_hash=made.md5,
            size_bytes=made.size_bytes,
            intensity_nw=made.intensities.nw,
            intensity_ne=made.intensities.ne,
            intensity_sw=made.intensities.sw,
            intensity_se=made.intensities.se,
            perceptual_hash=signed(made.perceptual_hash),
            dominant_color=f"#{made.dominant_color:06x}",
            thumbnails_generated=True,
            is_processed=True,
        )
    ).rowcount
    work.changed("image", image_id)
    work.told(Happening.IMAGE_PROCESSED, image_id)
    work.told(Happening.IMAGE_CHANGED, image_id)
    return recorded > 0
