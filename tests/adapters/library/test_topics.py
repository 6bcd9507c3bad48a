"""What is done with topics and forums besides writing in them, and how often they are looked at."""

import random
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Any

import pytest
from sqlalchemy import Row, select
from tests.libraries import Clock, add_person, wrong_counters

from polybooru.db.full_text import TOPIC_WORDS, containing
from polybooru.db.tables import forums, moderation_log, topics
from polybooru.library.actors import OPERATOR, Actor, Role
from polybooru.library.errors import ForumNotFound, InvalidValue, NameTaken, NotAllowed, TopicNotFound
from polybooru.library.forums import ForumText, create_forum, edit_forum
from polybooru.library.library import Library
from polybooru.library.posts import edit_post, reply
from polybooru.library.topic_views import KEPT_FOR, MAX_TOPICS, TopicViews
from polybooru.library.topics import (
    TopicText,
    create_topic,
    hide_topic,
    lock_topic,
    move_topic,
    retitle_topic,
    stick_topic,
    unhide_topic,
    unlock_topic,
    unstick_topic,
)

ASK = TopicText(title="Ask the mods anything", body="Running foxes")


@pytest.fixture
def alice(library: Library) -> Actor:
    return add_person(library, "alice")


@pytest.fixture
def staff(library: Library) -> Actor:
    return add_person(library, "mod", Role.MODERATOR)


def do(library: Library, verb: Any, *arguments: Any, **facts: Any) -> Any:
    with library.work() as work:
        return verb(work, *arguments, **facts)


def topic(library: Library, topic_id: int) -> Row[Any]:
    with library.reading() as reading:
        return reading.execute(select(topics).where(topics.c.id == topic_id)).one()


def forum(library: Library, short_name: str) -> Row[Any]:
    with library.reading() as reading:
        return reading.execute(select(forums).where(forums.c.short_name == short_name)).one()


def actions(library: Library) -> list[str]:
    with library.reading() as reading:
        return list(reading.execute(select(moderation_log.c.action).order_by(moderation_log.c.id)).scalars())


def test_staff_stick_and_lock_a_topic_and_each_is_logged_once(
    library: Library, alice: Actor, staff: Actor
) -> None:
    made = do(library, create_topic, alice, "dis", ASK)
    for verb in (stick_topic, stick_topic, lock_topic, lock_topic):
        do(library, verb, staff, made)
    assert (topic(library, made).is_sticky, topic(library, made).is_locked) == (True, True)
    for actor in (alice, staff):
        with pytest.raises(NotAllowed, match="locked"):
            do(library, reply, actor, made, "x")
    with pytest.raises(NotAllowed, match="locked"):
        do(library, edit_post, alice, 1, "x")
    for verb in (unstick_topic, unlock_topic, unlock_topic):
        do(library, verb, OPERATOR, made)
    assert (topic(library, made).is_sticky, topic(library, made).is_locked) == (False, False)
    do(library, reply, alice, made, "x")
    assert actions(library) == ["topic.stick", "topic.lock", "topic.unstick", "topic.unlock"]


def test_a_title_is_changed_by_its_author_until_the_topic_is_locked(
    library: Library, alice: Actor, staff: Actor
) -> None:
    made = do(library, create_topic, alice, "dis", ASK)
    do(library, retitle_topic, alice, made, "  Something\u200b else ")
    assert (topic(library, made).title, topic(library, made).slug) == (
        "Something else",
        "ask-the-mods-anything",
    )
    condition = containing(TOPIC_WORDS, "title", [["someth"]], is_sqlite=library.database.is_sqlite)
    with library.reading() as reading:
        assert list(reading.execute(select(TOPIC_WORDS.clause.c.rowid).where(condition)).scalars()) == [made]
    with pytest.raises(NotAllowed):
        do(library, retitle_topic, add_person(library, "bob"), made, "Mine now")
    with pytest.raises(InvalidValue):
        do(library, retitle_topic, alice, made, "abc")
    do(library, lock_topic, staff, made)
    with pytest.raises(NotAllowed):
        do(library, retitle_topic, alice, made, "Too late")
    do(library, retitle_topic, staff, made, "By staff")
    assert actions(library) == ["topic.lock", "topic.retitle"]


