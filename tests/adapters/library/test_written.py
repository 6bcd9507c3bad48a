"""What comments and posts share: HTML made when they are written, edits that are kept, links that wait."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Row, Table, func, select, update
from tests.libraries import NOON, Clock, add_image, add_person, wrong_counters

from polybooru.db.tables import comment_edits, comments, images, moderation_log, post_edits, posts, users
from polybooru.library.actors import ANONYMOUS, OPERATOR, Actor, Role
from polybooru.library.comments import (
    approve_comment,
    comment_history,
    destroy_comment,
    edit_comment,
    hide_comment,
    post_comment,
    unhide_comment,
)
from polybooru.library.errors import CommentNotFound, InvalidValue, NotAllowed, NotFound
from polybooru.library.images import hide_image
from polybooru.library.library import Library
from polybooru.library.posts import (
    approve_post,
    destroy_post,
    edit_post,
    hide_post,
    post_history,
    reply,
)
from polybooru.library.topics import TopicText, create_topic, hide_topic
from polybooru.library.written import LINKS_AFTER, MAX_EDITS, Edit

LINK = "See https://elsewhere.example"
OLD = {"created_at": NOON - LINKS_AFTER}


@dataclass(frozen=True, kw_only=True)
class Kind:
    """One of the two kinds of texts, by its verbs."""

    table: Table
    edits: Table
    write: Callable[..., int]
    edit: Callable[..., None]
    hide: Callable[..., None]
    destroy: Callable[..., None]
    approve: Callable[..., bool]
    history: Callable[..., list[Edit]]


COMMENTS = Kind(
    table=comments,
    edits=comment_edits,
    write=post_comment,
    edit=edit_comment,
    hide=hide_comment,
    destroy=destroy_comment,
    approve=approve_comment,
    history=comment_history,
)
POSTS = Kind(
    table=posts,
    edits=post_edits,
    write=reply,
    edit=edit_post,
    hide=hide_post,
    destroy=destroy_post,
    approve=approve_post,
    history=post_history,
)


@pytest.fixture(params=[COMMENTS, POSTS], ids=["comments", "posts"])
def kind(request: pytest.FixtureRequest) -> Kind:
    return request.param


@pytest.fixture
def home(library: Library, kind: Kind, staff: Actor) -> int:
    """Id of the image or topic that texts stand in."""
    if kind is COMMENTS:
        return add_image(library)
    return do(library, create_topic, staff, "dis", TopicText(title="A topic", body="x"))


@pytest.fixture
def young(library: Library) -> Actor:
    return add_person(library, "young")


@pytest.fixture
def alice(library: Library) -> Actor:
    return add_person(library, "alice", **OLD)


@pytest.fixture
def staff(library: Library) -> Actor:
    return add_person(library, "mod", Role.MODERATOR)


def do(library: Library, verb: Any, *arguments: Any, **facts: Any) -> Any:
    with library.work() as work:
        return verb(work, *arguments, **facts)


def history(library: Library, kind: Kind, actor: Actor, text_id: int) -> list[Edit]:
    with library.reading() as reading:
        return kind.history(reading, actor, text_id)


def row(library: Library, kind: Kind, text_id: int) -> Row[Any]:
    with library.reading() as reading:
        return reading.execute(select(kind.table).where(kind.table.c.id == text_id)).one()


def actions(library: Library) -> list[str]:
    with library.reading() as reading:
        return list(reading.execute(select(moderation_log.c.action).order_by(moderation_log.c.id)).scalars())


def counted(library: Library, image_id: int) -> int:
    with library.reading() as reading:
        return reading.execute(select(images.c.comment_count).where(images.c.id == image_id)).scalar_one()


def test_html_is_made_when_a_text_is_written(library: Library, kind: Kind, home: int, alice: Actor) -> None:
    made = do(library, kind.write, alice, home, "**a** <b> >>1")
    assert row(library, kind, made).body_html == (
        '<div class="paragraph"><strong>a</strong> &lt;b&gt; '
        '<span class="image-reference">&gt;&gt;1</span></div>\n'
    )
    do(library, kind.edit, alice, made, "*b*")
    assert row(library, kind, made).body_html == '<div class="paragraph"><em>b</em></div>\n'


def test_every_edit_is_kept(
    library: Library, kind: Kind, home: int, alice: Actor, staff: Actor, clock: Clock
) -> None:
    made = do(library, kind.write, alice, home, "one")
    assert history(library, kind, ANONYMOUS, made) == []
    clock.go_on(60)
    do(library, kind.edit, alice, made, "two", reason="better")
    do(library, kind.edit, alice, made, "two", reason="the same")
    first = Edit(user_id=alice.user_id, edited_at=clock.now, reason="better", body="one")
    assert history(library, kind, ANONYMOUS, made) == [first]
    clock.go_on(60)
    with pytest.raises(InvalidValue):
        do(library, kind.edit, staff, made, "three")
    do(library, kind.edit, staff, made, "three", reason="rude")
    second = Edit(user_id=staff.user_id, edited_at=clock.now, reason="rude", body="two")
    assert history(library, kind, ANONYMOUS, made) == [second, first]
    stored = row(library, kind, made)
    assert (stored.body, stored.edit_reason, stored.user_id) == ("three", "rude", alice.user_id)
    assert actions(library) == [f"{kind.table.name[:-1]}.edit"]


def test_nobody_else_edits(
    library: Library, kind: Kind, home: int, alice: Actor, young: Actor, staff: Actor
) -> None:
    made = do(library, kind.write, alice, home, "one")
    for other in (young, add_person(library, "helper", Role.ASSISTANT)):
        with pytest.raises(NotAllowed):
            do(library, kind.edit, other, made, "two", reason="rude")
    assert (row(library, kind, made).body, history(library, kind, staff, made)) == ("one", [])


def test_a_text_is_edited_so_often_and_no_more(library: Library, kind: Kind, home: int, alice: Actor) -> None:
    made = do(library, kind.write, alice, home, "0")
    with library.work() as work:
        for number in range(1, MAX_EDITS + 1):
            kind.edit(work, alice, made, str(number))
    with pytest.raises(InvalidValue, match="already"):
        do(library, kind.edit, alice, made, "more")
    assert len(history(library, kind, alice, made)) == MAX_EDITS


def test_destroying_takes_what_a_text_was_too(
    library: Library, kind: Kind, home: int, alice: Actor, staff: Actor
) -> None:
    made = do(library, kind.write, alice, home, "a secret")
    do(library, kind.edit, alice, made, "nothing")
    do(library, kind.hide, OPERATOR, made, reason="private")
    with pytest.raises(NotFound):
        history(library, kind, alice, made)
    assert [edit.body for edit in history(library, kind, staff, made)] == ["a secret"]
    for _ in range(2):
        do(library, kind.destroy, OPERATOR, made)
    stored = row(library, kind, made)
    assert (stored.body, stored.body_html, stored.deleted_by_user_id) == ("", "", None)
    with library.reading() as reading:
        assert reading.execute(select(func.count()).select_from(kind.edits)).scalar_one() == 0
    name = kind.table.name[:-1]
    assert actions(library) == [f"{name}.hide", f"{name}.destroy"]


def test_what_a_text_was_is_out_of_sight_with_its_place(
    library: Library, kind: Kind, home: int, alice: Actor, staff: Actor
) -> None:
    made = do(library, kind.write, alice, home, "one")
    do(library, kind.edit, alice, made, "two")
    do(library, hide_image if kind is COMMENTS else hide_topic, staff, home, reason="x")
    for actor in (ANONYMOUS, alice):
        with pytest.raises(NotFound):
            history(library, kind, actor, made)
    assert len(history(library, kind, staff, made)) == 1
    for unknown in (0, -1, 4711, 2**70):
        with pytest.raises(NotFound):
            history(library, kind, staff, unknown)


def test_links_of_young_accounts_wait_for_approval(
    library: Library, kind: Kind, home: int, young: Actor, alice: Actor, staff: Actor, clock: Clock
) -> None:
    made = do(library, kind.write, young, home, LINK)
    assert not row(library, kind, made).is_approved
    for other in (ANONYMOUS, alice):
        with pytest.raises(NotFound):
            history(library, kind, other, made)
    assert history(library, kind, young, made) == []
    with pytest.raises(NotFound):
        do(library, kind.edit, alice, made, "x")
    with pytest.raises(NotAllowed):
        do(library, kind.approve, young, made)
    assert [do(library, kind.approve, staff, made) for _ in range(2)] == [True, False]
    assert row(library, kind, made).is_approved
    assert actions(library) == [f"{kind.table.name[:-1]}.approve"]
    clock.go_on(LINKS_AFTER.total_seconds())
    assert row(library, kind, do(library, kind.write, young, home, LINK)).is_approved


def test_links_of_others_do_not_wait(
    library: Library, kind: Kind, home: int, young: Actor, alice: Actor, staff: Actor
) -> None:
    verified = add_person(library, "verified", is_verified=True)
    for actor in (alice, staff, verified):
        assert row(library, kind, do(library, kind.write, actor, home, LINK)).is_approved
    for text in ("no link", "[own](/images/1)", "`https://elsewhere.example`", ">>1"):
        assert row(library, kind, do(library, kind.write, young, home, text)).is_approved


def test_an_edit_that_adds_a_link_waits_too(library: Library, kind: Kind, home: int, young: Actor) -> None:
    made = do(library, kind.write, young, home, "no link")
    do(library, kind.edit, young, made, "still none")
    assert row(library, kind, made).is_approved
    do(library, kind.edit, young, made, LINK)
    do(library, kind.edit, young, made, "none any more")
    assert not row(library, kind, made).is_approved
    assert wrong_counters(library) == []


def test_a_comment_is_counted_once_it_is_approved_and_stays_so_when_it_is_hidden(
    library: Library, young: Actor, staff: Actor
) -> None:
    image_id = add_image(library)
    made = do(library, post_comment, young, image_id, LINK)
    assert counted(library, image_id) == 0
    for verb, facts, number in (
        (hide_comment, {"reason": "x"}, 0),
        (unhide_comment, {}, 0),
        (approve_comment, {}, 1),
        (hide_comment, {"reason": "x"}, 1),
        (unhide_comment, {}, 1),
    ):
        do(library, verb, staff, made, **facts)
        assert counted(library, image_id) == number
        assert wrong_counters(library) == []
    do(library, edit_comment, young, made, f"{LINK}/2")
    assert counted(library, image_id) == 0
    do(library, hide_comment, staff, made, reason="x")
    assert counted(library, image_id) == 0
    do(library, approve_comment, staff, made)
    do(library, destroy_comment, staff, made)
    assert counted(library, image_id) == 1
    assert wrong_counters(library) == []


def test_an_image_with_locked_comments_takes_none(library: Library, alice: Actor, staff: Actor) -> None:
    image_id = add_image(library)
    made = do(library, post_comment, alice, image_id, "one")
    with library.work() as work:
        work.execute(update(images).values(are_comments_locked=True))
    for actor in (alice, staff):
        with pytest.raises(NotAllowed, match="comments"):
            do(library, post_comment, actor, image_id, "two")
    with pytest.raises(NotAllowed, match="comments"):
        do(library, edit_comment, alice, made, "two")
    do(library, edit_comment, staff, made, "two", reason="rude")
    assert counted(library, image_id) == 1


def test_an_image_that_waits_takes_comments_of_its_uploader(
    library: Library, alice: Actor, young: Actor
) -> None:
    image_id = add_image(library, is_approved=False, uploader_id=alice.user_id)
    made = do(library, post_comment, alice, image_id, "one")
    do(library, edit_comment, alice, made, "two")
    assert len(history(library, COMMENTS, alice, made)) == 1
    for actor in (young, ANONYMOUS):
        with pytest.raises(CommentNotFound):
            history(library, COMMENTS, actor, made)


def test_an_account_is_old_enough_after_fourteen_days(library: Library, alice: Actor) -> None:
    image_id = add_image(library)
    assert row(library, COMMENTS, do(library, post_comment, alice, image_id, LINK)).is_approved
    with library.work() as work:
        work.execute(update(users).values(created_at=work.now - LINKS_AFTER + timedelta(seconds=1)))
    assert not row(library, COMMENTS, do(library, post_comment, alice, image_id, LINK)).is_approved
