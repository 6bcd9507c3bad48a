"""How a picture comes in, on both databases."""

import shutil
import subprocess
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import func, select
from tests.libraries import NOON, SAFE, Place, add_image, add_person, add_upload, png, wrong_counters

from polybooru.db.tables import image_sources, images, jobs, tags
from polybooru.library import blobs
from polybooru.library.actors import ANONYMOUS, Actor, Role
from polybooru.library.errors import (
    Fault,
    FaultCode,
    LoginRequired,
    NotAllowed,
    StorageFull,
    UploadRefused,
)
from polybooru.library.images import find_image, hide_image
from polybooru.library.library import Library
from polybooru.library.tag_relations import alias_tag, imply_tag
from polybooru.library.uploads import Upload, spooled, upload
from polybooru.media import MediaType


@pytest.fixture
def alice(library: Library) -> Actor:
    return add_person(library, "alice")


@pytest.fixture
def staff(library: Library) -> Actor:
    return add_person(library, "mod", Role.MODERATOR)


def faults_of(library: Library, actor: Actor, *, content: bytes | None = None, **facts) -> list[Fault]:
    with pytest.raises(UploadRefused) as caught:
        add_upload(library, actor, content=content, **facts)
    return list(caught.value.faults)


def tag_names(library: Library, image_id: int) -> list[str]:
    with library.reading() as reading:
        return [tag.name for tag in find_image(reading, image_id).tags]


def rows(library: Library, table) -> int:
    with library.reading() as reading:
        return reading.execute(select(func.count()).select_from(table)).scalar_one()


def test_an_upload_is_stored_recorded_counted_found_and_planned_for(library: Library, alice: Actor) -> None:
    content = png(6, 4)
    image_id = add_upload(
        library,
        alice,
        content=content,
        file_name="Cat.PNG",
        description="A cat.",
        sources=["https://b.example/1", "http://a.example/2", "https://b.example/1"],
    )
    with library.reading() as reading:
        image = find_image(reading, image_id)
    assert (image.width_px, image.height_px, image.format, image.mime_type) == (6, 4, "png", "image/png")
    assert (image.size_bytes, image.orig_size_bytes) == (len(content), len(content))
    assert (image.uploader, image.file_name, image.description) == ("alice", "Cat.PNG", "A cat.")
    assert image.sources == ("https://b.example/1", "http://a.example/2")
    assert image.created_at == image.updated_at == image.first_seen_at == NOON
    assert not image.is_processed
    assert not image.thumbnails_generated
    assert image.intensities is None
    assert library.store.path(blobs.original_key(image.blob, "png")).read_bytes() == content
    assert image_id in library.replica.index.ids
    assert rows(library, jobs) == 1
    assert wrong_counters(library) == []
    assert list(library.scratch.iterdir()) == []


def test_names_are_cleaned_aliases_replaced_and_implications_followed_one_level(
    library: Library, alice: Actor, staff: Actor
) -> None:
    with library.work() as work:
        alias_tag(work, staff, "kitty", "cat")
        imply_tag(work, staff, "cat", "animal")
        imply_tag(work, staff, "animal", "living thing")
    image_id = add_upload(library, alice, tags=["SAFE,  Kitty", "cat", "Old__Forest", ""])
    assert tag_names(library, image_id) == ["safe", "animal", "cat", "old forest"]
    assert wrong_counters(library) == []


def test_a_character_of_ones_own_brings_the_tag_oc_if_there_is_one(library: Library, alice: Actor) -> None:
    before = add_upload(library, alice, tags=["safe", "oc:Some_Body", "forest"])
    assert tag_names(library, before) == ["safe", "oc:some_body", "forest"]
    add_image(library, ["oc"])
    after = add_upload(library, alice, content=png(5, 5), tags=["safe", "oc:some_body"])
    assert tag_names(library, after) == ["safe", "oc:some_body", "oc"]


