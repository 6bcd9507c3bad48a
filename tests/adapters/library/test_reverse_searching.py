"""Searching by picture: what the reverse index knows follows the rows, and files find their images."""

import random
from pathlib import Path

import numpy as np
import pytest
from sqlalchemy import update
from tests.boards import drawn
from tests.libraries import Place, add_image, add_person, add_upload

from polybooru.db.tables import images
from polybooru.library.actors import Role
from polybooru.library.errors import ImageNotFound
from polybooru.library.fingerprints import signed, unsigned
from polybooru.library.images import hide_image, unhide_image
from polybooru.library.jobs import take
from polybooru.library.library import Library
from polybooru.library.representations import process_again, represent
from polybooru.library.reverse_search import Picture, look_alikes, measure_picture, near_picture
from polybooru.library.uploads import EVERY_TYPE
from polybooru.media import MediaType
from polybooru.search.reverse import Matches

GREY = (100.0, 100.5, 100.75, 100.123456)


def processed(bright: tuple[float, ...] = GREY, perceptual_hash: int = 5, **more) -> dict:
    names = ("intensity_nw", "intensity_ne", "intensity_sw", "intensity_se")
    return {
        **dict(zip(names, bright, strict=True)),
        "perceptual_hash": signed(perceptual_hash),
        "is_processed": True,
        **more,
    }


def near(
    library: Library, bright: tuple[float, float, float, float] = GREY, aspect: float = 4 / 3
) -> Matches:
    return near_picture(library, Picture(intensities=bright, aspect_ratio=aspect), distance=0.25, limit=10)


def test_an_image_is_found_once_it_is_processed_and_while_it_is_visible(library: Library) -> None:
    moderator = add_person(library, "mo", Role.MODERATOR)
    image_id = add_image(library)
    assert near(library) == Matches(ids=[], total=0)
    with library.work() as work:
        work.execute(update(images).where(images.c.id == image_id).values(processed()))
        work.changed("image", image_id)
    assert near(library) == Matches(ids=[image_id], total=1)
    with library.work() as work:
        hide_image(work, moderator, image_id, reason="test")
    assert near(library) == Matches(ids=[], total=0)
    with library.work() as work:
        unhide_image(work, moderator, image_id)
        process_again(work, image_id)
    assert near(library) == Matches(ids=[image_id], total=1)


def test_other_processes_and_new_ones_know_the_same(place: Place) -> None:
    rng = random.Random(3)
    with place.library() as here, place.library() as there:
        moderator = add_person(here, "mo", Role.MODERATOR)
        ids = [
            add_image(
                here,
                ["cat"],
                **processed(tuple(round(100 + rng.random(), 6) for _ in range(4)), rng.getrandbits(64)),
                hidden_from_users=rng.random() < 0.2,
            )
            for _ in range(30)
        ]
        add_image(here, ["cat"])
        with here.work() as work:
            hide_image(work, moderator, ids[3], reason="test")
        there.replica.catch_up()
        with place.library() as later:
            assert here.replica.reverse.ids.tolist() == later.replica.reverse.ids.tolist()
            for library in (here, there, later):
                assert library.replica.differences() == []
                assert near(library) == near(later)
        assert 0 < near(here).total < 30


def test_a_difference_is_found(library: Library) -> None:
    ids = [add_image(library, ["cat"], **processed()) for _ in range(4)]
    reverse = library.replica.reverse
    reverse.discard(ids[0])
    with library.reading() as reading:
        connection = reading.connection
        connection.execute(update(images).where(images.c.id == ids[1]).values(perceptual_hash=9))
        connection.execute(update(images).where(images.c.id == ids[2]).values(perceptual_hash=None))
        connection.commit()
    assert library.replica.differences() == ids[:3]


def test_look_alikes_are_other_visible_images_with_nearly_the_hash(library: Library) -> None:
    lowest, highest = 0, 2**64 - 1
    hashes = [highest, highest ^ 0b11, highest ^ 1, highest ^ 0x7FF, lowest, highest ^ 0b111]
    ids = [add_image(library, ["cat"], **processed(perceptual_hash=found)) for found in hashes]
    hidden = add_image(library, ["cat"], **processed(perceptual_hash=highest), hidden_from_users=True)
    assert look_alikes(library, ids[0]) == Matches(ids=[ids[2], ids[1], ids[5]], total=3)
    assert look_alikes(library, ids[0], bits=11, limit=2) == Matches(ids=[ids[2], ids[1]], total=4)
    assert look_alikes(library, ids[4]) == Matches(ids=[], total=0)
    assert look_alikes(library, hidden, limit=1) == Matches(ids=[ids[0]], total=4)
    assert look_alikes(library, add_image(library)) == Matches(ids=[], total=0)
    with pytest.raises(ImageNotFound):
        look_alikes(library, 999)


@pytest.mark.parametrize("number", [0, 1, 2**63 - 1, 2**63, 2**64 - 1])
def test_a_hash_comes_back_from_the_rows(number: int) -> None:
    assert unsigned(signed(number)) == number


def picture(seed: int):
    """Smooth, as pictures are: noise of 4 by 3 drawn large.

    The smaller a picture the brighter it is by the rule, as its middle lines count twice.
    """
    noise = np.random.default_rng(seed).integers(0, 256, (3, 4, 3), dtype=np.uint8)
    return drawn(noise).resize(100, kernel="cubic")


def test_a_picture_is_found_again_in_another_size_and_compression(library: Library, tmp_path: Path) -> None:
    alice = add_person(library, "alice")
    ids = [add_upload(library, alice, content=picture(seed).write_to_buffer(".png")) for seed in range(6)]
    with library.work() as work:
        jobs = take(work, "represent", limit=9, lease_seconds=60)
    for job in jobs:
        represent(library, job)
    for seed, image_id in enumerate(ids):
        for scale, name, distance in (
            (1.0, "same.jpg", 0.25),
            (0.8, "less.webp", 0.25),
            (0.5, "half.jpg", 1),
        ):
            picture(seed).resize(scale).write_to_file(str(tmp_path / name), Q=70)
            asked = measure_picture(library, tmp_path / name, EVERY_TYPE)
            assert asked is not None
            assert near_picture(library, asked, distance=distance, limit=1).ids == [image_id]


def test_what_is_no_picture_or_not_accepted_is_not_measured(library: Library, tmp_path: Path) -> None:
    whole = picture(1).write_to_buffer(".png")
    for content in (b"", b"words", whole[:500], b"<html>"):
        (tmp_path / "file").write_bytes(content)
        assert measure_picture(library, tmp_path / "file", EVERY_TYPE) is None
    (tmp_path / "file").write_bytes(whole)
    assert measure_picture(library, tmp_path / "file", {MediaType.JPEG}) is None
    assert measure_picture(library, tmp_path / "file", {MediaType.PNG}) is not None
