"""Small files that somebody asks for, on both databases."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import pyvips
from sqlalchemy import select, update
from tests.libraries import Clock, Place, add_person, add_upload, png

from polybooru.db.tables import images
from polybooru.db.tables import jobs as job_rows
from polybooru.library import blobs, jobs
from polybooru.library.actors import ANONYMOUS, Actor
from polybooru.library.errors import ImageNotFound, InvalidValue, LoginRequired
from polybooru.library.images import find_image
from polybooru.library.library import Library
from polybooru.library.previews import (
    JOB_KINDS,
    Failed,
    Gone,
    Made,
    Running,
    ask_for_preview,
    find_preview,
    forget_failures,
    made_previews,
    make_preview,
)
from polybooru.worker.loop import Worker

KINDS = tuple(JOB_KINDS)


@pytest.fixture
def alice(library: Library) -> Actor:
    return add_person(library, "alice")


@pytest.fixture
def image_id(library: Library, alice: Actor) -> int:
    return add_upload(library, alice, content=png(600, 300))


def work_off(place: Place, library: Library) -> None:
    Worker(library, at_once=2, lock=place.folder / "worker.lock").run(until_idle=True)


def original(library: Library, image_id: int) -> Path:
    with library.reading() as reading:
        image = find_image(reading, image_id)
    return library.store.path(blobs.original_key(image.blob, image.format))


def waiting(library: Library, kind: str) -> int:
    with library.reading() as reading:
        return jobs.count_waiting(reading, JOB_KINDS[kind])


@pytest.mark.parametrize("kind", KINDS)
def test_it_is_made_once_by_the_worker_and_then_there(
    place: Place, library: Library, alice: Actor, image_id: int, kind: str
) -> None:
    assert find_preview(library, image_id, kind) is None
    started = ask_for_preview(library, alice, image_id, kind)
    assert started == Running(started_at=library.clock())
    place.clock.go_on(2)
    assert ask_for_preview(library, alice, image_id, kind) == started
    assert find_preview(library, image_id, kind) == started
    assert waiting(library, kind) == 1
    work_off(place, library)
    made = find_preview(library, image_id, kind)
    assert isinstance(made, Made)
    assert ask_for_preview(library, alice, image_id, kind) == made
    with library.reading() as reading:
        assert made_previews(library, find_image(reading, image_id).blob) == [kind]
    picture = pyvips.Image.new_from_file(str(library.store.path(made.key)))
    assert (picture.width, picture.height) == (250, 125)
    loader = {"jpg": "jpeg"}.get(kind, kind)
    assert picture.get("vips-loader").startswith(loader)


def test_what_fails_is_remembered_for_five_minutes_and_begins_afresh(
    place: Place, library: Library, alice: Actor, image_id: int, clock: Clock
) -> None:
    work_off(place, library)
    whole = original(library, image_id).read_bytes()
    original(library, image_id).write_bytes(whole[:70])
    ask_for_preview(library, alice, image_id, "png")
    work_off(place, library)
    failed = find_preview(library, image_id, "png")
    assert isinstance(failed, Failed)
    assert (failed.is_late, (failed.expires_at - clock.now).total_seconds()) == (False, 300)
    assert ask_for_preview(library, alice, image_id, "png") == failed
    original(library, image_id).write_bytes(whole)
    clock.go_on(299)
    assert find_preview(library, image_id, "png") == failed
    with library.work() as work:
        assert forget_failures(work) == 0
    clock.go_on(1)
    assert find_preview(library, image_id, "png") is None
    assert ask_for_preview(library, alice, image_id, "png") == Running(started_at=clock.now)
    work_off(place, library)
    assert isinstance(find_preview(library, image_id, "png"), Made)


def test_what_nobody_got_to_in_two_minutes_is_late(
    place: Place, library: Library, alice: Actor, image_id: int, clock: Clock
) -> None:
    started = ask_for_preview(library, alice, image_id, "gif")
    clock.go_on(119)
    assert find_preview(library, image_id, "gif") == started
    clock.go_on(1)
    late = find_preview(library, image_id, "gif")
    assert isinstance(late, Failed)
    assert (late.is_late, (late.expires_at - clock.now).total_seconds()) == (True, 300)
    clock.go_on(10)
    work_off(place, library)  # it does not begin what nobody waits for
    late = find_preview(library, image_id, "gif")
    assert isinstance(late, Failed)
    assert late.is_late
    with library.reading() as reading:
        assert made_previews(library, find_image(reading, image_id).blob) == []
    clock.go_on(300)
    with library.work() as work:
        assert forget_failures(work) == 1
    with library.reading() as reading:
        assert reading.execute(select(job_rows).where(job_rows.c.kind == JOB_KINDS["gif"])).all() == []


def test_many_who_ask_at_once_get_one_job(
    place: Place, library: Library, alice: Actor, image_id: int
) -> None:
    with ThreadPoolExecutor(6) as pool:
        states = list(pool.map(lambda _: ask_for_preview(library, alice, image_id, "webp"), range(12)))
    assert len(set(states)) == 1
    assert waiting(library, "webp") == 1


def test_what_is_not_to_be_seen_is_not_found(library: Library, alice: Actor, image_id: int) -> None:
    with pytest.raises(LoginRequired):
        ask_for_preview(library, ANONYMOUS, image_id, "png")
    with pytest.raises(ImageNotFound):
        ask_for_preview(library, alice, 4711, "png")
    for kind in ("bmp", "", "PNG"):
        with pytest.raises(InvalidValue):
            ask_for_preview(library, alice, image_id, kind)
        with pytest.raises(InvalidValue):
            find_preview(library, image_id, kind)


def test_an_image_without_its_file_is_gone(
    place: Place, library: Library, alice: Actor, image_id: int
) -> None:
    work_off(place, library)
    original(library, image_id).unlink()
    assert find_preview(library, image_id, "png") == Gone()
    assert find_preview(library, 4711, "png") == Gone()


def test_what_is_made_of_an_image_that_is_being_destroyed_goes_with_it(
    place: Place, library: Library, alice: Actor, image_id: int
) -> None:
    work_off(place, library)
    ask_for_preview(library, alice, image_id, "png")
    with library.work() as work:
        [job] = jobs.take(work, JOB_KINDS["png"], limit=1, lease_seconds=60)

    class Slow:
        """Somebody destroys the image while its preview is drawn."""

        def preview(self, *arguments: object) -> object:
            made = place.decoders.preview(*arguments)  # type: ignore[arg-type]
            with library.work() as work:
                gone = {"hidden_from_users": True, "is_destroyed": True}
                work.execute(update(images).where(images.c.id == image_id).values(**gone))
            return made

    library.decoders = Slow()  # type: ignore[assignment]
    make_preview(library, job)
    library.decoders = place.decoders
    with library.reading() as reading:
        assert jobs.is_waiting(reading, jobs.DESTROY, image_id)
    work_off(place, library)
    with library.reading() as reading:
        blob = find_image(reading, image_id).blob
    assert made_previews(library, blob) == []