def test_tags_that_are_implied_count_towards_the_least_number(
    library: Library, alice: Actor, staff: Actor
) -> None:
    with library.work() as work:
        imply_tag(work, staff, "cat", "animal")
    assert add_upload(library, alice, tags=["safe", "cat"])


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("names", "expected"),
    [
        (("alpha", "beta"), [(FaultCode.TOO_FEW_TAGS, 3), (FaultCode.NO_RATING, None)]),
        (("a", "b", "c"), [(FaultCode.NO_RATING, None)]),
        (("safe", "suggestive", "c"), [(FaultCode.SAFE_AND_OTHER_RATING, None)]),
        (("safe", "grotesque", "c"), [(FaultCode.SAFE_AND_OTHER_RATING, None)]),
        (("suggestive", "explicit", "c"), [(FaultCode.SEVERAL_SEXUAL_RATINGS, None)]),
        (("grimdark", "semi-grimdark", "c"), [(FaultCode.SEVERAL_GRIM_RATINGS, None)]),
        (
            ("safe", "questionable", "explicit", "grimdark", "semi-grimdark"),
            [
                (FaultCode.SAFE_AND_OTHER_RATING, None),
                (FaultCode.SEVERAL_SEXUAL_RATINGS, None),
                (FaultCode.SEVERAL_GRIM_RATINGS, None),
            ],
        ),
        (
            ("safe", "TagMe", "solo_oc"),
            [(FaultCode.FORBIDDEN_TAG, "tagme"), (FaultCode.FORBIDDEN_TAG, "solo oc")],
        ),
        (("safe", *(f"t{n}" for n in range(2000))), [(FaultCode.TOO_MANY_TAGS, 2000)]),
    ],
)
def test_tag_rules_are_reported_together_and_nothing_is_kept(
    library: Library, alice: Actor, names, expected
) -> None:
    found = faults_of(library, alice, tags=names)
    assert sorted((f.code.value, f.value) for f in found) == sorted((c.value, v) for c, v in expected)
    assert (rows(library, images), rows(library, jobs)) == (0, 0)
    assert list(library.store.keys()) == []
    assert list(library.scratch.iterdir()) == []
    with library.reading() as reading:
        assert reading.execute(select(tags.c.id).where(tags.c.category.is_(None))).first() is None


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    "names",
    [("grotesque", "explicit", "c"), ("suggestive", "grimdark", "c"), ("grimdark", "grotesque", "explicit")],
)
def test_ratings_that_go_together_are_taken(library: Library, alice: Actor, names) -> None:
    assert add_upload(library, alice, tags=names)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"", (FaultCode.EMPTY_FILE, None)),
        (b"not a picture at all", (FaultCode.UNSUPPORTED_TYPE, "text/plain")),
        (b"\x00\x01\x02\x03" * 9, (FaultCode.UNSUPPORTED_TYPE, "application/octet-stream")),
        (png()[:40], (FaultCode.CORRUPT_FILE, None)),
        (png(40_000, 1), (FaultCode.DIMENSIONS_TOO_LARGE, None)),
    ],
)
def test_a_file_that_cannot_be_taken_is_told_and_leaves_nothing(
    library: Library, alice: Actor, content, expected
) -> None:
    [fault] = faults_of(library, alice, content=content)
    if expected[0] is FaultCode.UNSUPPORTED_TYPE:
        assert fault.code is expected[0]
        assert fault.value
    else:
        assert (fault.code, fault.value) == expected
    assert rows(library, images) == 0
    assert list(library.store.keys()) == []
    assert list(library.scratch.iterdir()) == []


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_every_broken_rule_of_texts_file_and_tags_is_named_at_once(library: Library, alice: Actor) -> None:
    found = faults_of(
        library,
        alice,
        content=b"",
        tags=["one"],
        description="é" * 25_001,
        file_name="x" * 256,
        sources=["ftp://x.example/", "https://" + "y" * 255, *(f"https://x.example/{n}" for n in range(15))],
    )
    assert {(f.code, f.value) for f in found} == {
        (FaultCode.DESCRIPTION_TOO_LONG, 50_000),
        (FaultCode.BAD_SOURCE, "ftp://x.example/"),
        (FaultCode.SOURCE_TOO_LONG, 255),
        (FaultCode.TOO_MANY_SOURCES, 15),
        (FaultCode.FILE_NAME_TOO_LONG, 255),
        (FaultCode.EMPTY_FILE, None),
        (FaultCode.TOO_FEW_TAGS, 3),
        (FaultCode.NO_RATING, None),
    }


