"""Each complaint of doctor, made, found and mended, on both databases."""

import os
from pathlib import Path

import pytest
from sqlalchemy import delete, func, select, update
from tests.libraries import SAFE, Place, add_person, add_upload, png, wrong_counters

from polybooru.db.full_text import IMAGE_WORDS, TAG_WORDS, remove_words
from polybooru.db.tables import forums, galleries, images, moderation_log, tags, topics
from polybooru.db.tables import jobs as jobs_table
from polybooru.library import blobs, jobs
from polybooru.library.actors import Actor
from polybooru.library.comments import post_comment
from polybooru.library.doctor import Complaint, Finding, examine
from polybooru.library.forums import FORUMS
from polybooru.library.galleries import GalleryText, add_images, create_gallery
from polybooru.library.images import find_image
from polybooru.library.interactions import fave, hide
from polybooru.library.library import Library
from polybooru.library.posts import reply
from polybooru.library.topics import TopicText, create_topic
from polybooru.search.index import Entry
from polybooru.worker.loop import Worker

SVG = (
    b'<svg xmlns="http://www.w3.org/2000/svg" width="60" height="60">'
    b'<rect width="60" height="60" fill="red"/></svg>'
)


@pytest.fixture
def alice(library: Library) -> Actor:
    return add_person(library, "alice")


@pytest.fixture
def image_id(place: Place, library: Library, alice: Actor) -> int:
    image_id = add_upload(library, alice, content=png(300, 200))
    work_off(place, library)
    return image_id


def work_off(place: Place, library: Library) -> None:
    Worker(library, at_once=1, lock=place.folder / "worker.lock").run(until_idle=True)


def findings(library: Library, *, repair: bool = False) -> list[Finding]:
    return list(examine(library, repair=repair, progress=lambda _done, _all: None))


def complaints(library: Library, *, repair: bool = False) -> list[tuple[Complaint, str]]:
    return [(finding.complaint, finding.subject) for finding in findings(library, repair=repair)]


def file_of(library: Library, image_id: int, name: str) -> Path:
    with library.reading() as reading:
        return library.store.path(blobs.representation_key(find_image(reading, image_id).blob, name))


def test_a_healthy_library_has_nothing_to_say(
    place: Place, library: Library, alice: Actor, image_id: int
) -> None:
    add_upload(library, alice, content=SVG)
    add_upload(library, alice, content=png(8, 8), tags=[*SAFE, "new"])
    assert findings(library) == []
    work_off(place, library)
    assert findings(library) == []
    seen: list[tuple[int, int]] = []
    list(examine(library, repair=True, progress=lambda done, total: seen.append((done, total))))
    assert seen == [(1, 3), (2, 3), (3, 3)]


def test_a_missing_original_is_told_and_the_row_stays(library: Library, image_id: int) -> None:
    file_of(library, image_id, "original.png").unlink()
    for _ in range(2):
        [finding] = findings(library, repair=True)
        assert (finding.complaint, finding.subject) == (Complaint.ORIGINAL_MISSING, str(image_id))
        assert not finding.is_repaired


@pytest.mark.parametrize("name", ["thumb_tiny.png"])
def test_a_missing_representation_is_made_again(
    place: Place, library: Library, image_id: int, name: str
) -> None:
    path = file_of(library, image_id, name)
    content = path.read_bytes()
    path.unlink()
    [finding] = findings(library)
    assert (finding.complaint, finding.is_repaired) == (Complaint.FILE_MISSING, False)
    assert finding.detail.endswith(name)
    assert complaints(library, repair=True) == [(Complaint.FILE_MISSING, str(image_id))]
    work_off(place, library)
    assert path.read_bytes() == content
    assert findings(library) == []


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("name", ["full.png", "full.svg", "rendered.png"])
def test_a_missing_file_of_a_drawing_is_made_again(
    place: Place, library: Library, alice: Actor, name: str
) -> None:
    image_id = add_upload(library, alice, content=SVG)
    work_off(place, library)
    file_of(library, image_id, name).unlink()
    assert complaints(library, repair=True) == [(Complaint.FILE_MISSING, str(image_id))]
    work_off(place, library)
    assert file_of(library, image_id, name).exists()


