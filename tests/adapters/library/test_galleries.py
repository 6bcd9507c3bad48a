"""Galleries: who changes them, their order, and a count that always equals a recount."""

import random
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy import Row, select
from tests.libraries import Clock, add_image, add_person, scoped, wrong_counters

from polybooru.db.full_text import GALLERY_WORDS, containing
from polybooru.db.tables import changes, galleries, gallery_images, gallery_subscriptions, moderation_log
from polybooru.library.actors import ANONYMOUS, Actor, Role
from polybooru.library.errors import (
    GalleryNotFound,
    ImageNotFound,
    InvalidValue,
    LoginRequired,
    NotAllowed,
)
from polybooru.library.galleries import (
    GalleryText,
    add_images,
    create_gallery,
    delete_gallery,
    edit_gallery,
    remove_images,
    reorder_images,
)
from polybooru.library.images import hide_image, unhide_image
from polybooru.library.library import Library

FOXES = GalleryText(title="Red Foxes", description="Running foxes", spoiler_warning="owls")


@pytest.fixture
def alice(library: Library) -> Actor:
    return add_person(library, "alice")


@pytest.fixture
def staff(library: Library) -> Actor:
    return add_person(library, "mod", Role.MODERATOR)


@pytest.fixture
def pictures(library: Library) -> list[int]:
    return [add_image(library) for _ in range(4)]


def do(library: Library, verb: Any, *arguments: Any, **facts: Any) -> Any:
    with library.work() as work:
        return verb(work, *arguments, **facts)


def row(library: Library, gallery_id: int) -> Row[Any]:
    with library.reading() as reading:
        return reading.execute(select(galleries).where(galleries.c.id == gallery_id)).one()


def order(library: Library, gallery_id: int) -> list[int]:
    wanted = select(gallery_images.c.image_id).where(gallery_images.c.gallery_id == gallery_id)
    with library.reading() as reading:
        return list(reading.execute(wanted.order_by(gallery_images.c.position)).scalars())


def found(library: Library, field: str, word: str) -> list[int]:
    condition = containing(GALLERY_WORDS, field, [[word]], is_sqlite=library.database.is_sqlite)
    with library.reading() as reading:
        return sorted(reading.execute(select(GALLERY_WORDS.clause.c.rowid).where(condition)).scalars())


def gallery_changes(library: Library) -> int:
    with library.reading() as reading:
        return len(reading.execute(select(changes.c.number).where(changes.c.kind == "gallery")).all())


def test_a_gallery_is_written_edited_and_deleted(
    library: Library, alice: Actor, pictures: list[int], clock: Clock
) -> None:
    made = do(library, create_gallery, alice, FOXES)
    stored = row(library, made)
    assert (stored.title, stored.folded_title, stored.user_id) == ("Red Foxes", "red foxes", alice.user_id)
    assert (stored.image_count, stored.thumbnail_id, stored.spoiler_warning) == (0, None, "owls")
    assert (found(library, "description", "fox"), found(library, "spoiler_warning", "owl")) == (
        [made],
        [made],
    )
    clock.go_on(5)
    text = GalleryText(title=" ÉTÉ\n two ", description="Bears", cover_id=pictures[1])
    do(library, edit_gallery, alice, made, text)
    stored = row(library, made)
    assert (stored.title, stored.folded_title, stored.thumbnail_id) == ("ÉTÉ two", "été two", pictures[1])
    assert (stored.updated_at, stored.created_at < clock.now) == (clock.now, True)
    assert (found(library, "description", "fox"), found(library, "description", "bear")) == ([], [made])
    do(library, add_images, alice, made, pictures)
    with library.work() as work:
        work.execute(work.insert(gallery_subscriptions).values(gallery_id=made, user_id=alice.user_id))
    do(library, delete_gallery, alice, made)
    assert (found(library, "description", "bear"), order(library, made)) == ([], [])
    with pytest.raises(GalleryNotFound):
        do(library, delete_gallery, alice, made)
    assert gallery_changes(library) == 4


