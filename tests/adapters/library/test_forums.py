"""Forums, topics and posts: who enters, writes, hides and destroys; counts that always equal a recount."""

import random
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Any

import pytest
from sqlalchemy import Row, Table, select, update
from tests.libraries import Clock, add_person, scoped, wrong_counters

from polybooru.db.full_text import POST_WORDS, TOPIC_WORDS, WordTable, containing
from polybooru.db.tables import changes, forums, posts, topics
from polybooru.library.actors import ANONYMOUS, Actor, Role
from polybooru.library.errors import (
    ForumNotFound,
    InvalidValue,
    LoginRequired,
    NotAllowed,
    PostNotFound,
    TopicNotFound,
)
from polybooru.library.forums import FORUMS
from polybooru.library.library import Library
from polybooru.library.posts import destroy_post, edit_post, hide_post, reply, unhide_post
from polybooru.library.topics import TopicText, create_topic, hide_topic, unhide_topic

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


def row(library: Library, table: Table, object_id: int) -> Row[Any]:
    with library.reading() as reading:
        return reading.execute(select(table).where(table.c.id == object_id)).one()


def forum(library: Library, short_name: str = "dis") -> tuple[int, int]:
    with library.reading() as reading:
        counted = select(forums.c.topic_count, forums.c.post_count)
        return tuple(reading.execute(counted.where(forums.c.short_name == short_name)).one())


def found(library: Library, table: WordTable, field: str, word: str) -> list[int]:
    condition = containing(table, field, [[word]], is_sqlite=library.database.is_sqlite)
    with library.reading() as reading:
        return sorted(reading.execute(select(table.clause.c.rowid).where(condition)).scalars())


def test_a_new_library_has_the_forums(library: Library) -> None:
    with library.reading() as reading:
        rows = reading.execute(select(forums).order_by(forums.c.id)).all()
    assert [(r.short_name, r.name, r.access_level) for r in rows] == list(FORUMS)


def test_a_topic_begins_with_its_first_post(library: Library, alice: Actor, clock: Clock) -> None:
    before = library.replica.applied
    made = do(library, create_topic, alice, "dis", ASK)
    topic = row(library, topics, made)
    assert (topic.slug, topic.title, topic.user_id) == ("ask-the-mods-anything", ASK.title, alice.user_id)
    assert (topic.post_count, topic.last_replied_to_at, topic.is_locked) == (1, clock.now, False)
    clock.go_on(60)
    second = do(library, reply, alice, made, "Owls", is_anonymous=True)
    post = row(library, posts, second)
    assert (post.topic_id, post.topic_position, post.is_anonymous) == (made, 1, True)
    topic = row(library, topics, made)
    assert (topic.post_count, topic.last_replied_to_at) == (2, clock.now)
    assert topic.updated_at < clock.now
    assert forum(library) == (1, 2)
    assert (found(library, TOPIC_WORDS, "title", "mod"), found(library, POST_WORDS, "body", "owl")) == (
        [made],
        [second],
    )
    with library.reading() as reading:
        kinds = reading.execute(select(changes.c.kind).where(changes.c.number > before)).scalars().all()
    assert sorted(kinds) == ["forum", "forum", "post", "post", "topic", "topic"]


def test_a_title_that_is_taken_gets_a_number(library: Library, alice: Actor) -> None:
    def slug(title: str, place: str = "dis") -> str:
        made = do(library, create_topic, alice, place, TopicText(title=title, body="x"))
        return row(library, topics, made).slug

    assert [slug(title) for title in ("Hello", "hello!", "HELLO.", "Hello 5")] == [
        "hello",
        "hello-2",
        "hello-3",
        "hello-5",
    ]
    assert [slug("hello") for _ in range(2)] == ["hello-6", "hello-7"]
    assert slug("hello", "meta") == "hello"
    assert [slug("日本語"), slug("語語")] == ["topic", "topic-2"]