def test_forgotten_work_is_planned_again(place: Place, library: Library, alice: Actor) -> None:
    image_id = add_upload(library, alice)
    with library.work() as work:
        work.execute(delete(jobs_table))
    assert complaints(library) == [(Complaint.WORK_FORGOTTEN, str(image_id))]
    assert complaints(library, repair=True) == [(Complaint.WORK_FORGOTTEN, str(image_id))]
    assert findings(library) == []
    work_off(place, library)
    with library.reading() as reading:
        assert find_image(reading, image_id).is_processed


def test_parked_work_is_told_with_its_reason_and_tried_again(
    place: Place, library: Library, alice: Actor
) -> None:
    image_id = add_upload(library, alice, content=png(9, 9))
    with library.work() as work:
        [job] = jobs.take(work, jobs.REPRESENT, limit=1, lease_seconds=60)
        jobs.give_back(work, job, "the decoder stopped", max_attempts=1)
    [finding] = findings(library, repair=True)
    assert (finding.complaint, finding.subject) == (Complaint.PARKED, str(image_id))
    assert finding.detail == "the decoder stopped"
    work_off(place, library)
    assert findings(library) == []


def test_files_of_no_image_are_removed_a_day_later(place: Place, library: Library, image_id: int) -> None:
    orphan = blobs.original_key("f" * 128, "png")
    stray = "notes/readme.txt"
    for key in (orphan, stray):
        path = library.scratch / "orphan"
        path.write_bytes(b"x")
        library.store.put({key: path})
    now = place.clock().timestamp()
    for key in (orphan, stray):
        os.utime(library.store.path(key), (now, now - 86_000))
    assert findings(library, repair=True) == []
    for key in (orphan, stray):
        os.utime(library.store.path(key), (now, now - 86_500))
    assert sorted(complaints(library)) == [(Complaint.ORPHAN, orphan), (Complaint.ORPHAN, stray)]
    complaints(library, repair=True)
    assert findings(library) == []
    assert file_of(library, image_id, "original.png").exists()


def test_a_foreign_file_among_the_blobs_is_left_alone(library: Library, image_id: int) -> None:
    foreign = library.store.root / "README.TXT"
    foreign.write_bytes(b"x")
    os.utime(foreign, (0, 0))
    assert findings(library, repair=True) == []
    assert foreign.exists()


def test_wrong_counters_are_recounted(library: Library, alice: Actor, image_id: int) -> None:
    with library.work() as work:
        fave(work, alice, image_id)
    with library.work() as work:
        work.execute(update(images).values(upvotes=7, downvotes=3, faves=9))
        work.execute(update(tags).where(tags.c.name == "cat").values(image_count=44))
    found = findings(library, repair=True)
    assert {f.complaint for f in found if f.complaint is not Complaint.INDEX_WRONG} == {
        Complaint.COUNTER_WRONG
    }
    counted = [f for f in found if f.complaint is Complaint.COUNTER_WRONG]
    assert [f.detail for f in counted] == [
        "upvotes says 7, there are 1",
        "downvotes says 3, there are 0",
        "faves says 9, there are 1",
        "images says 44, there are 1",
    ]
    assert all(f.subject.startswith(("image ", "tag ")) for f in counted)
    assert wrong_counters(library) == []
    assert findings(library) == []


