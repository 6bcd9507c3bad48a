"""Comments: who may post, edit, hide and destroy them, and a count that always equals a recount."""

import random
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy import Row, select
from tests.libraries import Clock, add_image, add_person, scoped, wrong_counters

from polybooru.db.full_text import COMMENT_WORDS, containing
from polybooru.db.tables import changes, comments, images
from polybooru.library.actors import ANONYMOUS, Actor, Role
from polybooru.library.comments import (
    destroy_comment,
    edit_comment,
    hide_comment,
    post_comment,
    unhide_comment,
)
from polybooru.library.errors import (
    AccountDeactivated,
    CommentNotFound,
    ImageNotFound,
    InvalidValue,
    LoginRequired,
    NotAllowed,
)
from polybooru.library.images import hide_image
from polybooru.library.library import Library

HOSTILE = [
    "<script>alert(1)</script>",
    "'); drop table comments; --",
    "\u202e>>1\u0301",
    "||" * 99,
    "{{7*7}}",
]


@pytest.fixture
def alice(library: Library) -> Actor:
    return add_person(library, "alice")


@pytest.fixture
def staff(library: Library) -> Actor:
    return add_person(library, "mod", Role.MODERATOR)


@pytest.fixture
def image_id(library: Library) -> int:
    return add_image(library)


def post(library: Library, actor: Actor, image_id: int, body: str = "Running foxes", **facts: Any) -> int:
    with library.work() as work:
        return post_comment(work, actor, image_id, body, **facts)


def do(library: Library, verb: Any, *arguments: Any, **facts: Any) -> None:
    with library.work() as work:
        verb(work, *arguments, **facts)


def row(library: Library, comment_id: int) -> Row[Any]:
    with library.reading() as reading:
        return reading.execute(select(comments).where(comments.c.id == comment_id)).one()


def counted(library: Library, image_id: int) -> int:
    with library.reading() as reading:
        return reading.execute(select(images.c.comment_count).where(images.c.id == image_id)).scalar_one()


def found(library: Library, field: str, word: str) -> list[int]:
    condition = containing(COMMENT_WORDS, field, [[word]], is_sqlite=library.database.is_sqlite)
    with library.reading() as reading:
        return sorted(reading.execute(select(COMMENT_WORDS.clause.c.rowid).where(condition)).scalars())


def test_a_comment_is_kept_as_written_counted_and_found(
    library: Library, alice: Actor, image_id: int, clock: Clock
) -> None:
    body = "  Running\n\nfoxes \0\ud800"
    first = post(library, alice, image_id, body)
    second = post(library, alice, image_id, is_anonymous=True)
    stored = row(library, first)
    assert (stored.body, stored.image_id, stored.user_id) == ("  Running\n\nfoxes ", image_id, alice.user_id)
    assert (stored.created_at, stored.updated_at, stored.edited_at) == (clock.now, clock.now, None)
    assert [row(library, made).is_anonymous for made in (first, second)] == [False, True]
    assert counted(library, image_id) == 2
    assert found(library, "body", "fox") == [first, second]
    assert library.replica.differences() == []


def test_a_change_is_logged_for_the_comment_and_its_image(
    library: Library, alice: Actor, image_id: int
) -> None:
    before = library.replica.applied
    made = post(library, alice, image_id)
    with library.reading() as reading:
        logged = reading.execute(
            select(changes.c.kind, changes.c.object_id).where(changes.c.number > before)
        ).all()
    assert set(logged) == {("comment", made), ("image", image_id)}


def test_an_author_edits_and_the_words_follow(
    library: Library, alice: Actor, image_id: int, clock: Clock
) -> None:
    made = post(library, alice, image_id)
    clock.go_on(60)
    do(library, edit_comment, alice, made, "Owls", reason=" typo ")
    stored = row(library, made)
    assert (stored.body, stored.edit_reason) == ("Owls", "typo")
    assert (stored.edited_at, stored.updated_at) == (clock.now, clock.now)
    assert stored.created_at < clock.now
    assert (found(library, "body", "fox"), found(library, "body", "owl")) == ([], [made])
    do(library, edit_comment, alice, made, "Owls!")
    assert row(library, made).edit_reason is None


def test_hiding_and_showing_change_no_count_and_keep_the_text(
    library: Library, alice: Actor, staff: Actor, image_id: int
) -> None:
    made, _ = post(library, alice, image_id), post(library, alice, image_id)
    for reason in ("Duplicates", "Swearing"):
        do(library, hide_comment, staff, made, reason=reason)
        assert counted(library, image_id) == 2
    stored = row(library, made)
    assert (stored.deletion_reason, stored.deleted_by_user_id) == ("Swearing", staff.user_id)
    assert (found(library, "deletion_reason", "swear"), found(library, "body", "fox")) == ([made], [1, 2])
    for _ in range(2):
        do(library, unhide_comment, staff, made)
        assert counted(library, image_id) == 2
    stored = row(library, made)
    assert (stored.body, stored.deletion_reason, stored.deleted_by_user_id) == ("Running foxes", None, None)
    assert found(library, "deletion_reason", "swear") == []
    assert wrong_counters(library) == []


