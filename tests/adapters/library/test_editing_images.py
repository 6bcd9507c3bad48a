"""What uploaders and staff change about an image, and what locks keep them from."""

from typing import Any

import pytest
from sqlalchemy import Row, select, update
from tests.libraries import Clock, add_image, add_person, scoped, wrong_counters

from polybooru.db.tables import images, moderation_log
from polybooru.library import jobs
from polybooru.library.actors import ANONYMOUS, OPERATOR, Actor, Role
from polybooru.library.comments import post_comment
from polybooru.library.errors import (
    ImageNotFound,
    InvalidValue,
    LoginRequired,
    NotAllowed,
    UserNotFound,
)
from polybooru.library.image_edits import (
    change_uploader,
    clear_hash,
    edit_alt_text,
    edit_description,
    edit_scratchpad,
    repair_image,
    set_anonymous,
)
from polybooru.library.image_locks import (
    lock_comments,
    lock_description,
    lock_image_tags,
    locked_tags,
    set_locked_tags,
    unlock_comments,
    unlock_description,
    unlock_image_tags,
)
from polybooru.library.image_search import ImageSearch
from polybooru.library.images import find_image, hide_image
from polybooru.library.interactions import fave, remove_interactions, vote
from polybooru.library.library import Library
from polybooru.library.tag_edits import edit_image_tags
from polybooru.search.language.limits import Limits


@pytest.fixture
def alice(library: Library) -> Actor:
    return add_person(library, "alice")


@pytest.fixture
def bob(library: Library) -> Actor:
    return add_person(library, "bob")


@pytest.fixture
def staff(library: Library) -> Actor:
    return add_person(library, "mod", Role.MODERATOR)


@pytest.fixture
def image_id(library: Library, alice: Actor) -> int:
    return add_image(library, uploader_id=alice.user_id, description="a quiet lake")


def do(library: Library, verb: Any, *arguments: Any, **facts: Any) -> Any:
    with library.work() as work:
        return verb(work, *arguments, **facts)


def row(library: Library, image_id: int) -> Row[Any]:
    with library.reading() as reading:
        return reading.execute(select(images).where(images.c.id == image_id)).one()


def found(library: Library, actor: Actor, text: str) -> list[int]:
    search = ImageSearch(library, Limits())
    page = search.find(
        actor,
        search.parse(actor, text),
        order=search.order("id", descending=False),
        offset=0,
        limit=9,
        hidden_by=search.filter_for(actor, 2),
    )
    return list(page.ids)


def actions(library: Library) -> list[str]:
    with library.reading() as reading:
        return list(reading.execute(select(moderation_log.c.action).order_by(moderation_log.c.id)).scalars())


def test_what_is_written_is_found_by_its_words(
    library: Library, alice: Actor, staff: Actor, image_id: int, clock: Clock
) -> None:
    clock.go_on(60)
    do(library, edit_alt_text, alice, image_id, " Two foxes\0 under pines ")
    do(library, edit_description, alice, image_id, "Rivers in\nautumn")
    do(library, edit_scratchpad, staff, image_id, "Asked the artist")
    stored = row(library, image_id)
    assert (stored.alt_text, stored.description) == ("Two foxes under pines", "Rivers in\nautumn")
    assert (stored.scratchpad, stored.updated_at) == ("Asked the artist", clock.now)
    for text in ("alt_text:fox", "alt_text:pine*", '"alt_text:foxes under"', "description:river"):
        assert found(library, ANONYMOUS, text) == [image_id]
    for text in ("description:lake", "alt_text:river", "description:fox"):
        assert found(library, ANONYMOUS, text) == []
    assert found(library, staff, "scratchpad:artists") == [image_id]
    assert found(library, ANONYMOUS, "scratchpad:artists") == []  # the name of a tag
    do(library, hide_image, staff, image_id, reason="x")
    assert library.replica.differences() == []
    with library.reading() as reading:
        assert find_image(reading, image_id).alt_text == "Two foxes under pines"


def test_only_the_uploader_and_staff_write_and_only_staff_past_a_lock(
    library: Library, alice: Actor, bob: Actor, staff: Actor, image_id: int
) -> None:
    for verb in (edit_description, edit_alt_text):
        for actor, error in (
            (ANONYMOUS, LoginRequired),
            (bob, NotAllowed),
            (scoped(alice, "read"), NotAllowed),
        ):
            with pytest.raises(error):
                do(library, verb, actor, image_id, "mine")
        do(library, lock_description, staff, image_id)
        with pytest.raises(NotAllowed, match="locked"):
            do(library, verb, alice, image_id, "mine")
        do(library, verb, staff, image_id, "theirs")
        do(library, verb, OPERATOR, image_id, "its")
        do(library, unlock_description, staff, image_id)
        do(library, verb, alice, image_id, "mine")
        with pytest.raises(InvalidValue):
            do(library, verb, alice, image_id, "x" * 50_001)
    for length, error in ((2_000, None), (2_001, InvalidValue)):
        if error is None:
            do(library, edit_alt_text, alice, image_id, "é" * length)
        else:
            with pytest.raises(error):
                do(library, edit_alt_text, alice, image_id, "é" * length)
    for actor in (alice, add_person(library, "helper", Role.ASSISTANT)):
        with pytest.raises(NotAllowed):
            do(library, edit_scratchpad, actor, image_id, "x")
    assert actions(library).count("image.description") == actions(library).count("image.alt_text") == 2
    do(library, hide_image, staff, image_id, reason="gone")
    for actor in (alice, staff):
        with pytest.raises(ImageNotFound):
            do(library, edit_description, actor, image_id, "x")
    do(library, edit_scratchpad, staff, image_id, "why it is gone")