@pytest.mark.parametrize("role", [None, *Role])
def test_who_enters_and_writes_where(library: Library, role: Role | None) -> None:
    boss = add_person(library, "boss", Role.ADMIN)
    actor = ANONYMOUS if role is None else add_person(library, "actor", role)
    is_staff = role in {Role.MODERATOR, Role.ADMIN}
    open_to = {"dis", "pony", "meta", "art", "rp"}
    if role is Role.ASSISTANT or is_staff:
        open_to.add("helper")
    if is_staff:
        open_to.add("mod")
    for short_name, *_ in FORUMS:
        made = do(library, create_topic, boss, short_name, ASK)
        post_id = do(library, reply, boss, made, "x")
        if role is None:
            for verb, *arguments in ((create_topic, short_name, ASK), (reply, made, "x")):
                with pytest.raises(LoginRequired):
                    do(library, verb, actor, *arguments)
        elif short_name in open_to:
            do(library, create_topic, actor, short_name, ASK)
            own = do(library, reply, actor, made, "x")
            do(library, edit_post, actor, own, "y")
            if is_staff:
                do(library, edit_post, actor, post_id, "y", reason="rude")
                continue
            with pytest.raises(NotAllowed):
                do(library, edit_post, actor, post_id, "y", reason="rude")
        else:
            for verb, refusal, *arguments in (
                (create_topic, ForumNotFound, short_name, ASK),
                (reply, TopicNotFound, made, "x"),
                (edit_post, PostNotFound, post_id, "x"),
            ):
                with pytest.raises(refusal):
                    do(library, verb, actor, *arguments)
        if not is_staff:
            for verb, object_id in (
                (hide_topic, made),
                (unhide_topic, made),
                (hide_post, post_id),
                (unhide_post, post_id),
                (destroy_post, post_id),
            ):
                facts = {"reason": "x"} if verb in {hide_topic, hide_post} else {}
                with pytest.raises(NotAllowed):
                    do(library, verb, actor, object_id, **facts)
    assert wrong_counters(library) == []


def test_a_token_without_the_scope_may_not_write(library: Library, alice: Actor, staff: Actor) -> None:
    made = do(library, create_topic, alice, "dis", ASK)
    for verb, *arguments in ((create_topic, "dis", ASK), (reply, made, "x"), (edit_post, 1, "x")):
        with pytest.raises(NotAllowed):
            do(library, verb, scoped(alice, "interact"), *arguments)
    with pytest.raises(NotAllowed):
        do(library, hide_topic, scoped(staff, "write"), made, reason="x")
    with pytest.raises(ForumNotFound):
        do(library, create_topic, scoped(staff, "write"), "mod", ASK)


def test_posts_are_edited_hidden_and_destroyed_and_keep_their_place(
    library: Library, alice: Actor, staff: Actor, clock: Clock
) -> None:
    made = do(library, create_topic, alice, "dis", ASK)
    second, third = (do(library, reply, alice, made, body) for body in ("Owls", "Bears"))
    clock.go_on(5)
    do(library, edit_post, alice, second, "Cats", reason="typo")
    post = row(library, posts, second)
    assert (post.body, post.edit_reason, post.edited_at) == ("Cats", "typo", clock.now)
    for reason in ("Duplicates", "Swearing"):
        do(library, hide_post, staff, second, reason=reason)
    with pytest.raises(PostNotFound):
        do(library, edit_post, alice, second, "x")
    with pytest.raises(InvalidValue, match="hidden first"):
        do(library, destroy_post, staff, third)
    do(library, unhide_post, staff, second)
    do(library, unhide_post, staff, second)
    assert found(library, POST_WORDS, "deletion_reason", "swear") == []
    do(library, hide_post, staff, second, reason="Swearing")
    do(library, destroy_post, staff, second)
    with pytest.raises(InvalidValue):
        do(library, unhide_post, staff, second)
    post = row(library, posts, second)
    assert (post.body, post.is_destroyed, post.topic_position) == ("", True, 1)
    assert found(library, POST_WORDS, "body", "cat") == []
    assert do(library, reply, alice, made, "x") == third + 1
    assert row(library, posts, third + 1).topic_position == 3
    assert forum(library) == (1, 4)
    assert wrong_counters(library) == []