def test_texts_at_their_limits_are_taken(library: Library, alice: Actor) -> None:
    long = "https://" + "y" * 247
    image_id = add_upload(
        library,
        alice,
        description="é" * 25_000,
        file_name="x" * 255,
        sources=[long, *(f"https://x.example/{n}" for n in range(14)), long],
    )
    assert rows(library, image_sources) == 15
    with library.reading() as reading:
        assert len(find_image(reading, image_id).description) == 25_000


def test_characters_that_a_database_cannot_hold_do_not_reach_it(library: Library, alice: Actor) -> None:
    image_id = add_upload(
        library, alice, description="a\0b", file_name="c\0d.png", tags=["safe", "e\0f", "g"]
    )
    with library.reading() as reading:
        image = find_image(reading, image_id)
    assert (image.description, image.file_name) == ("ab", "cd.png")
    assert tag_names(library, image_id) == ["safe", "ef", "g"]
    assert [
        f.code for f in faults_of(library, alice, content=png(7, 7), sources=["https://x.example/\0"])
    ] == [FaultCode.BAD_SOURCE]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_kind_that_the_edge_does_not_take_is_named_by_its_content(library: Library, alice: Actor) -> None:
    found = faults_of(library, alice, file_name="x.jpg", accepted_types={MediaType.JPEG})
    assert found == [Fault(FaultCode.UNSUPPORTED_TYPE, "image/png")]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_without_a_file_that_is_said(library: Library, alice: Actor) -> None:
    with pytest.raises(UploadRefused) as caught:
        upload(library, alice, Upload(file=None, tags=SAFE))
    assert caught.value.faults == (Fault(FaultCode.NO_FILE),)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_file_over_the_limit_is_not_opened(place: Place) -> None:
    place.policy = type(place.policy)(max_file_bytes=20)
    with place.library() as library:
        alice = add_person(library, "alice")
        assert faults_of(library, alice) == [Fault(FaultCode.FILE_TOO_LARGE, 20)]


def test_a_known_file_is_named_by_its_image_also_when_that_is_hidden(
    library: Library, alice: Actor, staff: Actor
) -> None:
    first = add_upload(library, alice)
    assert faults_of(library, alice, tags=["safe", "other", "names"]) == [
        Fault(FaultCode.DUPLICATE_FILE, first)
    ]
    with library.work() as work:
        hide_image(work, staff, first, reason="test")
    assert faults_of(library, staff) == [Fault(FaultCode.DUPLICATE_FILE, first)]
    assert rows(library, images) == 1
    assert list(library.scratch.iterdir()) == []


def test_an_anonymous_upload_shows_nobody(library: Library, alice: Actor) -> None:
    image_id = add_upload(library, alice, is_anonymous=True)
    with library.reading() as reading:
        image = find_image(reading, image_id)
    assert (image.uploader, image.uploader_id, image.is_anonymous) == (None, None, True)
    with library.reading() as reading:
        row = reading.execute(select(images.c.uploader_id)).scalar_one()
    assert row == alice.user_id


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_who_may_not_upload_is_refused_first(library: Library, alice: Actor) -> None:
    with pytest.raises(LoginRequired):
        add_upload(library, ANONYMOUS, content=b"")
    with pytest.raises(NotAllowed):
        add_upload(library, Actor(user_id=alice.user_id, role=Role.USER, scopes=frozenset({"read"})))


