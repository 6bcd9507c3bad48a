"""Votes, faves, hides, staff's hiding, featuring: counters always equal a recount, on both databases."""

import random
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import select
from tests.libraries import NOON, Clock, add_image, add_person, scoped, wrong_counters

from polybooru.db.tables import hides, images
from polybooru.library.actors import ANONYMOUS, OPERATOR, Actor, Role
from polybooru.library.errors import ImageNotFound, InvalidValue, LoginRequired, NotAllowed, UserNotFound
from polybooru.library.granted import Granted
from polybooru.library.grants import add_grant
from polybooru.library.images import feature_image, featured_image_id, find_image, hide_image, unhide_image
from polybooru.library.interactions import (
    Counts,
    fave,
    hide,
    toggle_fave,
    unfave,
    unhide,
    unvote,
    vote,
)
from polybooru.library.library import Library
from polybooru.library.tags import find_tag_by_slug

GIVING = ((fave, {}), (toggle_fave, {}), (vote, {"is_up": True}), (vote, {"is_up": False}), (hide, {}))
VERBS = (*GIVING, (unfave, {}), (unvote, {}), (unhide, {}))
AT_ONCE = 8
CALLS = 200


@pytest.fixture
def alice(library: Library) -> Actor:
    return add_person(library, "alice")


@pytest.fixture
def staff(library: Library) -> Actor:
    return add_person(library, "mod", Role.MODERATOR)


@pytest.fixture
def image_id(library: Library) -> int:
    return add_image(library)


def do(library: Library, verb, *arguments, **facts) -> tuple[bool, int, int, int]:
    with library.work() as work:
        counts: Counts = verb(work, *arguments, **facts)
    return counts.changed, counts.upvotes, counts.downvotes, counts.faves


def test_a_fave_brings_an_upvote_that_stays_when_the_fave_goes(
    library: Library, alice: Actor, image_id: int
) -> None:
    assert do(library, fave, alice, image_id) == (True, 1, 0, 1)
    assert do(library, fave, alice, image_id) == (False, 1, 0, 1)
    assert do(library, unfave, alice, image_id) == (True, 1, 0, 0)
    assert do(library, unfave, alice, image_id) == (False, 1, 0, 0)
    assert library.replica.differences() == []


def test_a_fave_turns_a_downvote_round(library: Library, alice: Actor, image_id: int) -> None:
    assert do(library, vote, alice, image_id, is_up=False) == (True, 0, 1, 0)
    assert do(library, fave, alice, image_id) == (True, 1, 0, 1)
    assert wrong_counters(library) == []


def test_a_vote_takes_the_place_of_the_one_before(library: Library, alice: Actor, image_id: int) -> None:
    assert do(library, vote, alice, image_id, is_up=True) == (True, 1, 0, 0)
    assert do(library, vote, alice, image_id, is_up=True) == (False, 1, 0, 0)
    assert do(library, vote, alice, image_id, is_up=False) == (True, 0, 1, 0)
    assert do(library, unvote, alice, image_id) == (True, 0, 0, 0)
    assert do(library, unvote, alice, image_id) == (False, 0, 0, 0)


def test_a_personal_hide_is_counted_once_and_can_be_taken_back(
    library: Library, alice: Actor, image_id: int
) -> None:
    bob = add_person(library, "bob")
    for actor, verb, expected in (
        (alice, hide, (True, 1)),
        (alice, hide, (False, 1)),
        (bob, hide, (True, 2)),
        (bob, unhide, (True, 1)),
        (bob, unhide, (False, 1)),
    ):
        with library.work() as work:
            counts = verb(work, actor, image_id)
        assert (counts.changed, counts.hides) == expected
    with library.reading() as reading:
        assert reading.execute(select(hides.c.image_id, hides.c.user_id)).all() == [(image_id, alice.user_id)]
    assert do(library, fave, alice, image_id) == (True, 1, 0, 1)
    assert wrong_counters(library) == []


def test_who_may_not_interact_changes_nothing(library: Library, alice: Actor, image_id: int) -> None:
    for verb, facts in VERBS:
        with pytest.raises(LoginRequired):
            do(library, verb, ANONYMOUS, image_id, **facts)
        with pytest.raises(NotAllowed):
            do(library, verb, scoped(alice, "read"), image_id, **facts)
        for unknown in (0, -1, image_id + 1, 2**31, 2**63 - 1):
            with pytest.raises(ImageNotFound):
                do(library, verb, alice, unknown, **facts)


def test_a_hidden_image_takes_nothing(library: Library, alice: Actor, staff: Actor, image_id: int) -> None:
    with library.work() as work:
        hide_image(work, staff, image_id, reason="test")
    for verb, facts in VERBS:
        with pytest.raises(ImageNotFound):
            do(library, verb, alice, image_id, **facts)