def test_images_come_to_the_end_once_and_go(library: Library, alice: Actor, pictures: list[int]) -> None:
    made = do(library, create_gallery, alice, FOXES)
    one, two, three, four = pictures
    assert do(library, add_images, alice, made, [three, one, three]) == 2
    assert do(library, add_images, alice, made, [one, two]) == 1
    assert order(library, made) == [three, one, two]
    assert do(library, remove_images, alice, made, [one, four, 2**70, -1]) == 1
    assert do(library, remove_images, alice, made, [one]) == 0
    assert do(library, add_images, alice, made, [one, four]) == 2
    assert order(library, made) == [three, two, one, four]
    assert row(library, made).image_count == 4
    assert wrong_counters(library) == []
    assert gallery_changes(library) == 5
    assert do(library, add_images, alice, made, []) == 0


def test_a_part_of_a_gallery_is_put_into_order_among_its_places(
    library: Library, alice: Actor, pictures: list[int]
) -> None:
    made = do(library, create_gallery, alice, FOXES)
    one, two, three, four = pictures
    do(library, add_images, alice, made, pictures)
    do(library, reorder_images, alice, made, [four, two])
    assert order(library, made) == [one, four, three, two]
    do(library, reorder_images, alice, made, [two, three, four, one])
    assert order(library, made) == [two, three, four, one]
    told = gallery_changes(library)
    do(library, reorder_images, alice, made, [two, three])
    do(library, reorder_images, alice, made, [])
    assert gallery_changes(library) == told
    for odd in ([one, one + 100], [2**70], [0]):
        with pytest.raises(ImageNotFound):
            do(library, reorder_images, alice, made, odd)
    assert order(library, made) == [two, three, four, one]


def test_an_image_out_of_sight_does_not_count_and_comes_back_to_its_place(
    library: Library, alice: Actor, staff: Actor, pictures: list[int]
) -> None:
    made, other = (do(library, create_gallery, alice, FOXES) for _ in range(2))
    for gallery_id in (made, other):
        do(library, add_images, alice, gallery_id, pictures[:3])
    for _ in range(2):
        do(library, hide_image, staff, pictures[1], reason="x")
        assert [row(library, gallery_id).image_count for gallery_id in (made, other)] == [2, 2]
    do(library, remove_images, alice, other, [pictures[1]])
    assert row(library, other).image_count == 2
    with pytest.raises(ImageNotFound):
        do(library, add_images, alice, other, [pictures[3], pictures[1]])
    with pytest.raises(ImageNotFound):
        do(library, edit_gallery, alice, made, GalleryText(title="x", cover_id=pictures[1]))
    for _ in range(2):
        do(library, unhide_image, staff, pictures[1])
        assert [row(library, gallery_id).image_count for gallery_id in (made, other)] == [3, 2]
    assert order(library, made) == pictures[:3]
    assert wrong_counters(library) == []


@pytest.mark.parametrize("role", [None, *Role])
def test_only_the_owner_and_staff_change_a_gallery(
    library: Library, alice: Actor, pictures: list[int], role: Role | None
) -> None:
    actor = ANONYMOUS if role is None else add_person(library, "actor", role)
    made = do(library, create_gallery, alice, FOXES)
    do(library, add_images, alice, made, pictures[:1])
    refusal = LoginRequired if role is None else NotAllowed
    is_staff = role in {Role.MODERATOR, Role.ADMIN}
    for verb, *arguments in (
        (edit_gallery, FOXES),
        (add_images, pictures),
        (reorder_images, pictures[:1]),
        (remove_images, pictures),
        (delete_gallery,),
    ):
        if is_staff:
            do(library, verb, actor, made, *arguments)
        else:
            with pytest.raises(refusal):
                do(library, verb, actor, made, *arguments)
    if role is None:
        with pytest.raises(LoginRequired):
            do(library, create_gallery, actor, FOXES)
    else:
        do(library, create_gallery, actor, FOXES)
        with pytest.raises(NotAllowed):
            do(library, create_gallery, scoped(actor, "interact"), FOXES)
        with pytest.raises(NotAllowed):
            do(library, add_images, scoped(alice, "read"), made, pictures)


