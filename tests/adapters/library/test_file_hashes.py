"""The MD5 that images are known by, on both databases."""

import hashlib

import pytest
from sqlalchemy import update
from tests.libraries import Place, add_person, add_upload, png

from polybooru.db.tables import images
from polybooru.library import blobs, jobs
from polybooru.library.images import find_image
from polybooru.library.library import Library
from polybooru.worker.loop import Worker


def md5(content: bytes) -> str:
    return hashlib.md5(content).hexdigest()


def work_off(place: Place, library: Library) -> None:
    Worker(library, at_once=2, lock=place.folder / "worker.lock").run(until_idle=True)


def noted(library: Library, image_id: int) -> str | None:
    with library.reading() as reading:
        return find_image(reading, image_id).md5_hash


def forget(library: Library, image_id: int) -> None:
    with library.work() as work:
        work.execute(update(images).where(images.c.id == image_id).values(md5_hash=None))
        jobs.enqueue(work, jobs.NOTE_MD5, image_id)


@pytest.fixture
def image_id(library: Library) -> int:
    return add_upload(library, add_person(library, "ursula"), content=png())


def test_it_is_noted_at_the_upload_and_of_the_shown_file_after_it(place: Place, library: Library) -> None:
    ursula = add_person(library, "ursula")
    content = png(colour=7) + b"trailing bytes"
    image_id = add_upload(library, ursula, content=content)
    assert noted(library, image_id) == md5(content)
    work_off(place, library)
    with library.reading() as reading:
        image = find_image(reading, image_id)
    shown = library.store.path(blobs.current_key(image.blob, image.sha512_hash, image.format)).read_bytes()
    assert shown == png(colour=7)
    assert image.md5_hash == md5(shown)


def test_an_image_older_than_it_gets_it_from_the_worker(
    place: Place, library: Library, image_id: int
) -> None:
    work_off(place, library)
    forget(library, image_id)
    before = library.replica.applied
    work_off(place, library)
    assert noted(library, image_id) == md5(png())
    assert library.replica.applied > before
    with library.reading() as reading:
        assert jobs.count_waiting(reading, jobs.NOTE_MD5) == 0


def test_the_job_of_an_image_without_files_ends(place: Place, library: Library, image_id: int) -> None:
    work_off(place, library)
    forget(library, image_id)
    with library.work() as work:
        work.execute(update(images).where(images.c.id == image_id).values(is_destroyed=True))
        jobs.enqueue(work, jobs.NOTE_MD5, image_id + 1)
    work_off(place, library)
    assert noted(library, image_id) is None
    with library.reading() as reading:
        assert jobs.count_waiting(reading, jobs.NOTE_MD5) == 0
        assert jobs.parked_jobs(reading, jobs.NOTE_MD5) == []


def test_a_file_that_is_not_there_is_told_to_the_operator(
    place: Place, library: Library, image_id: int
) -> None:
    work_off(place, library)
    forget(library, image_id)
    with library.reading() as reading:
        library.store.delete(blobs.original_key(find_image(reading, image_id).blob, "png"))
    work_off(place, library)
    with library.reading() as reading:
        [parked] = jobs.parked_jobs(reading, jobs.NOTE_MD5)
    assert parked.object_id == image_id
    assert "No such file" in parked.reason