@pytest.mark.parametrize("taking_back", [unfave, toggle_fave])
def test_a_fave_can_be_taken_back_from_a_hidden_image_once(
    library: Library, alice: Actor, staff: Actor, image_id: int, taking_back
) -> None:
    do(library, fave, alice, image_id)
    do(library, hide, alice, image_id)
    with library.work() as work:
        hide_image(work, staff, image_id, reason="test")
    for verb, facts in ((fave, {}), (vote, {"is_up": False}), (unvote, {}), (unhide, {})):
        with pytest.raises(ImageNotFound):
            do(library, verb, alice, image_id, **facts)
    assert do(library, taking_back, alice, image_id) == (True, 1, 0, 0)
    with pytest.raises(ImageNotFound):
        do(library, taking_back, alice, image_id)
    assert wrong_counters(library) == []
    assert library.replica.differences() == []


def test_a_vote_after_the_fave_is_kept_when_the_fave_is_repeated(
    library: Library, alice: Actor, image_id: int
) -> None:
    do(library, fave, alice, image_id)
    do(library, vote, alice, image_id, is_up=False)
    assert do(library, fave, alice, image_id) == (False, 0, 1, 1)


def test_toggling_faves_and_takes_back_in_turns(library: Library, alice: Actor, image_id: int) -> None:
    assert do(library, toggle_fave, alice, image_id) == (True, 1, 0, 1)
    assert do(library, toggle_fave, alice, image_id) == (True, 1, 0, 0)
    assert do(library, toggle_fave, alice, image_id) == (True, 1, 0, 1)


def at_once(library: Library, calls) -> list[tuple[bool, int, int, int]]:
    """The answers to (verb, actor, image, facts), of which several run at any moment."""

    def run(call) -> tuple[bool, int, int, int]:
        verb, actor, image_id, facts = call
        return do(library, verb, actor, image_id, **facts)

    with ThreadPoolExecutor(AT_ONCE) as pool:
        return list(pool.map(run, calls))


@pytest.mark.parametrize(("calls", "faves"), [(CALLS, 0), (CALLS + 1, 1)])
def test_parallel_toggles_of_one_person_end_as_their_number_says(
    library: Library, alice: Actor, image_id: int, calls: int, faves: int
) -> None:
    answers = at_once(library, [(toggle_fave, alice, image_id, {})] * calls)
    assert all(changed for changed, *_ in answers)
    assert Counter(counted for *_, counted in answers) == {1: (calls + 1) // 2, 0: calls // 2}
    assert do(library, vote, alice, image_id, is_up=True) == (False, 1, 0, faves)
    assert wrong_counters(library) == []
    assert library.replica.differences() == []


@pytest.mark.parametrize(("verb", "facts"), GIVING[2:], ids=["upvote", "downvote", "hide"])
def test_parallel_repeats_of_one_person_count_once(
    library: Library, alice: Actor, image_id: int, verb, facts
) -> None:
    answers = at_once(library, [(verb, alice, image_id, facts)] * CALLS)
    assert [changed for changed, *_ in answers].count(True) == 1
    assert len(set(answers)) == 2  # the counters say the same to all
    assert wrong_counters(library) == []


def test_parallel_votes_of_one_person_in_both_directions_leave_one(
    library: Library, alice: Actor, image_id: int
) -> None:
    chance = random.Random(3)
    verbs = [(vote, {"is_up": True}), (vote, {"is_up": False}), (unvote, {}), (fave, {}), (unfave, {})]
    calls = [(verb, alice, image_id, facts) for verb, facts in chance.choices(verbs, k=CALLS)]
    for _, upvotes, downvotes, faved in at_once(library, calls):
        assert upvotes + downvotes <= 1
        assert faved <= 1
    assert do(library, fave, alice, image_id)[1:] in {(1, 0, 1), (0, 1, 1)}
    assert do(library, vote, alice, image_id, is_up=True)[1:] == (1, 0, 1)
    assert wrong_counters(library) == []
    assert library.replica.differences() == []


def test_parallel_votes_and_faves_of_several_people_add_up(library: Library) -> None:
    people = [add_person(library, f"p{n}") for n in range(5)]
    pictures = [add_image(library, ["safe", f"t{n}"]) for n in range(2)]
    chance = random.Random(7)
    calls = [
        (verb, chance.choice(people), chance.choice(pictures), facts)
        for verb, facts in chance.choices(VERBS, k=CALLS)
    ]
    at_once(library, calls)
    assert wrong_counters(library) == []
    assert library.replica.differences() == []


def tag_count(library: Library, slug: str) -> int:
    with library.reading() as reading:
        return find_tag_by_slug(reading, slug).image_count


def test_hiding_lowers_the_counts_of_tags_once_and_showing_raises_them(
    library: Library, staff: Actor, image_id: int, clock: Clock
) -> None:
    add_image(library)
    clock.go_on(10)
    for reason in (" first ", "second"):
        with library.work() as work:
            hide_image(work, staff, image_id, reason=reason)
        assert tag_count(library, "cat") == 1
    with library.reading() as reading:
        image = find_image(reading, image_id)
    assert (image.hidden_from_users, image.deletion_reason) == (True, "second")
    assert (image.updated_at - NOON).seconds == 10
    for _ in range(2):
        with library.work() as work:
            unhide_image(work, staff, image_id)
        assert tag_count(library, "cat") == 2
    with library.reading() as reading:
        image = find_image(reading, image_id)
        deleted_by = reading.execute(select(images.c.deleted_by_user_id)).scalars().all()
    assert (image.hidden_from_users, image.deletion_reason, set(deleted_by)) == (False, None, {None})
    assert library.replica.differences() == []


def test_several_who_hide_one_image_at_once_count_it_once(
    library: Library, staff: Actor, image_id: int
) -> None:
    def toggle(number: int) -> None:
        with library.work() as work:
            if number % 2:
                unhide_image(work, staff, image_id)
            else:
                hide_image(work, staff, image_id, reason="test")

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(toggle, range(40)))
    assert wrong_counters(library) == []
    assert library.replica.differences() == []


