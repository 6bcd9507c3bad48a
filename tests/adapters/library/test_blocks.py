"""The blocklist: files that are refused, pictures that are hidden, and what stays as it was."""

import hashlib
from typing import Any

import pytest
from sqlalchemy import select
from tests.libraries import add_image, add_person, add_upload, png

from polybooru.db.tables import images, moderation_log
from polybooru.library import jobs
from polybooru.library.actors import ANONYMOUS, Actor, Role
from polybooru.library.blocks import (
    MAX_BITS,
    Block,
    block_file,
    block_image,
    block_picture,
    list_blocks,
    unblock,
)
from polybooru.library.errors import (
    BlockNotFound,
    Fault,
    FaultCode,
    ImageNotFound,
    InvalidValue,
    LoginRequired,
    NotAllowed,
    UploadRefused,
)
from polybooru.library.fingerprints import signed, unsigned
from polybooru.library.images import unhide_image
from polybooru.library.library import Library
from polybooru.library.report_queue import list_reports
from polybooru.library.report_rows import Category
from polybooru.library.representations import process_again, represent

PICTURE = png(40, 30, colour=0x336699)


@pytest.fixture
def alice(library: Library) -> Actor:
    return add_person(library, "alice")


@pytest.fixture
def staff(library: Library) -> Actor:
    return add_person(library, "mod", Role.MODERATOR)


def do(library: Library, verb: Any, *arguments: Any, **facts: Any) -> Any:
    with library.work() as work:
        return verb(work, *arguments, **{"reason": "not here", **facts})


def listed(library: Library, staff: Actor) -> list[Block]:
    with library.reading() as reading:
        return list_blocks(reading, staff, limit=100)


def process(library: Library) -> None:
    with library.work() as work:
        taken = jobs.take(work, jobs.REPRESENT, limit=10, lease_seconds=60)
    for job in taken:
        represent(library, job)


def row(library: Library, image_id: int) -> Any:
    with library.reading() as reading:
        return reading.execute(select(images).where(images.c.id == image_id)).one()


def test_a_blocked_file_is_refused_until_it_is_unblocked(
    library: Library, alice: Actor, staff: Actor
) -> None:
    sha512 = hashlib.sha512(PICTURE).hexdigest()
    block_id = do(library, block_file, staff, f" {sha512.upper()}")
    assert do(library, block_file, staff, sha512) == block_id
    with pytest.raises(UploadRefused) as refused:
        add_upload(library, alice, content=PICTURE)
    assert refused.value.faults == (Fault(FaultCode.BLOCKED_FILE),)
    assert list(library.store.keys()) == []
    with library.work() as work:
        unblock(work, staff, block_id)
    assert add_upload(library, alice, content=PICTURE)
    with library.reading() as reading:
        logged = (
            reading.execute(select(moderation_log.c.action).order_by(moderation_log.c.id)).scalars().all()
        )
    assert logged == ["block.add", "block.remove"]


def test_what_looks_like_a_blocked_picture_is_hidden_once_processed_with_a_report(
    library: Library, alice: Actor, staff: Actor
) -> None:
    known = add_upload(library, alice, content=PICTURE)
    process(library)
    first, second = do(library, block_image, staff, known)
    assert do(library, block_image, staff, known) == [first, second]
    assert not row(library, known).hidden_from_users
    again = add_upload(library, alice, content=png(80, 60, colour=0x336699))
    process(library)
    assert row(library, again).hidden_from_users
    with library.reading() as reading:
        reports = list_reports(reading, staff, limit=9)
    assert [(r.object_id, r.user_id, r.category) for r in reports] == [(again, None, Category.REVIEW)]
    assert str(second) in reports[0].reason
    with library.work() as work:
        unhide_image(work, staff, again)
        process_again(work, again)
    process(library)
    assert not row(library, again).hidden_from_users


@pytest.mark.parametrize(
    ("bits", "apart", "is_hidden"), [(0, 0, True), (0, 1, False), (3, 3, True), (3, 4, False)]
)
def test_a_picture_is_blocked_within_its_bits(
    library: Library, alice: Actor, staff: Actor, bits: int, apart: int, is_hidden: bool
) -> None:
    known = add_upload(library, alice, content=PICTURE)
    process(library)
    found = unsigned(row(library, known).perceptual_hash)
    do(library, block_picture, staff, found ^ ((1 << apart) - 1 << 60) % 2**64, bits=bits)
    again = add_upload(library, alice, content=png(80, 60, colour=0x336699))
    process(library)
    assert row(library, again).hidden_from_users is is_hidden


def test_hashes_are_kept_whole(library: Library, staff: Actor) -> None:
    for found in (0, 2**63 - 1, 2**63, 2**64 - 1):
        assert unsigned(signed(found)) == found
        do(library, block_picture, staff, found)
    assert [block.perceptual_hash for block in listed(library, staff)] == [2**64 - 1, 2**63, 2**63 - 1, 0]


@pytest.mark.parametrize("sha512", ["", "x" * 128, "0" * 127, "0" * 129, "\0" * 128])
def test_what_is_no_hash_is_refused(library: Library, staff: Actor, sha512: str) -> None:
    with pytest.raises(InvalidValue):
        do(library, block_file, staff, sha512)


@pytest.mark.parametrize(("found", "bits"), [(-1, 0), (2**64, 0), (1, -1), (1, MAX_BITS + 1)])
def test_pictures_are_blocked_by_sixty_four_bits_and_few_of_them_apart(
    library: Library, staff: Actor, found: int, bits: int
) -> None:
    with pytest.raises(InvalidValue):
        do(library, block_picture, staff, found, bits=bits)


def test_blocking_is_for_staff_and_needs_a_reason(library: Library, alice: Actor, staff: Actor) -> None:
    image_id, sha512 = add_image(library), "0" * 128
    for actor, error in ((alice, NotAllowed), (ANONYMOUS, LoginRequired)):
        for verb, what in ((block_file, sha512), (block_picture, 1), (block_image, image_id)):
            with pytest.raises(error):
                do(library, verb, actor, what)
        with pytest.raises(error), library.work() as work:
            unblock(work, actor, 1)
        with pytest.raises(error):
            listed(library, actor)
    for verb, what in ((block_file, sha512), (block_picture, 1), (block_image, image_id)):
        with pytest.raises(InvalidValue):
            do(library, verb, staff, what, reason=" ")
    with pytest.raises(ImageNotFound):
        do(library, block_image, staff, 4_711)
    with pytest.raises(BlockNotFound), library.work() as work:
        unblock(work, staff, 2**63)
    assert do(library, block_image, staff, image_id) == [listed(library, staff)[0].id]
