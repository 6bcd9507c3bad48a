"""The history of tags and what staff take back of it, on both databases."""

import random
from datetime import datetime, timedelta

import pytest
from sqlalchemy import insert, select, update
from tests.libraries import NOON, Clock, add_image, add_person, wrong_counters

from polybooru.db.tables import image_locked_tags, images, tag_changes
from polybooru.library import jobs, tag_reverts
from polybooru.library.actors import ANONYMOUS, OPERATOR, Actor, Role
from polybooru.library.errors import BooruError, InvalidValue, TagChangeNotFound, UserNotFound
from polybooru.library.images import find_image
from polybooru.library.library import Library
from polybooru.library.tag_batches import find_tag_batch, revert_tag_changes_of_user, undo_tag_batch
from polybooru.library.tag_edits import edit_image_tags
from polybooru.library.tag_history import TagChange, list_tag_changes
from polybooru.library.tag_jobs import bring_to_end
from polybooru.library.tag_relations import alias_tag
from polybooru.library.tag_reverts import revert_tag_change, revert_tag_changes
from polybooru.library.tags import ensure_tags, find_tags

START = ["safe", "cat", "forest", "moss"]


@pytest.fixture
def alice(library: Library) -> Actor:
    return add_person(library, "alice")


@pytest.fixture
def bob(library: Library) -> Actor:
    return add_person(library, "bob")


@pytest.fixture
def staff(library: Library) -> Actor:
    return add_person(library, "mod", Role.MODERATOR)


def edit(library: Library, actor: Actor, image_id: int, old: str, new: str) -> int:
    with library.work() as work:
        change_id = edit_image_tags(work, actor, image_id, [old], [new]).change_id
    assert change_id is not None
    return change_id


def names_of(library: Library, image_id: int) -> set[str]:
    with library.reading() as reading:
        return {tag.name for tag in find_image(reading, image_id).tags}


def listed(library: Library, actor: Actor, **which: object) -> list[TagChange]:
    with library.reading() as reading:
        return list_tag_changes(reading, actor, **which)


def revert(library: Library, staff: Actor, *change_ids: int) -> int:
    with library.work() as work:
        return revert_tag_changes(work, staff, change_ids)


def revert_user(library: Library, staff: Actor, user: Actor, *span: datetime | None) -> int:
    with library.work() as work:
        assert user.user_id is not None
        batch_id = revert_tag_changes_of_user(work, staff, user.user_id, *span)
    bring_to_end(library, jobs.TAG_BATCH, batch_id)
    return batch_id


def assert_sound(library: Library) -> None:
    assert wrong_counters(library) == []
    assert library.replica.differences() == []


def test_history_is_read_by_image_by_person_and_by_tag(library: Library, alice: Actor, bob: Actor) -> None:
    one, two = add_image(library, START), add_image(library, START)
    first = edit(library, alice, one, "cat", "fox")
    second = edit(library, bob, one, "", "cat")
    third = edit(library, alice, two, "moss", "")
    with library.reading() as reading:
        fox = find_tags(reading, ["fox"])["fox"].id
    assert [c.id for c in listed(library, ANONYMOUS)] == [third, second, first]
    assert [c.id for c in listed(library, ANONYMOUS, image_id=one)] == [second, first]
    assert [c.id for c in listed(library, ANONYMOUS, user_id=alice.user_id)] == [third, first]
    assert [c.id for c in listed(library, ANONYMOUS, before_id=second)] == [first]
    assert [c.id for c in listed(library, ANONYMOUS, limit=1)] == [third]
    [change] = listed(library, ANONYMOUS, tag_id=fox)
    assert ([t.name for t in change.added], [t.name for t in change.removed]) == (["fox"], ["cat"])
    assert (change.image_id, change.user_id, change.made_at) == (one, alice.user_id, NOON)
    assert not change.is_revert


def test_history_tells_nothing_of_what_is_out_of_sight_nor_who_is_anonymous(
    library: Library, alice: Actor, bob: Actor, staff: Actor
) -> None:
    hidden = add_image(library, START)
    secret = add_image(library, START, is_anonymous=True, uploader_id=alice.user_id)
    of_hidden = edit(library, bob, hidden, "cat", "")
    of_secret = edit(library, alice, secret, "cat", "")
    with library.work() as work:
        work.execute(update(images).where(images.c.id == hidden).values(hidden_from_users=True))
    for actor in (ANONYMOUS, bob):
        assert [(c.id, c.user_id) for c in listed(library, actor)] == [(of_secret, None)]
        assert listed(library, actor, user_id=alice.user_id) == []
    assert [c.user_id for c in listed(library, alice)] == [alice.user_id]
    assert [c.id for c in listed(library, alice, user_id=alice.user_id)] == [of_secret]
    assert [c.id for c in listed(library, staff)] == [of_secret, of_hidden]
    assert [c.id for c in listed(library, staff, user_id=alice.user_id)] == [of_secret]


def test_an_edit_taken_back_leaves_what_others_did(
    library: Library, alice: Actor, bob: Actor, staff: Actor
) -> None:
    image_id = add_image(library, START)
    bad = edit(library, alice, image_id, "cat, moss", "spam, fox")
    edit(library, bob, image_id, "fox", "moss, tree")
    assert revert(library, staff, bad) == 1
    assert names_of(library, image_id) == {"safe", "forest", "cat", "moss", "tree"}
    newest, _, oldest = listed(library, staff)
    assert newest.is_revert
    assert (oldest.id, oldest.reverted_by_id) == (bad, newest.id)
    assert ({t.name for t in newest.added}, {t.name for t in newest.removed}) == ({"cat"}, {"spam"})
    assert revert(library, staff, bad) == 0
    assert revert(library, staff, newest.id) == 1  # brings it back
    assert names_of(library, image_id) == {"safe", "forest", "spam", "moss", "tree"}
    assert_sound(library)


