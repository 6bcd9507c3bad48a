"""Destroying an image: its files go for good, its row stays as a stub.

The row says so first, and with it that the files are still to go; then they go. So a kill in between leaves
work that the worker finds, never a row whose files are missing. Until they are gone nobody can bring the same
file in again: an upload could count on a file that is about to go.
"""

from sqlalchemy import select, update

from polybooru.db.tables import images
from polybooru.db.tables import jobs as job_rows
from polybooru.library import blobs, jobs
from polybooru.library.actors import Actor, require_staff
from polybooru.library.errors import InvalidValue
from polybooru.library.failpoints import failpoint
from polybooru.library.image_visibility import ImageState, lock_image
from polybooru.library.images import whole_seconds
from polybooru.library.library import Library
from polybooru.library.verbs import Acts, verb
from polybooru.library.work import Reading, Work


@verb(Acts.IMAGE)
def destroy_image(library: Library, actor: Actor, image_id: int) -> None:
    """Remove the files of a hidden or merged image for good.

    Files that another image shares stay. Raises NotAllowed, ImageNotFound, InvalidValue for one that is not
    hidden, or destroyed already.
    """
    with library.work() as work:
        user_id = require_staff(actor)
        _mark(work, lock_image(work, actor, image_id))
        work.logged(user_id, "image.destroy", "image", image_id)
    failpoint("destroy.after_row")
    with library.work() as work:
        seconds = library.policy.job_lease_seconds
        taken = jobs.take(work, jobs.DESTROY, limit=1, lease_seconds=seconds, object_id=image_id)
    for job in taken:
        remove_files(library, job)


def remove_files(library: Library, job: jobs.Job) -> None:
    """What a job to destroy an image asks for; doing it twice does no harm."""
    with library.reading() as reading:
        blob = reading.execute(select(images.c.blob).where(images.c.id == job.object_id)).scalar_one()
        is_shared = _is_in_use(reading, blob)
    if not is_shared:
        library.store.delete_below(blobs.folder(blob))
    failpoint("destroy.after_files")
    with library.work() as work:
        jobs.finish(work, job)
        work.changed("image", job.object_id)


def is_being_destroyed(reading: Reading, image_id: int) -> bool:
    """Whether its files are still to go."""
    own = (job_rows.c.kind == jobs.DESTROY, job_rows.c.object_id == image_id)
    return reading.execute(select(job_rows.c.id).where(*own)).first() is not None


def _mark(work: Work, image: ImageState) -> None:
    if not image.hidden_from_users:
        raise InvalidValue("image", "has to be hidden first")
    if image.is_destroyed:
        raise InvalidValue("image", "is destroyed already")
    one = images.c.id == image.id
    blob = work.execute(select(images.c.blob).where(one)).scalar_one()
    values = {"is_destroyed": True, "updated_at": whole_seconds(work.now)}
    owner = select(images.c.id).where(images.c.orig_sha512_hash == blob)
    if work.execute(owner).first() is None:  # the hash was cleared: taken again, it keeps the file out
        values["orig_sha512_hash"] = blob
    work.execute(update(images).where(one).values(**values))
    jobs.forget(work, jobs.REPRESENT, image.id)
    jobs.enqueue(work, jobs.DESTROY, image.id)
    work.changed("image", image.id)


def _is_in_use(reading: Reading, blob: str) -> bool:
    sharing = select(images.c.id).where(images.c.blob == blob, images.c.is_destroyed.is_(False))
    return reading.execute(sharing.limit(1)).first() is not None