def test_text_out_of_bounds_is_refused(library: Library, alice: Actor) -> None:
    made = do(library, create_gallery, alice, FOXES)
    for field, text in (
        ("title", GalleryText(title="")),
        ("title", GalleryText(title=" \0\ud800\u200b\n")),
        ("title", GalleryText(title="é" * 51)),
        ("description", GalleryText(title="x", description="x" * 10_001)),
        ("spoiler_warning", GalleryText(title="x", spoiler_warning="x" * 21)),
    ):
        for arguments in ((create_gallery, alice), (edit_gallery, alice, made)):
            with pytest.raises(InvalidValue) as raised:
                do(library, *arguments, text)
            assert raised.value.field == field
    edge = GalleryText(title="é" * 50, description="x\0" * 10_000, spoiler_warning="'; drop --")
    do(library, edit_gallery, alice, made, edge)
    stored = row(library, made)
    assert (stored.title, stored.description, stored.spoiler_warning) == (
        edge.title,
        "x" * 10_000,
        edge.spoiler_warning,
    )
    assert row(library, made).updated_at == stored.updated_at
    with pytest.raises(InvalidValue):
        do(library, add_images, alice, made, range(1, 1_002))


def test_what_does_not_exist_is_not_found(library: Library, alice: Actor, pictures: list[int]) -> None:
    made = do(library, create_gallery, alice, FOXES)
    for unknown in (0, -1, made + 1, 2**31, 2**70):
        for verb, argument in (
            (edit_gallery, FOXES),
            (add_images, pictures),
            (remove_images, pictures),
            (reorder_images, pictures),
        ):
            with pytest.raises(GalleryNotFound):
                do(library, verb, alice, unknown, argument)
    for unknown in (0, -1, pictures[-1] + 1, 2**31, 2**70):
        with pytest.raises(ImageNotFound):
            do(library, add_images, alice, made, [pictures[0], unknown])
        with pytest.raises(ImageNotFound):
            do(library, create_gallery, alice, GalleryText(title="x", cover_id=unknown))
    assert order(library, made) == []


def test_parallel_changes_add_up(library: Library, alice: Actor, staff: Actor, pictures: list[int]) -> None:
    mine = [do(library, create_gallery, alice, FOXES) for _ in range(2)]
    chance = random.Random(3)
    todo = [(number % 5, chance.choice(mine), chance.sample(pictures, 2)) for number in range(100)]

    def run(one: tuple[int, int, list[int]]) -> None:
        kind, gallery_id, chosen = one
        try:
            match kind:
                case 0 | 1:
                    do(library, add_images, alice, gallery_id, chosen)
                case 2:
                    do(library, remove_images, alice, gallery_id, chosen)
                case 3:
                    do(library, hide_image, staff, chosen[0], reason="x")
                case _:
                    do(library, unhide_image, staff, chosen[0])
        except ImageNotFound:
            pass  # another one has just hidden it

    with ThreadPoolExecutor(5) as pool:
        list(pool.map(run, todo))
    assert wrong_counters(library) == []
    for gallery_id in mine:
        with library.reading() as reading:
            wanted = select(gallery_images.c.position).where(gallery_images.c.gallery_id == gallery_id)
            positions = list(reading.execute(wanted).scalars())
        assert len(set(positions)) == len(positions)
    assert library.replica.differences() == []


def test_a_gallery_may_be_anonymous_and_shown_from_its_end(library: Library) -> None:
    owner, mod = add_person(library, "owner"), add_person(library, "mod", Role.MODERATOR)
    text = GalleryText(title="Secret", is_anonymous=True, is_descending=True)
    with library.work() as work:
        made = create_gallery(work, owner, text)
        row = work.execute(select(galleries).where(galleries.c.id == made)).one()
        assert (row.is_anonymous, row.is_descending) == (True, True)
        edit_gallery(work, mod, made, GalleryText(title="Open"))
        row = work.execute(select(galleries).where(galleries.c.id == made)).one()
        assert (row.is_anonymous, row.is_descending) == (False, False)
    with library.work() as work:
        delete_gallery(work, mod, made)
    with library.reading() as reading:
        logged = reading.execute(select(moderation_log.c.action).order_by(moderation_log.c.id))
        assert list(logged.scalars()) == ["gallery.edit", "gallery.delete"]