def test_locked_comments_are_for_nobody_and_locked_tags_for_staff(
    library: Library, alice: Actor, staff: Actor, image_id: int
) -> None:
    old, new = ["safe", "cat", "forest"], ["safe", "cat", "snow"]
    for lock, unlock, verb, arguments in (
        (lock_comments, unlock_comments, post_comment, ("hello",)),
        (lock_image_tags, unlock_image_tags, edit_image_tags, (old, new)),
    ):
        for change in (lock, unlock):
            with pytest.raises(NotAllowed):
                do(library, change, alice, image_id)
            with pytest.raises(ImageNotFound):
                do(library, change, staff, 99)
        do(library, lock, staff, image_id)
        with pytest.raises(NotAllowed, match=r"locked|no comments"):
            do(library, verb, alice, image_id, *arguments)
        if verb is edit_image_tags:
            do(library, verb, staff, image_id, *arguments)
        do(library, unlock, staff, image_id)
        do(library, verb, alice, image_id, *arguments)
    assert wrong_counters(library) == []
    assert actions(library)[:2] == ["image.lock_comments", "image.unlock_comments"]


def test_a_single_locked_tag_stays_or_stays_away(
    library: Library, alice: Actor, staff: Actor, image_id: int
) -> None:
    add_image(library, ["safe", "snow"])
    do(library, set_locked_tags, staff, image_id, ["Forest", "snow"])

    def edited(actor: Actor, old: list[str], new: list[str]) -> list[str]:
        return sorted(tag.name for tag in do(library, edit_image_tags, actor, image_id, old, new).tags)

    had, wanted = ["safe", "cat", "forest"], ["safe", "cat", "snow", "rocks"]
    assert edited(alice, had, wanted) == ["cat", "forest", "rocks", "safe"]
    assert edited(staff, ["cat"], ["snow"]) == ["forest", "rocks", "safe"]
    for names in (["nothing like it"], ["forest", "no such tag"]):
        with pytest.raises(InvalidValue):
            do(library, set_locked_tags, staff, image_id, names)
    with pytest.raises(NotAllowed):
        do(library, set_locked_tags, alice, image_id, ["forest"])
    do(library, set_locked_tags, staff, image_id, [])
    with library.reading() as reading:
        assert locked_tags(reading, [image_id]) == {}
    assert edited(alice, ["forest"], ["snow", "cat"]) == ["cat", "rocks", "safe", "snow"]
    assert wrong_counters(library) == []


def test_who_uploaded_it_and_whether_that_is_told(
    library: Library, alice: Actor, bob: Actor, staff: Actor, image_id: int
) -> None:
    do(library, set_anonymous, alice, image_id, is_anonymous=True)
    assert (found(library, ANONYMOUS, "uploader:alice"), found(library, alice, "my:uploads")) == (
        [],
        [image_id],
    )
    for actor, error in ((bob, NotAllowed), (ANONYMOUS, LoginRequired)):
        with pytest.raises(error):
            do(library, set_anonymous, actor, image_id, is_anonymous=False)
    do(library, set_anonymous, staff, image_id, is_anonymous=False)
    do(library, change_uploader, staff, image_id, bob.user_id)
    assert found(library, ANONYMOUS, "uploader:bob") == [image_id]
    assert actions(library) == ["image.not_anonymous", "image.uploader"]
    with pytest.raises(NotAllowed):
        do(library, edit_description, alice, image_id, "no longer hers")
    do(library, change_uploader, staff, image_id, None)
    assert row(library, image_id).uploader_id is None
    for user_id in (0, 99, 2**70, -1):
        with pytest.raises(UserNotFound):
            do(library, change_uploader, staff, image_id, user_id)
    with pytest.raises(NotAllowed):
        do(library, change_uploader, alice, image_id, alice.user_id)
    assert library.replica.differences() == []


def test_staff_clear_the_hash_and_have_files_made_again(
    library: Library, alice: Actor, staff: Actor, image_id: int
) -> None:
    for verb in (clear_hash, repair_image):
        with pytest.raises(NotAllowed):
            do(library, verb, alice, image_id)
    do(library, clear_hash, staff, image_id)
    assert row(library, image_id).orig_sha512_hash is None
    with library.work() as work:
        work.execute(update(images).values(is_processed=True, thumbnails_generated=True))
    do(library, repair_image, staff, image_id)
    assert not row(library, image_id).is_processed
    with library.reading() as reading:
        assert jobs.is_waiting(reading, jobs.REPRESENT, image_id)
    assert actions(library) == ["image.clear_hash", "image.repair"]


def test_staff_take_back_the_vote_and_fave_of_one_person(
    library: Library, alice: Actor, bob: Actor, staff: Actor, image_id: int
) -> None:
    do(library, fave, alice, image_id)
    do(library, vote, bob, image_id, is_up=False)
    with pytest.raises(NotAllowed):
        do(library, remove_interactions, bob, image_id, alice.user_id)
    counts = do(library, remove_interactions, staff, image_id, alice.user_id)
    assert (counts.changed, counts.upvotes, counts.downvotes, counts.faves) == (True, 0, 1, 0)
    for user_id in (alice.user_id, 0, 99, 2**70):
        assert not do(library, remove_interactions, staff, image_id, user_id).changed
    assert actions(library) == ["image.remove_interactions"]
    assert (wrong_counters(library), library.replica.differences()) == ([], [])
    assert found(library, alice, "my:faves") == []