def test_a_topic_out_of_sight_is_not_counted_and_takes_no_posts(
    library: Library, alice: Actor, staff: Actor
) -> None:
    made, other = (do(library, create_topic, alice, "dis", ASK) for _ in range(2))
    post_id = do(library, reply, alice, made, "x")
    for reason in ("first", "second"):
        do(library, hide_topic, staff, made, reason=reason)
        assert forum(library) == (1, 1)
    assert row(library, topics, made).deletion_reason == "second"
    for actor in (alice, staff):
        with pytest.raises(TopicNotFound):
            do(library, reply, actor, made, "x")
        with pytest.raises(PostNotFound):
            do(library, edit_post, alice, post_id, "x")
    do(library, hide_post, staff, post_id, reason="x")
    for _ in range(2):
        do(library, unhide_topic, staff, made)
        assert forum(library) == (2, 3)
    do(library, reply, alice, other, "x")
    assert wrong_counters(library) == []
    with pytest.raises(InvalidValue):
        do(library, hide_topic, staff, made, reason=" ")


def test_a_locked_topic_takes_no_posts(library: Library, alice: Actor, staff: Actor) -> None:
    made = do(library, create_topic, alice, "dis", ASK)
    with library.work() as work:
        work.execute(update(topics).values(is_locked=True))
    for actor in (alice, staff):
        with pytest.raises(NotAllowed, match="locked"):
            do(library, reply, actor, made, "x")
    with pytest.raises(NotAllowed, match="locked"):
        do(library, edit_post, alice, 1, "x")
    assert forum(library) == (1, 1)


def test_text_out_of_bounds_is_refused(library: Library, alice: Actor) -> None:
    for title in ("", "abc", " a\0b\u200b c "[:4], "x" * 97, "é" * 49, "\ud800" * 5):
        with pytest.raises(InvalidValue) as raised:
            do(library, create_topic, alice, "dis", TopicText(title=title, body="x"))
        assert raised.value.field == "title"
    made = do(library, create_topic, alice, "dis", TopicText(title="éé", body="x" * 20_000))
    for body in ("", " \n", "\0", "\ud800", "x" * 20_001):
        for verb, *arguments in (
            (create_topic, "dis", TopicText(title="good", body=body)),
            (reply, made, body),
            (edit_post, 1, body),
        ):
            with pytest.raises(InvalidValue) as raised:
                do(library, verb, alice, *arguments)
            assert raised.value.field == "body"
    hostile = "<img src=x onerror=alert(1)> '); drop table posts; -- \u202e"
    assert row(library, posts, do(library, reply, alice, made, hostile)).body == hostile
    assert wrong_counters(library) == []


def test_what_does_not_exist_is_not_found(library: Library, alice: Actor, staff: Actor) -> None:
    do(library, create_topic, alice, "dis", ASK)
    for name in ("", "nope", "dis\0", "\ud800", "DIS", "dis ", "日本", "x" * 10_000):
        with pytest.raises(ForumNotFound):
            do(library, create_topic, alice, name, ASK)
    for unknown in (0, -1, 4711, 2**31, 2**70):
        with pytest.raises(TopicNotFound):
            do(library, reply, alice, unknown, "x")
        with pytest.raises(TopicNotFound):
            do(library, unhide_topic, staff, unknown)
        for verb in (unhide_post, destroy_post):
            with pytest.raises(PostNotFound):
                do(library, verb, staff, unknown)
        with pytest.raises(PostNotFound):
            do(library, edit_post, alice, unknown, "x")


def test_parallel_posts_take_places_of_their_own_and_add_up(
    library: Library, alice: Actor, staff: Actor
) -> None:
    made = [do(library, create_topic, alice, "dis", ASK) for _ in range(2)]
    chance = random.Random(5)
    todo = [(number % 5, chance.choice(made)) for number in range(80)]

    def run(one: tuple[int, int]) -> None:
        kind, topic_id = one
        match kind:
            case 0:
                do(library, create_topic, alice, "dis", TopicText(title="Same title", body="x"))
            case 1:
                do(library, hide_topic, staff, topic_id, reason="x")
            case 2:
                do(library, unhide_topic, staff, topic_id)
            case _:
                with suppress(TopicNotFound):
                    do(library, reply, alice, topic_id, "x")

    with ThreadPoolExecutor(5) as pool:
        list(pool.map(run, todo))
    assert wrong_counters(library) == []
    with library.reading() as reading:
        slugs = set(reading.execute(select(topics.c.slug)).scalars())
    assert {"same-title", "same-title-2", "same-title-16"} <= slugs
