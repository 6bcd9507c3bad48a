"""Merges: what comes over and what does not, counters equal to a recount, and the way back."""

import random
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Row, insert, select
from tests.libraries import NOON, Clock, add_image, add_person, add_sources, scoped, wrong_counters

from polybooru.db.tables import (
    comments,
    faves,
    galleries,
    gallery_images,
    hides,
    image_merges,
    image_sources,
    image_subscriptions,
    images,
    merged_rows,
    moderation_log,
    votes,
)
from polybooru.library.actors import ANONYMOUS, OPERATOR, Actor, Role
from polybooru.library.comments import hide_comment, post_comment
from polybooru.library.errors import BooruError, ImageNotFound, InvalidValue, LoginRequired, NotAllowed
from polybooru.library.galleries import GalleryText, add_images, create_gallery
from polybooru.library.images import find_image, hide_image, unhide_image
from polybooru.library.interactions import fave, hide, unfave, unvote, vote
from polybooru.library.library import Library
from polybooru.library.merges import final_duplicate, merge_image, unmerge_image


@pytest.fixture
def alice(library: Library) -> Actor:
    return add_person(library, "alice")


@pytest.fixture
def bob(library: Library) -> Actor:
    return add_person(library, "bob")


@pytest.fixture
def staff(library: Library) -> Actor:
    return add_person(library, "mod", Role.MODERATOR)


def do(library: Library, verb: Any, *arguments: Any, **facts: Any) -> Any:
    with library.work() as work:
        return verb(work, *arguments, **facts)


def row(library: Library, image_id: int) -> Row[Any]:
    with library.reading() as reading:
        return reading.execute(select(images).where(images.c.id == image_id)).one()


def tags_of(library: Library, image_id: int) -> list[str]:
    with library.reading() as reading:
        return sorted(tag.name for tag in find_image(reading, image_id).tags)


def all_rows(library: Library) -> dict[str, set[tuple[Any, ...]]]:
    """What people, tags and galleries say of the images, without the order of things."""
    tables = (faves, votes, hides, image_subscriptions, gallery_images, image_sources, galleries)
    with library.reading() as reading:
        found = {table.name: set(map(tuple, reading.execute(select(table)).all())) for table in tables}
        columns = (comments.c.id, comments.c.image_id)
        found["comments"] = set(map(tuple, reading.execute(select(*columns)).all()))
        counters = (images.c.faves, images.c.hides, images.c.upvotes, images.c.downvotes)
        counters += (images.c.comment_count, images.c.hidden_from_users, images.c.duplicate_id)
        state = select(images.c.id, images.c.first_seen_at, *counters)
        found["images"] = set(map(tuple, reading.execute(state).all()))
    return found


def is_sound(library: Library) -> bool:
    assert wrong_counters(library) == []
    assert library.replica.differences() == []
    return True


def test_everything_comes_over_once(
    library: Library, alice: Actor, bob: Actor, staff: Actor, clock: Clock
) -> None:
    first = add_image(library, ["safe", "cat", "snow"])
    second = add_image(library, ["safe", "cat", "forest"])
    add_sources(library, first, ["https://a.example/", "https://b.example/"])
    add_sources(library, second, ["https://b.example/", "https://c.example/"])
    for actor, image_id, is_up in ((alice, first, True), (bob, first, False), (bob, second, True)):
        do(library, vote, actor, image_id, is_up=is_up)
    for actor, image_id in ((alice, first), (bob, first), (bob, second)):
        do(library, hide, actor, image_id)
    do(library, fave, alice, first)
    comment_ids = [do(library, post_comment, bob, image_id, "meow") for image_id in (first, first, second)]
    do(library, hide_comment, staff, comment_ids[1], reason="spam")
    with library.work() as work:
        listed = [(first, alice), (first, bob), (second, bob)]
        rows = [{"image_id": image_id, "user_id": actor.user_id} for image_id, actor in listed]
        work.execute(insert(image_subscriptions), rows)
        liked_at = work.execute(select(faves.c.liked_at)).scalar_one()
    clock.go_on(100)
    do(library, merge_image, staff, first, second)
    left, made = row(library, first), row(library, second)
    assert (left.hidden_from_users, left.duplicate_id, left.deletion_reason) == (True, second, None)
    assert (made.faves, made.hides, made.upvotes, made.downvotes, made.comment_count) == (1, 2, 2, 0, 3)
    assert (left.comment_count, left.faves) == (0, 1)
    assert tags_of(library, second) == ["cat", "forest", "safe", "snow"]
    assert made.first_seen_at == left.first_seen_at == NOON + timedelta(seconds=first)
    with library.reading() as reading:
        assert find_image(reading, second).sources == (
            "https://b.example/",
            "https://c.example/",
            "https://a.example/",
        )
        own = select(faves.c.liked_at).where(faves.c.image_id == second)
        assert reading.execute(own).scalar_one() == liked_at
        watching = select(image_subscriptions.c.user_id).where(image_subscriptions.c.image_id == second)
        assert set(reading.execute(watching).scalars()) == {alice.user_id, bob.user_id}
        entry = reading.execute(select(moderation_log).order_by(moderation_log.c.id.desc()).limit(1)).one()
        assert (entry.action, entry.object_id, entry.details) == (
            "image.merge",
            first,
            f'{{"target_id":{second}}}',
        )
        assert final_duplicate(reading, first) == final_duplicate(reading, second) == second
    assert is_sound(library)


