"""Polls: who asks, who votes, until when, and counts that always equal a recount."""

import random
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from tests.libraries import NOON, Clock, add_person, wrong_counters

from polybooru.library.actors import ANONYMOUS, OPERATOR, Actor, Role
from polybooru.library.errors import InvalidValue, NotAllowed, PollNotFound, TopicNotFound
from polybooru.library.library import Library
from polybooru.library.polls import (
    LONGEST,
    Poll,
    PollText,
    create_poll,
    delete_poll,
    find_poll,
    vote_in_poll,
    withdraw_poll_votes,
)
from polybooru.library.topics import TopicText, create_topic, hide_topic, lock_topic, move_topic

END = NOON + timedelta(days=1)
ONE = PollText(title="Which?", options=["cats", "dogs", "foxes"], ends_at=END)
MANY = PollText(title="Which?", options=["cats", "dogs", "foxes"], ends_at=END, is_multiple=True)


@pytest.fixture
def alice(library: Library) -> Actor:
    return add_person(library, "alice")


@pytest.fixture
def staff(library: Library) -> Actor:
    return add_person(library, "mod", Role.MODERATOR)


@pytest.fixture
def topic_id(library: Library, alice: Actor) -> int:
    return do(library, create_topic, alice, "dis", TopicText(title="A topic", body="x"))


def do(library: Library, verb: Any, *arguments: Any, **facts: Any) -> Any:
    with library.work() as work:
        return verb(work, *arguments, **facts)


def found(library: Library, actor: Actor, topic_id: int) -> Poll:
    with library.reading() as reading:
        poll = find_poll(reading, actor, topic_id)
    assert poll is not None
    return poll


def votes(library: Library, topic_id: int) -> list[int]:
    return [option.vote_count for option in found(library, ANONYMOUS, topic_id).options]


def options(library: Library, topic_id: int) -> list[int]:
    return [option.id for option in found(library, ANONYMOUS, topic_id).options]


def test_a_poll_is_shown_with_what_the_caller_chose(library: Library, alice: Actor, topic_id: int) -> None:
    poll_id = do(library, create_poll, alice, topic_id, ONE)
    first, second, third = options(library, topic_id)
    do(library, vote_in_poll, alice, poll_id, [second])
    poll = found(library, alice, topic_id)
    assert (poll.id, poll.title, poll.ends_at, poll.is_multiple, poll.voter_count) == (
        poll_id,
        "Which?",
        END,
        False,
        1,
    )
    assert [(option.label, option.vote_count, option.is_mine) for option in poll.options] == [
        ("cats", 0, False),
        ("dogs", 1, True),
        ("foxes", 0, False),
    ]
    assert not any(option.is_mine for option in found(library, ANONYMOUS, topic_id).options)
    do(library, vote_in_poll, alice, poll_id, [third])
    do(library, vote_in_poll, alice, poll_id, [third])
    assert votes(library, topic_id) == [0, 0, 1]
    for chosen in ([], [first, second], [third + 1], [first, third + 1]):
        with pytest.raises(InvalidValue):
            do(library, vote_in_poll, alice, poll_id, chosen)
    for _ in range(2):
        do(library, withdraw_poll_votes, alice, poll_id)
        assert votes(library, topic_id) == [0, 0, 0]
    assert found(library, alice, topic_id).voter_count == 0
    assert wrong_counters(library) == []


def test_several_options_are_one_voter(library: Library, alice: Actor, staff: Actor, topic_id: int) -> None:
    poll_id = do(library, create_poll, alice, topic_id, MANY)
    first, second, third = options(library, topic_id)
    do(library, vote_in_poll, alice, poll_id, [first, second, first])
    do(library, vote_in_poll, staff, poll_id, [second])
    assert votes(library, topic_id) == [1, 2, 0]
    do(library, vote_in_poll, alice, poll_id, [second, third])
    assert votes(library, topic_id) == [0, 2, 1]
    assert found(library, alice, topic_id).voter_count == 2
    assert wrong_counters(library) == []


def test_only_the_author_and_staff_ask_and_only_once(
    library: Library, alice: Actor, staff: Actor, topic_id: int
) -> None:
    with pytest.raises(NotAllowed):
        do(library, create_poll, add_person(library, "bob"), topic_id, ONE)
    poll_id = do(library, create_poll, staff, topic_id, ONE)
    for actor in (alice, staff):
        with pytest.raises(InvalidValue):
            do(library, create_poll, actor, topic_id, ONE)
    with pytest.raises(NotAllowed):
        do(library, delete_poll, alice, poll_id)
    do(library, vote_in_poll, alice, poll_id, options(library, topic_id)[:1])
    do(library, delete_poll, OPERATOR, poll_id)
    with library.reading() as reading:
        assert find_poll(reading, alice, topic_id) is None
    do(library, create_poll, alice, topic_id, ONE)
    assert votes(library, topic_id) == [0, 0, 0]