def test_a_topic_moves_with_its_posts_and_gets_a_free_address(
    library: Library, alice: Actor, staff: Actor
) -> None:
    made, there = (do(library, create_topic, alice, name, ASK) for name in ("dis", "art"))
    do(library, reply, alice, made, "x")
    for _ in range(2):
        do(library, move_topic, staff, made, "art")
    assert [
        (forum(library, name).topic_count, forum(library, name).post_count) for name in ("dis", "art")
    ] == [
        (0, 0),
        (2, 3),
    ]
    assert [topic(library, one).slug for one in (there, made)] == [
        "ask-the-mods-anything",
        "ask-the-mods-anything-2",
    ]
    do(library, hide_topic, staff, made, reason="x")
    do(library, move_topic, staff, made, "mod")
    assert (forum(library, "mod").topic_count, forum(library, "art").topic_count) == (0, 1)
    do(library, unhide_topic, staff, made)
    assert (forum(library, "mod").topic_count, forum(library, "mod").post_count) == (1, 2)
    with pytest.raises(TopicNotFound):
        do(library, reply, alice, made, "x")
    for name in ("nope", "", "DIS"):
        with pytest.raises(ForumNotFound):
            do(library, move_topic, staff, made, name)
    with pytest.raises(NotAllowed):
        do(library, move_topic, alice, there, "dis")
    assert actions(library) == ["topic.move", "topic.hide", "topic.move", "topic.unhide"]
    assert wrong_counters(library) == []


def test_moves_replies_and_new_topics_at_once_add_up(library: Library, alice: Actor, staff: Actor) -> None:
    names = ("dis", "art", "rp")
    made = [do(library, create_topic, alice, name, ASK) for name in names]
    chance = random.Random(9)
    todo = [(number % 5, chance.choice(made), chance.choice(names)) for number in range(100)]

    def run(one: tuple[int, int, str]) -> None:
        kind, topic_id, name = one
        with suppress(TopicNotFound):
            match kind:
                case 0:
                    do(library, create_topic, alice, name, ASK)
                case 1:
                    do(
                        library,
                        hide_topic if topic_id % 2 else unhide_topic,
                        staff,
                        topic_id,
                        **({"reason": "x"} if topic_id % 2 else {}),
                    )
                case 2 | 3:
                    do(library, move_topic, staff, topic_id, name)
                case _:
                    do(library, reply, alice, topic_id, "some words")

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(run, todo))
    assert wrong_counters(library) == []


def test_admins_make_and_change_forums(library: Library, alice: Actor, staff: Actor) -> None:
    admin = add_person(library, "admin", Role.ADMIN)
    text = ForumText(name=" Fan\u200b  Art ", description="Drawn\nby you", access_level="assistant")
    for actor in (alice, staff):
        with pytest.raises(NotAllowed):
            do(library, create_forum, actor, "fans", text)
        with pytest.raises(NotAllowed):
            do(library, edit_forum, actor, "dis", text)
    made = do(library, create_forum, admin, "fans", text)
    stored = forum(library, "fans")
    assert (stored.id, stored.name, stored.description, stored.access_level) == (
        made,
        "Fan Art",
        "Drawn by you",
        "assistant",
    )
    with pytest.raises(NameTaken):
        do(library, create_forum, admin, "fans", text)
    with pytest.raises(ForumNotFound):
        do(library, create_topic, alice, "fans", ASK)
    do(library, edit_forum, OPERATOR, "fans", ForumText(name="Fans"))
    topic_id = do(library, create_topic, alice, "fans", ASK)
    do(library, edit_forum, admin, "fans", ForumText(name="Fans", access_level="staff"))
    with pytest.raises(TopicNotFound):
        do(library, reply, alice, topic_id, "x")
    assert actions(library) == ["forum.create", "forum.edit", "forum.edit"]


@pytest.mark.parametrize("short_name", ["", "Dis", "dis2", "d-s", "ä", "x" * 26, "dis\n", "\0"])
def test_a_forum_has_a_plain_short_name(library: Library, short_name: str) -> None:
    with pytest.raises(InvalidValue):
        do(library, create_forum, OPERATOR, short_name, ForumText(name="a"))


@pytest.mark.parametrize(
    "text",
    [
        ForumText(name=" "),
        ForumText(name="é" * 51),
        ForumText(name="a", description="x" * 1_001),
        ForumText(name="a", access_level="none"),
    ],
)
def test_texts_of_forums_have_bounds(library: Library, text: ForumText) -> None:
    for verb in (create_forum, edit_forum):
        with pytest.raises(InvalidValue):
            do(library, verb, OPERATOR, "dis" if verb is edit_forum else "fans", text)


def test_views_are_written_once_a_minute(library: Library, alice: Actor, clock: Clock) -> None:
    made = [do(library, create_topic, alice, "dis", ASK) for _ in range(2)]
    views = TopicViews(library)
    for topic_id in (*made, made[0]):
        views.count(topic_id)
    assert [topic(library, one).view_count for one in made] == [0, 0]
    clock.go_on(KEPT_FOR.total_seconds())
    views.count(made[1])
    assert [topic(library, one).view_count for one in made] == [2, 2]
    views.count(made[0])
    for _ in range(2):
        views.write()
    assert [topic(library, one).view_count for one in made] == [3, 2]


def test_views_of_many_topics_do_not_wait(library: Library, alice: Actor) -> None:
    made = do(library, create_topic, alice, "dis", ASK)
    views = TopicViews(library)
    for topic_id in range(made, made + MAX_TOPICS):
        views.count(topic_id)
    assert topic(library, made).view_count == 1