def test_undoing_gives_everything_back(
    library: Library, alice: Actor, bob: Actor, staff: Actor, clock: Clock
) -> None:
    second = add_image(library, ["safe", "cat", "forest"])
    first = add_image(library, ["safe", "cat", "snow"], first_seen_at=NOON - timedelta(days=3))
    add_sources(library, first, ["https://a.example/"])
    do(library, fave, alice, first)
    do(library, vote, bob, first, is_up=False)
    do(library, hide, bob, second)
    do(library, hide_comment, staff, do(library, post_comment, bob, first, "meow"), reason="spam")
    for actor, chosen, cover in ((alice, [second, first], None), (bob, [first], first)):
        text = GalleryText(title="cats", cover_id=cover)
        do(library, add_images, actor, do(library, create_gallery, actor, text), chosen)
    before, tags = all_rows(library), [tags_of(library, image_id) for image_id in (first, second)]
    clock.go_on(5)
    do(library, merge_image, staff, first, second)
    assert is_sound(library)
    assert row(library, second).first_seen_at == NOON - timedelta(days=3)
    clock.go_on(5)
    do(library, unmerge_image, staff, first)
    assert all_rows(library) == before
    assert [tags_of(library, image_id) for image_id in (first, second)] == tags
    assert is_sound(library)
    with pytest.raises(InvalidValue, match="not merged"):
        do(library, unmerge_image, staff, first)
    do(library, merge_image, staff, second, first)
    do(library, unmerge_image, staff, second)
    assert all_rows(library) == before
    assert is_sound(library)


def test_what_was_done_since_the_merge_stays(
    library: Library, alice: Actor, bob: Actor, staff: Actor, clock: Clock
) -> None:
    first, second = add_image(library), add_image(library)
    for actor in (alice, bob):
        do(library, fave, actor, first)
    do(library, merge_image, staff, first, second)
    clock.go_on(1)
    do(library, unfave, alice, second)
    do(library, fave, alice, second)  # her own now
    do(library, vote, bob, second, is_up=False)
    do(library, unfave, bob, second)
    mine = do(library, post_comment, alice, second, "about this one")
    do(library, unmerge_image, staff, first)
    assert (row(library, second).faves, row(library, second).upvotes, row(library, second).downvotes) == (
        1,
        0,
        1,
    )
    assert (row(library, first).faves, row(library, first).upvotes) == (2, 2)
    with library.reading() as reading:
        where = reading.execute(select(comments.c.image_id).where(comments.c.id == mine)).scalar_one()
    assert where == second
    assert is_sound(library)


def test_galleries_have_the_target_in_its_place_once(library: Library, alice: Actor, staff: Actor) -> None:
    one, first, two, second = (add_image(library) for _ in range(4))
    only = do(library, create_gallery, alice, GalleryText(title="only", cover_id=first))
    both = do(library, create_gallery, alice, GalleryText(title="both"))
    do(library, add_images, alice, only, [one, first, two])
    do(library, add_images, alice, both, [second, one, first])

    def listed(gallery_id: int) -> list[int]:
        own = select(gallery_images.c.image_id).join(images, images.c.id == gallery_images.c.image_id)
        own = own.where(gallery_images.c.gallery_id == gallery_id, images.c.hidden_from_users.is_(False))
        with library.reading() as reading:
            return list(reading.execute(own.order_by(gallery_images.c.position)).scalars())

    def told(gallery_id: int) -> tuple[int, int | None]:
        with library.reading() as reading:
            found = reading.execute(select(galleries).where(galleries.c.id == gallery_id)).one()
        return found.image_count, found.thumbnail_id

    do(library, merge_image, staff, first, second)
    assert (listed(only), listed(both)) == ([one, second, two], [second, one])
    assert (told(only), told(both)) == ((3, second), (2, None))
    assert is_sound(library)
    do(library, unmerge_image, staff, first)
    assert (listed(only), listed(both)) == ([one, first, two], [second, one, first])
    assert (told(only), told(both)) == ((3, first), (3, None))
    assert is_sound(library)