def test_parallel_uploads_of_one_file_give_one_image_and_clear_errors(library: Library, alice: Actor) -> None:
    at_once = 6
    start = threading.Barrier(at_once)

    def add(_: int) -> int | UploadRefused:
        with spooled(library, png(9, 9)) as path:
            start.wait()
            try:
                return upload(library, alice, Upload(file=path, tags=SAFE))
            except UploadRefused as error:
                return error

    with ThreadPoolExecutor(at_once) as pool:
        ends = list(pool.map(add, range(at_once)))
    [image_id] = [end for end in ends if isinstance(end, int)]
    refused = [end.faults for end in ends if isinstance(end, UploadRefused)]
    assert refused == [(Fault(FaultCode.DUPLICATE_FILE, image_id),)] * (at_once - 1)
    assert (rows(library, images), rows(library, jobs)) == (1, 1)
    assert wrong_counters(library) == []
    assert library.store.exists(blobs.original_key(find(library, image_id).blob, "png"))
    assert list(library.scratch.iterdir()) == []


def find(library: Library, image_id: int):
    with library.reading() as reading:
        return find_image(reading, image_id)


def test_parallel_uploads_with_the_same_tags_wait_for_each_other_and_count_right(
    library: Library, alice: Actor
) -> None:
    names = ["safe", *(f"tag {n}" for n in range(12))]

    def add(number: int) -> int:
        chosen = names if number % 2 else [*reversed(names), f"new {number // 4}"]
        return add_upload(library, alice, content=png(3, 3, colour=number), tags=chosen)

    with ThreadPoolExecutor(4) as pool:
        ids = list(pool.map(add, range(24)))
    assert len(set(ids)) == 24
    assert wrong_counters(library) == []
    assert library.replica.differences() == []


def test_a_full_disk_is_told_before_the_database_is_touched(place: Place) -> None:
    with place.library() as library:
        alice = add_person(library, "alice")
        before = library.replica.applied
    with place.library(free_floor_bytes=2**60) as library:
        with pytest.raises(StorageFull):
            add_upload(library, alice)
        path = library.scratch / "given"
        path.write_bytes(png())
        with pytest.raises(StorageFull):  # also when it fills up while the file is judged
            upload(library, alice, Upload(file=path, tags=["safe", "never", "made"]))
        path.unlink()
        assert library.replica.applied == before
        assert (rows(library, images), list(library.store.keys())) == (0, [])
        assert list(library.scratch.iterdir()) == []


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_source_that_cannot_be_read_is_not_called_a_full_disk(library: Library, tmp_path: Path) -> None:
    for path, error in (
        (tmp_path / "missing", FileNotFoundError),
        (tmp_path, IsADirectoryError),
        (tmp_path / ("x" * 300), OSError),
        (Path(__file__) / "below a file", NotADirectoryError),
    ):
        with pytest.raises(error), spooled(library, path):
            pass
    assert list(library.scratch.iterdir()) == []


@pytest.fixture
def tiny_disk(place: Place) -> Iterator[None]:
    """The library's folder on a disk of its own, of 256 KiB."""
    command = ["mount", "-t", "tmpfs", "-o", "size=256k", "tmpfs", str(place.folder)]
    mounted = subprocess.run(command, capture_output=True, check=False)
    if mounted.returncode:
        pytest.skip("mounting a disk needs root")
    yield
    subprocess.run(["umount", str(place.folder)], check=True)


@pytest.mark.usefixtures("tiny_disk")
def test_a_disk_that_is_really_full_is_told_and_leaves_nothing(place: Place) -> None:
    with place.library() as library:
        alice = add_person(library, "alice")
        with pytest.raises(StorageFull):
            add_upload(library, alice, content=png() + b"x" * 300_000)
        assert list(library.scratch.iterdir()) == []
        (library.scratch / "filler").write_bytes(b"x" * (shutil.disk_usage(place.folder).free // 4096 * 4096))
        with pytest.raises(StorageFull):
            add_upload(library, alice)
        (library.scratch / "filler").unlink()
        assert (rows(library, images), list(library.store.keys())) == (0, [])
        assert add_upload(library, alice)
        assert list(library.scratch.iterdir()) == []
