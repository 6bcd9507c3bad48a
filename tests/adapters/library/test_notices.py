"""Subscriptions, and what is new: told once for each subject, to all but who did it, if they may see it."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import event, insert, literal, select
from tests.libraries import Clock, add_image, add_person, wrong_counters

from polybooru.db.tables import forums, image_subscriptions, notices, users
from polybooru.library.actors import ANONYMOUS, Actor, Role
from polybooru.library.comments import approve_comment, post_comment
from polybooru.library.errors import (
    ForumNotFound,
    GalleryNotFound,
    ImageNotFound,
    LoginRequired,
    NoticeNotFound,
    TopicNotFound,
)
from polybooru.library.galleries import GalleryText, add_images, create_gallery, delete_gallery
from polybooru.library.images import hide_image, unhide_image
from polybooru.library.library import Library
from polybooru.library.merges import merge_image, unmerge_image
from polybooru.library.notices import (
    Notice,
    count_new_notices,
    list_notices,
    mark_all_notices_read,
    mark_notice_read,
)
from polybooru.library.posts import approve_post, reply
from polybooru.library.subscriptions import (
    subscribe_forum,
    subscribe_gallery,
    subscribe_image,
    subscribe_topic,
    unsubscribe_forum,
    unsubscribe_gallery,
    unsubscribe_image,
    unsubscribe_topic,
)
from polybooru.library.topics import TopicText, create_topic, hide_topic, move_topic, unhide_topic

LINK = "https://elsewhere.example"


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
def image_id(library: Library) -> int:
    return add_image(library)


def do(library: Library, verb: Any, *arguments: Any, **facts: Any) -> Any:
    with library.work() as work:
        return verb(work, *arguments, **facts)


def listed(library: Library, actor: Actor, **facts: Any) -> list[Notice]:
    with library.reading() as reading:
        return list_notices(reading, actor, **facts)


def told(library: Library, actor: Actor) -> list[tuple[str, int, int]]:
    """Kind, subject and object of what is new, the newest first."""
    found = listed(library, actor)
    with library.reading() as reading:
        assert count_new_notices(reading, actor) == len(found)
    return [(notice.kind.value, notice.subject_id, notice.object_id) for notice in found]


def test_comments_on_one_image_are_one_notice_of_the_newest(
    library: Library, alice: Actor, bob: Actor, image_id: int, clock: Clock
) -> None:
    assert [do(library, subscribe_image, alice, image_id) for _ in range(2)] == [True, False]
    assert told(library, alice) == []
    for number in range(3):
        clock.go_on(1)
        made = do(library, post_comment, bob, image_id, f"comment {number}")
        assert told(library, alice) == [("image_comment", image_id, made)]
    (notice,) = listed(library, alice)
    assert (notice.happened_at, notice.is_new) == (clock.now, True)
    assert told(library, bob) == []


def test_nobody_hears_of_their_own_doing_or_misses_anothers(
    library: Library, alice: Actor, bob: Actor, staff: Actor, image_id: int
) -> None:
    for person in (alice, bob):
        do(library, subscribe_image, person, image_id)
    first = do(library, post_comment, alice, image_id, "a")
    assert (told(library, alice), told(library, bob)) == ([], [("image_comment", image_id, first)])
    second = do(library, post_comment, bob, image_id, "b")
    for _ in range(2):
        third = do(library, post_comment, alice, image_id, "c")
    assert told(library, alice) == [("image_comment", image_id, second)]
    assert told(library, bob) == [("image_comment", image_id, third)]
    do(library, post_comment, staff, image_id, "d")
    assert told(library, alice)[0][2] == told(library, bob)[0][2] == third + 1


def test_what_was_seen_is_new_again_with_the_next(
    library: Library, alice: Actor, bob: Actor, image_id: int
) -> None:
    do(library, subscribe_image, alice, image_id)
    do(library, post_comment, bob, image_id, "a")
    (notice,) = listed(library, alice)
    for _ in range(2):
        do(library, mark_notice_read, alice, notice.id)
        assert told(library, alice) == []
    assert [(seen.id, seen.is_new) for seen in listed(library, alice, only_new=False)] == [(notice.id, False)]
    do(library, post_comment, alice, image_id, "own")
    assert told(library, alice) == []
    made = do(library, post_comment, bob, image_id, "b")
    assert told(library, alice) == [("image_comment", image_id, made)]
    do(library, mark_all_notices_read, alice)
    assert told(library, alice) == []


def test_what_happened_before_is_not_new(library: Library, alice: Actor, bob: Actor, image_id: int) -> None:
    do(library, post_comment, bob, image_id, "a")
    do(library, subscribe_image, alice, image_id)
    assert told(library, alice) == []
    do(library, post_comment, bob, image_id, "b")
    assert [do(library, unsubscribe_image, alice, image_id) for _ in range(2)] == [True, False]
    assert listed(library, alice, only_new=False) == []
    do(library, subscribe_image, alice, image_id)
    assert told(library, alice) == []


def test_replies_topics_and_images_of_galleries_are_told(
    library: Library, alice: Actor, bob: Actor, image_id: int, clock: Clock
) -> None:
    topic_id = do(library, create_topic, bob, "dis", TopicText(title="A topic", body="x"))
    gallery_id = do(library, create_gallery, bob, GalleryText(title="g"))
    do(library, subscribe_topic, alice, topic_id)
    do(library, subscribe_forum, alice, "dis")
    do(library, subscribe_gallery, alice, gallery_id)
    other = do(library, create_topic, bob, "dis", TopicText(title="Other", body="x"))
    clock.go_on(1)
    post_id = do(library, reply, bob, topic_id, "y")
    clock.go_on(1)
    do(library, add_images, bob, gallery_id, [add_image(library), image_id])
    with library.reading() as reading:
        forum_id = reading.execute(select(forums.c.id).where(forums.c.short_name == "dis")).scalar_one()
    assert told(library, alice) == [
        ("gallery_image", gallery_id, image_id),
        ("topic_post", topic_id, post_id),
        ("forum_topic", forum_id, other),
    ]
    do(library, add_images, bob, gallery_id, [image_id])
    assert [found.kind.value for found in listed(library, alice, offset=1, limit=1)] == ["topic_post"]
    do(library, delete_gallery, bob, gallery_id)
    assert len(told(library, alice)) == 2
    for verb, subject in (
        (unsubscribe_topic, topic_id),
        (unsubscribe_forum, "dis"),
    ):
        do(library, verb, alice, subject)
    assert told(library, alice) == []


def test_what_waits_for_approval_is_told_with_it(
    library: Library, alice: Actor, bob: Actor, staff: Actor, image_id: int
) -> None:
    topic_id = do(library, create_topic, bob, "dis", TopicText(title="A topic", body="x"))
    do(library, subscribe_image, alice, image_id)
    do(library, subscribe_topic, alice, topic_id)
    do(library, subscribe_forum, alice, "dis")
    comment_id = do(library, post_comment, bob, image_id, LINK)
    post_id = do(library, reply, bob, topic_id, LINK)
    do(library, create_topic, bob, "dis", TopicText(title="Other", body=LINK))
    assert told(library, alice) == []
    do(library, approve_comment, staff, comment_id)
    assert told(library, alice) == [("image_comment", image_id, comment_id)]
    for waiting in (post_id, post_id + 1):
        do(library, approve_post, staff, waiting)
    assert {kind for kind, *_ in told(library, alice)} == {"forum_topic", "topic_post", "image_comment"}
    assert told(library, bob) == []


def test_what_is_out_of_sight_is_not_told(
    library: Library, alice: Actor, bob: Actor, staff: Actor, image_id: int
) -> None:
    topic_id = do(library, create_topic, bob, "dis", TopicText(title="A topic", body="x"))
    do(library, subscribe_image, alice, image_id)
    do(library, subscribe_topic, alice, topic_id)
    do(library, post_comment, bob, image_id, "x")
    do(library, reply, bob, topic_id, "x")
    notice_ids = [notice.id for notice in listed(library, alice)]
    do(library, hide_image, staff, image_id, reason="x")
    do(library, move_topic, staff, topic_id, "mod")
    assert told(library, alice) == []
    for notice_id in notice_ids:
        with pytest.raises(NoticeNotFound):
            do(library, mark_notice_read, alice, notice_id)
    do(library, unhide_image, staff, image_id)
    do(library, move_topic, staff, topic_id, "dis")
    do(library, hide_topic, staff, topic_id, reason="x")
    assert [kind for kind, *_ in told(library, alice)] == ["image_comment"]
    do(library, unhide_topic, staff, topic_id)
    assert len(told(library, alice)) == 2
    assert do(library, unsubscribe_image, alice, image_id)


def test_a_merge_takes_subscriptions_along_and_back(
    library: Library, alice: Actor, bob: Actor, staff: Actor, image_id: int
) -> None:
    target_id = add_image(library)
    do(library, subscribe_image, alice, image_id)
    for subject in (image_id, target_id):
        do(library, subscribe_image, bob, subject)
    do(library, post_comment, staff, target_id, "older than the merge")
    do(library, merge_image, staff, image_id, target_id)
    assert told(library, alice) == [("image_merge", target_id, image_id)]
    assert {kind for kind, *_ in told(library, bob)} == {"image_comment", "image_merge"}
    do(library, post_comment, staff, target_id, "x")
    assert len(told(library, alice)) == 2
    do(library, unmerge_image, staff, image_id)
    assert told(library, alice) == []
    assert len(told(library, bob)) == 2
    do(library, subscribe_image, alice, target_id)
    assert told(library, alice) == []


def test_comments_that_wait_are_merged_without_being_counted(
    library: Library, bob: Actor, staff: Actor, image_id: int
) -> None:
    target_id = add_image(library)
    for text in (LINK, "no link"):
        do(library, post_comment, bob, image_id, text)
    for verb, *others in ((merge_image, target_id), (unmerge_image,)):
        do(library, verb, staff, image_id, *others)
        assert wrong_counters(library) == []


def test_only_people_subscribe_and_only_to_what_is_there(
    library: Library, alice: Actor, staff: Actor, image_id: int
) -> None:
    topic_id = do(library, create_topic, staff, "mod", TopicText(title="A topic", body="x"))
    hidden = add_image(library, hidden_from_users=True)
    cases: list[tuple[Callable[..., bool], type[Exception], list[Any]]] = [
        (subscribe_image, ImageNotFound, [hidden, 0, 4711, 2**70]),
        (unsubscribe_image, ImageNotFound, [0, 4711]),
        (subscribe_topic, TopicNotFound, [topic_id, 0, 4711]),
        (subscribe_forum, ForumNotFound, ["mod", "", "nope"]),
        (subscribe_gallery, GalleryNotFound, [0, 4711, 2**70]),
        (unsubscribe_gallery, GalleryNotFound, [0]),
    ]
    for verb, refusal, subjects in cases:
        for subject in subjects:
            with pytest.raises(refusal):
                do(library, verb, alice, subject)
        with pytest.raises(LoginRequired):
            do(library, verb, ANONYMOUS, subjects[-1])
    do(library, subscribe_topic, staff, topic_id)
    for notice_id in (0, -1, 4711, 2**70):
        with pytest.raises(NoticeNotFound):
            do(library, mark_notice_read, alice, notice_id)
    with library.reading() as reading, pytest.raises(LoginRequired):
        list_notices(reading, ANONYMOUS)


def test_a_comment_costs_the_same_however_many_have_subscribed(
    library: Library, alice: Actor, bob: Actor, image_id: int
) -> None:
    statements: list[str] = []
    rows: list[int] = []

    def count(_connection: object, cursor: Any, statement: str, *_: object) -> None:
        statements.append(statement)
        rows.append(max(cursor.rowcount, 0))

    def cost() -> tuple[int, int]:
        statements.clear()
        rows.clear()
        event.listen(library.database.engine, "after_cursor_execute", count)
        try:
            do(library, post_comment, bob, image_id, "some words")
        finally:
            event.remove(library.database.engine, "after_cursor_execute", count)
        return len(statements), sum(rows)

    do(library, subscribe_image, alice, image_id)
    cost()
    alone = cost()
    row = {"password_hash": "!", "role": "user", "created_at": library.clock()}
    people = [{"name": f"p{n}", "folded_name": f"p{n}", "slug": f"p{n}", **row} for n in range(10_000)]
    with library.work() as work:
        for start in range(0, len(people), 1_000):
            work.execute(insert(users), people[start : start + 1_000])
        everybody = select(literal(image_id), users.c.id).where(users.c.name.like("p%"))
        work.execute(insert(image_subscriptions).from_select(["image_id", "user_id"], everybody))
    assert cost() == alone
    with library.reading() as reading:
        assert len(reading.execute(select(notices)).all()) == 1
        last = reading.execute(select(users.c.id).where(users.c.name == "p9999")).scalar_one()
    assert len(told(library, Actor(user_id=last, role=Role.USER))) == 1