def test_a_destroyed_comment_has_lost_its_text_for_good(
    library: Library, alice: Actor, staff: Actor, image_id: int
) -> None:
    made = post(library, alice, image_id)
    with pytest.raises(InvalidValue, match="hidden first"):
        do(library, destroy_comment, staff, made)
    do(library, hide_comment, staff, made, reason="Swearing")
    for _ in range(2):
        do(library, destroy_comment, staff, made)
    stored = row(library, made)
    assert (stored.body, stored.is_destroyed, stored.hidden_from_users) == ("", True, True)
    assert (found(library, "body", "fox"), found(library, "deletion_reason", "swear")) == ([], [made])
    with pytest.raises(InvalidValue, match="no text"):
        do(library, unhide_comment, staff, made)
    assert counted(library, image_id) == 1
    assert wrong_counters(library) == []


@pytest.mark.parametrize("role", [None, *Role])
def test_who_may_do_what(library: Library, image_id: int, role: Role | None) -> None:
    author = add_person(library, "author")
    actor = ANONYMOUS if role is None else add_person(library, "actor", role)
    made = post(library, author, image_id)
    refusal = LoginRequired if role is None else NotAllowed
    is_staff = role in {Role.MODERATOR, Role.ADMIN}

    def allowed(verb: Any, *arguments: Any, **facts: Any) -> bool:
        try:
            do(library, verb, actor, *arguments, **facts)
        except refusal:
            return False
        return True

    assert allowed(post_comment, image_id, "text") is (role is not None)
    assert allowed(edit_comment, made, "text", reason="rude") is is_staff
    assert allowed(hide_comment, made, reason="test") is is_staff
    assert allowed(unhide_comment, made) is is_staff
    do(library, hide_comment, add_person(library, "boss", Role.ADMIN), made, reason="test")
    assert allowed(destroy_comment, made) is is_staff


def test_a_token_without_the_scope_may_not_write(
    library: Library, alice: Actor, staff: Actor, image_id: int
) -> None:
    made = post(library, alice, image_id)
    for scope in ("read", "interact", "upload"):
        with pytest.raises(NotAllowed):
            post(library, scoped(alice, scope), image_id)
        with pytest.raises(NotAllowed):
            do(library, edit_comment, scoped(alice, scope), made, "text")
    with pytest.raises(NotAllowed):
        do(library, hide_comment, scoped(staff, "write"), made, reason="test")
    with pytest.raises(AccountDeactivated):
        post(library, Actor(user_id=1, role=Role.USER, is_deactivated=True), image_id)


def test_a_body_out_of_bounds_is_refused(library: Library, alice: Actor, image_id: int) -> None:
    made = post(library, alice, image_id, "é" * 10_000)
    for body in ("", " \n\t ", "\0", "\ud800", "x" * 20_001, "é" * 10_001):
        with pytest.raises(InvalidValue) as raised:
            post(library, alice, image_id, body)
        assert raised.value.field == "body"
        with pytest.raises(InvalidValue):
            do(library, edit_comment, alice, made, body)
    assert counted(library, image_id) == 1


def test_reasons_have_bounds(library: Library, alice: Actor, staff: Actor, image_id: int) -> None:
    made = post(library, alice, image_id)
    for reason in ("", " ", "\0", "x" * 1_001):
        with pytest.raises(InvalidValue):
            do(library, hide_comment, staff, made, reason=reason)
    with pytest.raises(InvalidValue):
        do(library, edit_comment, alice, made, "text", reason="x" * 1_001)
    assert counted(library, image_id) == 1


def test_hostile_text_comes_back_as_it_was(library: Library, alice: Actor, image_id: int) -> None:
    for body in HOSTILE:
        assert row(library, post(library, alice, image_id, body)).body == body


def test_what_does_not_exist_or_is_out_of_sight_is_not_found(
    library: Library, alice: Actor, staff: Actor, image_id: int
) -> None:
    made = post(library, alice, image_id)
    for unknown in (0, -1, made + 1, 2**31, 2**70):
        for verb, arguments in (
            (edit_comment, (alice, unknown, "x")),
            (unhide_comment, (staff, unknown)),
            (destroy_comment, (staff, unknown)),
        ):
            with pytest.raises(CommentNotFound):
                do(library, verb, *arguments)
        with pytest.raises(CommentNotFound):
            do(library, hide_comment, staff, unknown, reason="x")
        with pytest.raises(ImageNotFound):
            post(library, alice, unknown if unknown != made + 1 else image_id + 1)
    do(library, hide_image, staff, image_id, reason="x")
    with pytest.raises(ImageNotFound):
        post(library, alice, image_id)
    with pytest.raises(CommentNotFound):
        do(library, edit_comment, alice, made, "x")
    other = add_image(library)
    made = post(library, alice, other)
    do(library, hide_comment, staff, made, reason="x")
    with pytest.raises(CommentNotFound):
        do(library, edit_comment, alice, made, "x")


def test_parallel_comments_and_hides_add_up(library: Library, alice: Actor, staff: Actor) -> None:
    pictures = [add_image(library, ["safe", f"t{n}"]) for n in range(2)]
    made = [post(library, alice, picture) for picture in pictures for _ in range(3)]
    chance = random.Random(7)

    def run(number: int) -> None:
        match number % 3:
            case 0:
                post(library, alice, chance.choice(pictures), f"new words{number} words{number + 1}")
            case 1:
                do(library, hide_comment, staff, chance.choice(made), reason=f"words{number + 2}")
            case _:
                do(library, unhide_comment, staff, chance.choice(made))

    with ThreadPoolExecutor(5) as pool:
        list(pool.map(run, range(90)))
    assert wrong_counters(library) == []
    assert library.replica.differences() == []