def test_the_rating_of_the_target_stands_and_lists_keep_their_limits(library: Library, staff: Actor) -> None:
    target = add_image(library, ["safe", "cat"])
    add_sources(library, target, [f"https://a.example/{number}" for number in range(14)])
    explicit = add_image(library, ["explicit", "grimdark", "dog"])
    add_sources(library, explicit, ["https://b.example/1", "https://b.example/2"])
    do(library, merge_image, staff, explicit, target)
    assert tags_of(library, target) == ["cat", "dog", "safe"]
    with library.reading() as reading:
        sources = find_image(reading, target).sources
    assert (len(sources), sources[-1]) == (15, "https://b.example/1")
    suggestive = add_image(library, ["suggestive", "cat"])
    do(library, merge_image, staff, add_image(library, ["grimdark", "cat"]), suggestive)
    assert tags_of(library, suggestive) == ["cat", "grimdark", "suggestive"]
    assert is_sound(library)


def test_who_and_what_is_refused(library: Library, alice: Actor, staff: Actor) -> None:
    first, second, hidden = (add_image(library) for _ in range(3))
    waiting = add_image(library, uploader_id=alice.user_id, is_approved=False)
    do(library, hide_image, staff, hidden, reason="blurred")
    for actor, error in (
        (ANONYMOUS, LoginRequired),
        (alice, NotAllowed),
        (add_person(library, "helper", Role.ASSISTANT), NotAllowed),
        (scoped(staff, "write"), NotAllowed),
    ):
        for verb, arguments in ((merge_image, (first, second)), (unmerge_image, (first,))):
            with pytest.raises(error):
                do(library, verb, actor, *arguments)
    for pair, error in (
        ((first, first), InvalidValue),
        ((first, hidden), InvalidValue),
        ((first, waiting), InvalidValue),
        ((hidden, first), InvalidValue),
        ((first, 0), ImageNotFound),
        ((2**31, first), ImageNotFound),
        ((99, 98), ImageNotFound),
    ):
        with pytest.raises(error):
            do(library, merge_image, staff, *pair)
    for image_id, error in (
        (first, InvalidValue),
        (hidden, InvalidValue),
        (99, ImageNotFound),
        (-1, ImageNotFound),
    ):
        with pytest.raises(error):
            do(library, unmerge_image, staff, image_id)
    do(library, merge_image, OPERATOR, first, second)
    for verb, facts in ((unhide_image, {}), (hide_image, {"reason": "again"})):
        with pytest.raises(InvalidValue, match="merged"):
            do(library, verb, staff, first, **facts)
    with pytest.raises(InvalidValue, match="not in sight") as refusal:
        do(library, merge_image, staff, second, first)
    assert refusal.value.field == "target"
    do(library, merge_image, staff, waiting, second)
    assert is_sound(library)
    do(library, unmerge_image, staff, waiting)
    assert is_sound(library)
    assert not row(library, waiting).is_approved


def test_a_chain_leads_to_its_end_and_is_undone_from_there(
    library: Library, alice: Actor, staff: Actor
) -> None:
    third, second, first = (add_image(library) for _ in range(3))
    do(library, fave, alice, first)
    before = all_rows(library)
    do(library, merge_image, staff, first, second)
    do(library, merge_image, staff, second, third)
    assert (row(library, third).faves, row(library, first).duplicate_id) == (1, second)
    with library.reading() as reading:
        assert [final_duplicate(reading, i) for i in (first, second, third, 99)] == [third, third, third, 99]
    with pytest.raises(InvalidValue, match="undo that first"):
        do(library, unmerge_image, staff, first)
    do(library, unmerge_image, staff, second)
    do(library, hide_image, staff, second, reason="not even this one")
    do(library, unmerge_image, staff, first)
    assert is_sound(library)
    do(library, unhide_image, staff, second)
    assert all_rows(library) == before
    assert is_sound(library)