def test_only_staff_hide_show_and_feature(
    library: Library, alice: Actor, staff: Actor, image_id: int
) -> None:
    for actor in (alice, ANONYMOUS, scoped(staff, "write")):
        with library.work() as work, pytest.raises(NotAllowed):
            hide_image(work, actor, image_id, reason="x")
        with library.work() as work, pytest.raises(NotAllowed):
            unhide_image(work, actor, image_id)
        with library.work() as work, pytest.raises(NotAllowed):
            feature_image(work, actor, image_id)
    with library.work() as work, pytest.raises(InvalidValue):
        hide_image(work, staff, image_id, reason=" ")
    for unknown in (0, -5, 4711, 2**40):
        with library.work() as work, pytest.raises(ImageNotFound):
            hide_image(work, staff, unknown, reason="x")


def test_the_image_featured_last_is_shown_unless_it_is_hidden(
    library: Library, staff: Actor, image_id: int
) -> None:
    other = add_image(library)
    with library.reading() as reading, pytest.raises(ImageNotFound):
        featured_image_id(reading)
    for chosen in (image_id, other):
        with library.work() as work:
            feature_image(work, staff, chosen)
            assert featured_image_id(work) == chosen
    with library.work() as work:
        hide_image(work, staff, other, reason="x")
        assert featured_image_id(work) == image_id
        with pytest.raises(InvalidValue):
            feature_image(work, staff, other)


def test_a_grant_lets_somebody_fave_for_another(library: Library, alice: Actor, image_id: int) -> None:
    bot, admin, mod = (
        add_person(library, role.value, role) for role in (Role.USER, Role.ADMIN, Role.MODERATOR)
    )
    asked = {"of_user_id": alice.user_id}
    for stranger in (bot, mod, scoped(admin, "interact"), scoped(admin, "read")):
        for verb in (fave, unfave, toggle_fave):
            with pytest.raises(NotAllowed):
                do(library, verb, stranger, image_id, **asked)
    with library.work() as work:
        add_grant(work, OPERATOR, bot.user_id or 0, Granted.MANAGE_FAVORITES, alice.user_id)
        add_grant(work, OPERATOR, bot.user_id or 0, Granted.VIEW_FAVORITES, None)
    assert do(library, fave, bot, image_id, **asked) == (True, 1, 0, 1)
    assert do(library, fave, alice, image_id) == (False, 1, 0, 1), "it is alice's"
    assert do(library, fave, bot, image_id) == (True, 2, 0, 2)
    assert do(library, toggle_fave, admin, image_id, **asked) == (True, 2, 0, 1)
    assert do(library, toggle_fave, scoped(bot, "interact"), image_id, **asked) == (True, 2, 0, 2)
    assert do(library, unfave, bot, image_id, **asked) == (True, 2, 0, 1)
    with pytest.raises(NotAllowed):
        do(library, fave, scoped(bot, "read"), image_id, **asked)
    with pytest.raises(NotAllowed):
        do(library, fave, bot, image_id, of_user_id=mod.user_id)
    for nobody in (0, -1, 2**40, 2**63 - 1):
        with pytest.raises(UserNotFound):
            do(library, fave, admin, image_id, of_user_id=nobody)
    assert wrong_counters(library) == []


def test_counts_tell_whether_it_is_a_fave_now(library: Library, alice: Actor, image_id: int) -> None:
    told: list[bool] = []
    for verb in (fave, fave, toggle_fave, toggle_fave, unfave, unfave):
        with library.work() as work:
            told.append(verb(work, alice, image_id).is_faved)
    assert told == [True, True, False, True, False, False]