@pytest.mark.parametrize(
    "text",
    [
        PollText(title=" ", options=["a", "b"], ends_at=END),
        PollText(title="é" * 71, options=["a", "b"], ends_at=END),
        PollText(title="a", options=["a"], ends_at=END),
        PollText(title="a", options=[str(n) for n in range(21)], ends_at=END),
        PollText(title="a", options=["a", " a "], ends_at=END),
        PollText(title="a", options=["a", ""], ends_at=END),
        PollText(title="a", options=["a", "é" * 41], ends_at=END),
        PollText(title="a", options=["a", "b"], ends_at=NOON),
        PollText(title="a", options=["a", "b"], ends_at=NOON + LONGEST + timedelta(seconds=1)),
    ],
)
def test_a_poll_out_of_bounds_is_refused(
    library: Library, alice: Actor, topic_id: int, text: PollText
) -> None:
    with pytest.raises(InvalidValue):
        do(library, create_poll, alice, topic_id, text)
    with library.reading() as reading:
        assert find_poll(reading, alice, topic_id) is None


def test_the_largest_poll_is_taken(library: Library, alice: Actor, topic_id: int) -> None:
    labels = [f"{n:02}" + "é" * 39 for n in range(20)]
    text = PollText(title="é" * 70, options=labels, ends_at=NOON + LONGEST)
    do(library, create_poll, alice, topic_id, text)
    assert [option.label for option in found(library, alice, topic_id).options] == labels


def test_nobody_votes_after_the_end(library: Library, alice: Actor, topic_id: int, clock: Clock) -> None:
    poll_id = do(library, create_poll, alice, topic_id, ONE)
    first, second, _ = options(library, topic_id)
    clock.now = END - timedelta(microseconds=1)
    do(library, vote_in_poll, alice, poll_id, [first])
    clock.now = END
    for verb, *arguments in ((vote_in_poll, [second]), (withdraw_poll_votes,)):
        with pytest.raises(NotAllowed, match="ended"):
            do(library, verb, alice, poll_id, *arguments)
    assert votes(library, topic_id) == [1, 0, 0]


def test_a_poll_is_where_its_topic_is(library: Library, alice: Actor, staff: Actor, topic_id: int) -> None:
    poll_id = do(library, create_poll, alice, topic_id, ONE)
    first, *_ = options(library, topic_id)
    do(library, lock_topic, staff, topic_id)
    with pytest.raises(NotAllowed, match="locked"):
        do(library, vote_in_poll, alice, poll_id, [first])
    do(library, move_topic, staff, topic_id, "mod")
    with pytest.raises(PollNotFound):
        do(library, vote_in_poll, alice, poll_id, [first])
    with library.reading() as reading, pytest.raises(TopicNotFound):
        find_poll(reading, alice, topic_id)
    do(library, hide_topic, staff, topic_id, reason="x")
    with pytest.raises(PollNotFound):
        do(library, vote_in_poll, staff, poll_id, [first])
    for unknown in (0, -1, poll_id + 1, 2**70):
        with pytest.raises(PollNotFound):
            do(library, vote_in_poll, staff, unknown, [first])
        with library.reading() as reading, pytest.raises(TopicNotFound):
            find_poll(reading, staff, unknown + 1 if unknown == poll_id + 1 else unknown)


def test_two_hundred_votes_at_once_are_counted_exactly(library: Library, alice: Actor, topic_id: int) -> None:
    poll_id = do(library, create_poll, alice, topic_id, MANY)
    known = options(library, topic_id)
    people = [add_person(library, f"p{n}") for n in range(20)]
    chance = random.Random(3)
    todo = [(chance.choice(people), chance.sample(known, chance.randrange(4))) for _ in range(200)]

    def run(one: tuple[Actor, list[int]]) -> None:
        person, chosen = one
        if chosen:
            do(library, vote_in_poll, person, poll_id, chosen)
        else:
            do(library, withdraw_poll_votes, person, poll_id)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(run, todo))
    assert wrong_counters(library) == []
    assert sum(votes(library, topic_id)) > 0