def test_hidden_images_are_reverted_too_and_locked_tags_are_not(
    library: Library, alice: Actor, staff: Actor
) -> None:
    hidden, locked = add_image(library, START), add_image(library, START)
    changes = [edit(library, alice, image_id, "cat", "spam") for image_id in (hidden, locked)]
    with library.work() as work:
        spam = ensure_tags(work, ["spam"])["spam"].id
        work.execute(insert(image_locked_tags).values(image_id=locked, tag_id=spam))
    with library.work() as work:
        from polybooru.library.images import hide_image

        hide_image(work, staff, hidden, reason="x")
    with library.work() as work:
        assert revert_tag_changes(work, staff, changes) == 2
    assert names_of(library, hidden) == set(START)
    assert names_of(library, locked) == {*START, "spam"}
    assert_sound(library)


def test_a_later_rating_is_not_mixed_with_an_earlier_one(
    library: Library, alice: Actor, staff: Actor
) -> None:
    image_id = add_image(library, START)
    bad = edit(library, alice, image_id, "safe, cat", "explicit")
    edit(library, staff, image_id, "explicit", "questionable")
    revert(library, staff, bad)
    assert names_of(library, image_id) == {"questionable", "cat", "forest", "moss"}


def test_a_tag_that_became_an_alias_is_taken_back_as_its_target(
    library: Library, alice: Actor, staff: Actor
) -> None:
    image_id = add_image(library, START)
    bad = edit(library, alice, image_id, "", "spamm")
    with library.work() as work:
        alias_tag(work, staff, "spamm", "spam")
        aliased = find_tags(work, ["spam"])
        source = work.execute(select(tag_changes.c.id)).scalars().first()
    assert aliased
    assert source == bad
    with library.reading() as reading:
        from polybooru.db.tables import tags

        alias_id = reading.execute(select(tags.c.id).where(tags.c.name == "spamm")).scalar_one()
    bring_to_end(library, jobs.MOVE_TAGGINGS, alias_id)
    assert names_of(library, image_id) == {*START, "spam"}
    revert(library, staff, bad)
    assert names_of(library, image_id) == set(START)


def test_what_is_no_change_is_not_reverted(library: Library, alice: Actor, staff: Actor) -> None:
    bad = edit(library, alice, add_image(library, START), "cat", "")
    for missing in (0, -1, bad + 1, 2**70):
        with library.work() as work, pytest.raises(TagChangeNotFound):
            revert_tag_changes(work, staff, [bad, missing])
        with library.work() as work, pytest.raises(TagChangeNotFound):
            revert_tag_change(work, staff, missing)
    with library.work() as work, pytest.raises(InvalidValue, match="at most"):
        revert_tag_changes(work, staff, range(1, 102))
    with library.work() as work, pytest.raises(UserNotFound):
        revert_tag_changes_of_user(work, staff, 99)
    user_id = alice.user_id or 0
    with library.work() as work, pytest.raises(InvalidValue, match="later"):
        revert_tag_changes_of_user(work, staff, user_id, NOON, NOON - timedelta(days=1))


def test_all_of_a_person_within_a_span_is_reverted_and_that_is_undone(
    library: Library, clock: Clock, alice: Actor, bob: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tag_reverts, "MOST_AT_ONCE", 100)
    monkeypatch.setattr("polybooru.library.tag_batches.MOST_AT_ONCE", 3)
    chance = random.Random(4)
    ids = [add_image(library, START) for _ in range(4)]
    words = ["cat", "moss", "fox", "spam", "tree"]
    states: dict[datetime, dict[int, set[str]]] = {}
    for _ in range(40):
        clock.go_on(1)
        actor = chance.choice([alice, bob])
        old, new = chance.sample(words, 2), chance.sample(words, 2)
        try:
            with library.work() as work:
                edit_image_tags(work, actor, chance.choice(ids), old, new)
        except BooruError:  # fewer than three tags
            continue
        states[clock.now] = {image_id: names_of(library, image_id) for image_id in ids}
    since, until = NOON + timedelta(seconds=10), NOON + timedelta(seconds=30)
    before = {image_id: names_of(library, image_id) for image_id in ids}
    expected = {image_id: set(START) for image_id in ids}
    for change in reversed(listed(library, OPERATOR, limit=200)):
        if change.user_id != alice.user_id or not since <= change.made_at < until:
            expected[change.image_id] |= {tag.name for tag in change.added}
            expected[change.image_id] -= {tag.name for tag in change.removed}
    clock.go_on(100)
    batch_id = revert_user(library, OPERATOR, alice, since, until)
    assert {image_id: names_of(library, image_id) for image_id in ids} == expected
    assert expected != before
    with library.reading() as reading:
        batch = find_tag_batch(reading, OPERATOR, batch_id)
    assert (batch.state, batch.done) == ("done", batch.total)
    assert batch.total > 3
    with library.work() as work:
        undo_tag_batch(work, OPERATOR, batch_id)
    bring_to_end(library, jobs.TAG_BATCH, batch_id)
    assert {image_id: names_of(library, image_id) for image_id in ids} == before
    assert_sound(library)


def test_a_person_without_edits_is_reverted_in_no_time(library: Library, alice: Actor, staff: Actor) -> None:
    batch_id = revert_user(library, staff, alice)
    with library.reading() as reading:
        assert find_tag_batch(reading, staff, batch_id).state == "done"