def test_counters_of_all_that_people_write_are_recounted(
    library: Library, alice: Actor, image_id: int
) -> None:
    with library.work() as work:
        post_comment(work, alice, image_id, "text")
        hide(work, alice, image_id)
        gallery_id = create_gallery(work, alice, GalleryText(title="mine"))
        add_images(work, alice, gallery_id, [image_id])
        reply(work, alice, create_topic(work, alice, "dis", TopicText(title="title", body="x")), "y")
    assert findings(library) == []
    with library.work() as work:
        for column in (
            images.c.comment_count,
            images.c.hides,
            galleries.c.image_count,
            topics.c.post_count,
            forums.c.topic_count,
            forums.c.post_count,
        ):
            work.execute(update(column.table).values({column: 7}))
    told = [f.detail for f in findings(library, repair=True) if f.complaint is Complaint.COUNTER_WRONG]
    assert told[:4] == [
        "hides says 7, there are 1",
        "comments says 7, there are 1",
        "images says 7, there are 1",
        "posts says 7, there are 2",
    ]
    assert len(told) == 4 + 2 * len(FORUMS)
    assert wrong_counters(library) == []
    assert findings(library) == []


def test_texts_without_words_are_read_wherever_they_are(library: Library, image_id: int) -> None:
    with library.work() as work:
        work.execute(delete(IMAGE_WORDS.clause))
        newest = work.execute(select(func.max(tags.c.id))).scalar_one()
        remove_words(work.connection, TAG_WORDS, newest)
    found = [(f.complaint, f.subject, f.detail, f.is_repaired) for f in findings(library, repair=True)]
    assert found == [
        (Complaint.WORDS_MISSING, "images", "1 of them", True),
        (Complaint.WORDS_MISSING, "tags", "1 of them", True),
    ]
    assert findings(library) == []


def test_a_finding_can_be_acted_upon_while_the_examination_goes_on(library: Library, image_id: int) -> None:
    with library.work() as work:
        work.execute(update(images).values(upvotes=7))
    for finding in examine(library, repair=True, progress=lambda _done, _all: None):
        if finding.complaint is Complaint.COUNTER_WRONG:
            with library.work() as work:
                work.changed("image", image_id)


def test_an_index_that_disagrees_is_replaced(library: Library, image_id: int) -> None:
    library.replica.index.discard(image_id)
    assert complaints(library) == [(Complaint.INDEX_WRONG, str(image_id))]
    assert complaints(library, repair=True) == [(Complaint.INDEX_WRONG, str(image_id))]
    assert findings(library) == []


def test_a_repair_of_the_index_reaches_every_process(library: Library, place: Place, image_id: int) -> None:
    with place.library() as server:
        server.replica.index.discard(image_id)
        assert complaints(library) == []
        library.replica.index.set_number("width", image_id, 3)
        assert complaints(library, repair=True) == [(Complaint.INDEX_WRONG, str(image_id))]
        assert findings(library) == []
        server.replica.catch_up()
        assert server.replica.differences() == []


def test_an_index_that_takes_no_correction_is_built_anew(library: Library, image_id: int) -> None:
    library.replica.index.put(4711, Entry())
    assert (Complaint.INDEX_WRONG, "4711") in complaints(library, repair=True)
    assert findings(library) == []


def test_a_damaged_file_of_the_index_is_replaced(place: Place, library: Library, image_id: int) -> None:
    assert image_id in library.replica.index.ids
    library.replica.save()
    (place.folder / "image-index").write_bytes(b"")
    library.replica.load()
    assert complaints(library) == [(Complaint.INDEX_FILE_DAMAGED, "index")]
    assert complaints(library, repair=True) == [(Complaint.INDEX_FILE_DAMAGED, "index")]
    library.replica.load()
    assert findings(library) == []


def test_without_an_index_there_is_none_to_disagree(place: Place) -> None:
    with place.library(is_loaded=False) as library:
        assert findings(library, repair=True) == []


def test_a_moderation_log_that_was_tampered_with_is_found_and_never_mended(library: Library) -> None:
    for image_id in (1, 2):
        with library.work() as work:
            work.logged(None, "image.hide", "image", image_id, reason="blurry")
    assert complaints(library) == []
    with library.work() as work:
        work.execute(update(moderation_log).where(moderation_log.c.object_id == 1).values(object_id=3))
        first = work.execute(select(func.min(moderation_log.c.id))).scalar_one()
    for repair in (True, False):
        assert complaints(library, repair=repair) == [(Complaint.LOG_TAMPERED, f"entry {first}")]
