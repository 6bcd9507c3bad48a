"""Destroying: the files go, the stub stays, and nothing that somebody else needs goes with them."""

from collections.abc import Mapping
from pathlib import Path

import pytest
from tests.libraries import Place, add_person, add_upload, png, wrong_counters

from polybooru.library import jobs
from polybooru.library.actors import Actor, Role
from polybooru.library.destruction import destroy_image, is_being_destroyed, remove_files
from polybooru.library.doctor import examine
from polybooru.library.errors import ImageNotFound, InvalidValue, NotAllowed, UploadRefused
from polybooru.library.image_edits import clear_hash, repair_image
from polybooru.library.images import Image, find_image, hide_image, unhide_image
from polybooru.library.library import Library
from polybooru.library.merges import merge_image, unmerge_image
from polybooru.library.representations import represent
from polybooru.store import FolderStore
from polybooru.worker.loop import Worker


@pytest.fixture
def alice(library: Library) -> Actor:
    return add_person(library, "alice")


@pytest.fixture
def staff(library: Library) -> Actor:
    return add_person(library, "mod", Role.MODERATOR)


@pytest.fixture
def hidden(place: Place, library: Library, alice: Actor, staff: Actor) -> int:
    """A processed image that staff have hidden."""
    image_id = add_upload(library, alice, content=png(300, 200))
    work_off(place, library)
    with library.work() as work:
        hide_image(work, staff, image_id, reason="private")
    return image_id


def work_off(place: Place, library: Library) -> None:
    Worker(library, at_once=1, lock=place.folder / "worker.lock").run(until_idle=True)


def image(library: Library, image_id: int) -> Image:
    with library.reading() as reading:
        return find_image(reading, image_id)


def complaints(library: Library) -> list[str]:
    found = examine(library, repair=False, progress=lambda _done, _all: None)
    return [finding.complaint.name for finding in found]


def test_the_files_go_and_the_stub_stays(
    place: Place, library: Library, alice: Actor, staff: Actor, hidden: int
) -> None:
    assert len(list(library.store.keys())) > 1
    destroy_image(library, staff, hidden)
    assert list(library.store.keys()) == []
    assert (image(library, hidden).deletion_reason, complaints(library)) == ("private", [])
    for verb in (unhide_image, repair_image):
        with pytest.raises(InvalidValue, match="no files"), library.work() as work:
            verb(work, staff, hidden)
    with pytest.raises(UploadRefused):  # what was destroyed does not come in again
        add_upload(library, alice, content=png(300, 200))
    with library.work() as work:
        clear_hash(work, staff, hidden)
    again = add_upload(library, alice, content=png(300, 200))
    work_off(place, library)
    assert image(library, again).is_processed
    assert (complaints(library), wrong_counters(library)) == ([], [])
    with pytest.raises(InvalidValue, match="already"):
        destroy_image(library, staff, hidden)
    assert complaints(library) == []


def test_only_staff_destroy_and_only_what_is_hidden(library: Library, alice: Actor, staff: Actor) -> None:
    shown = add_upload(library, alice)
    with pytest.raises(NotAllowed):
        destroy_image(library, alice, shown)
    with pytest.raises(InvalidValue, match="hidden first"):
        destroy_image(library, staff, shown)
    for image_id in (0, 99, 2**70):
        with pytest.raises(ImageNotFound):
            destroy_image(library, staff, image_id)
    assert len(list(library.store.keys())) == 1


def test_files_that_another_image_shares_stay(
    place: Place, library: Library, alice: Actor, staff: Actor, hidden: int
) -> None:
    with library.work() as work:
        clear_hash(work, staff, hidden)
    twin = add_upload(library, alice, content=png(300, 200))
    work_off(place, library)
    kept = set(library.store.keys())
    destroy_image(library, staff, hidden)
    assert set(library.store.keys()) == kept
    assert complaints(library) == []
    with library.work() as work:
        hide_image(work, staff, twin, reason="private too")
    destroy_image(library, staff, twin)
    assert list(library.store.keys()) == []


def test_until_the_files_are_gone_the_same_file_does_not_come_in(
    library: Library, alice: Actor, staff: Actor, hidden: int
) -> None:
    with library.work() as work:
        clear_hash(work, staff, hidden)
    destroy_image(library, staff, hidden)
    with library.work() as work:
        jobs.enqueue(work, jobs.DESTROY, hidden)  # as a kill would leave it
    with library.reading() as reading:
        assert is_being_destroyed(reading, hidden)
    with pytest.raises(UploadRefused):
        add_upload(library, alice, content=png(300, 200))
    with pytest.raises(InvalidValue, match="being destroyed"), library.work() as work:
        clear_hash(work, staff, hidden)
    with library.work() as work:
        [job] = jobs.take(work, jobs.DESTROY, limit=1, lease_seconds=9)
    remove_files(library, job)
    remove_files(library, job)
    assert list(library.store.keys()) == []


def test_what_is_being_made_of_it_goes_too(
    place: Place, library: Library, alice: Actor, staff: Actor
) -> None:
    image_id = add_upload(library, alice, content=png(300, 200))
    with library.work() as work:
        hide_image(work, staff, image_id, reason="private")
        [job] = jobs.take(work, jobs.REPRESENT, limit=1, lease_seconds=9)

    class DestroyedMeanwhile(FolderStore):
        def put(self, blobs: Mapping[str, Path]) -> None:
            destroy_image(library, staff, image_id)
            super().put(blobs)

    whole, library.store = library.store, DestroyedMeanwhile(library.store.root)
    represent(library, job)
    library.store = whole
    assert list(library.store.keys()) != []
    work_off(place, library)
    assert list(library.store.keys()) == []
    assert not image(library, image_id).is_processed


def test_a_merged_image_is_destroyed_and_comes_back_no_more(
    library: Library, alice: Actor, staff: Actor
) -> None:
    first, second = add_upload(library, alice), add_upload(library, alice, content=png(colour=1))
    with library.work() as work:
        merge_image(work, staff, first, second)
    destroy_image(library, staff, first)
    with pytest.raises(InvalidValue, match="no files"), library.work() as work:
        unmerge_image(work, staff, first)
    assert image(library, first).duplicate_id == second
    assert len(list(library.store.keys())) == 1
    assert (complaints(library), wrong_counters(library)) == ([], [])