def test_the_first_time_is_the_earliest_of_what_is_left(library: Library, staff: Actor) -> None:
    target = add_image(library, first_seen_at=NOON)
    early, earlier = (add_image(library, first_seen_at=NOON - timedelta(days=days)) for days in (1, 2))
    for image_id in (early, earlier):
        do(library, merge_image, staff, image_id, target)
    times = [row(library, target).first_seen_at]
    for image_id in (early, earlier):
        do(library, unmerge_image, staff, image_id)
        times.append(row(library, target).first_seen_at)
    assert times == [NOON - timedelta(days=2), NOON - timedelta(days=2), NOON]


def test_a_merge_that_came_without_a_record_only_comes_into_sight_again(
    library: Library, alice: Actor, staff: Actor
) -> None:
    target = add_image(library)
    image_id = add_image(library, hidden_from_users=True, duplicate_id=target)
    do(library, fave, alice, target)
    do(library, unmerge_image, staff, image_id)
    assert (row(library, image_id).duplicate_id, row(library, target).faves) == (None, 1)
    assert is_sound(library)


def test_of_two_merges_in_opposite_directions_exactly_one_wins(
    library: Library, alice: Actor, staff: Actor
) -> None:
    def tried(pair: tuple[int, int]) -> str:
        try:
            do(library, merge_image, staff, *pair)
        except InvalidValue as error:
            return error.field
        return "merged"

    with ThreadPoolExecutor(4) as pool:
        for _ in range(8):
            first, second = add_image(library), add_image(library)
            do(library, fave, alice, first)
            told = sorted(pool.map(tried, [(first, second), (second, first)] * 2))
            assert told.count("merged") == 1
            assert set(told) <= {"merged", "image", "target"}
    assert is_sound(library)


def test_merges_and_votes_and_edits_at_once_leave_exact_counters(library: Library, staff: Actor) -> None:
    people = [add_person(library, f"p{number}") for number in range(4)]
    pictures = [add_image(library, ["safe", "cat", f"t{number}"]) for number in range(5)]
    gallery_id = do(library, create_gallery, people[0], GalleryText(title="cats"))
    do(library, add_images, people[0], gallery_id, pictures)

    def act(seed: int) -> None:
        chance = random.Random(seed)
        for _ in range(15):
            image_id, other, person = chance.choice(pictures), chance.choice(pictures), chance.choice(people)
            verb, arguments, facts = chance.choice(
                [
                    (merge_image, (staff, image_id, other), {}),
                    (unmerge_image, (staff, image_id), {}),
                    (fave, (person, image_id), {}),
                    (unfave, (person, image_id), {}),
                    (vote, (person, image_id), {"is_up": chance.random() < 0.5}),
                    (unvote, (person, image_id), {}),
                    (hide, (person, image_id), {}),
                    (post_comment, (person, image_id, "hello"), {}),
                    (hide_image, (staff, image_id), {"reason": "x"}),
                    (unhide_image, (staff, image_id), {}),
                ]
            )
            try:
                do(library, verb, *arguments, **facts)
            except BooruError:
                continue

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(act, range(4)))
    assert is_sound(library)
    for _ in pictures:  # whatever is left merged can be undone, from the ends of the chains
        for image_id in pictures:
            try:
                do(library, unmerge_image, staff, image_id)
            except InvalidValue:
                continue
    with library.reading() as reading:
        merged = reading.execute(select(images.c.id).where(images.c.duplicate_id.is_not(None))).all()
        open_merges = reading.execute(
            select(image_merges.c.id).where(image_merges.c.undone_at.is_(None))
        ).all()
    assert (merged, open_merges) == ([], [])
    assert is_sound(library)


def test_a_person_who_is_forgotten_is_not_in_the_way(library: Library, alice: Actor, staff: Actor) -> None:
    first, second = add_image(library), add_image(library)
    do(library, fave, alice, first)
    do(library, merge_image, staff, first, second)
    for image_id in (first, second):
        do(library, unfave, alice, image_id)
    with library.reading() as reading:
        assert reading.execute(select(merged_rows.c.kind).order_by(merged_rows.c.kind)).scalars().all() == [
            "fave",
            "upvote",
        ]
    do(library, unmerge_image, staff, first)
    assert (row(library, first).faves, row(library, second).faves, row(library, first).upvotes) == (0, 0, 1)
    assert is_sound(library)
