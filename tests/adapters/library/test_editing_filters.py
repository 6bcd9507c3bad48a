"""Making, changing, choosing and deleting filters, on both databases."""

import contextlib
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import Row, select
from tests.libraries import add_person, scoped

from polybooru.db.full_text import FILTER_WORDS, containing
from polybooru.db.tables import changes, filter_tags, filters, users
from polybooru.library.actors import ANONYMOUS, Actor, Role
from polybooru.library.callers import Callers
from polybooru.library.errors import (
    FilterNotFound,
    InvalidValue,
    LoginRequired,
    NameTaken,
    NotAllowed,
    UserNotFound,
)
from polybooru.library.filter_edits import (
    FilterText,
    create_filter,
    delete_filter,
    edit_filter,
    force_filter,
    set_current_filter,
)
from polybooru.library.filters import find_filter
from polybooru.library.library import Library
from polybooru.library.tag_relations import alias_tag
from polybooru.library.tags import ensure_tags, find_tags
from polybooru.library.tokens import create_token

QUIET = FilterText(name="Quiet", description="Running foxes")


@pytest.fixture
def alice(library: Library) -> Actor:
    return add_person(library, "alice")


@pytest.fixture
def bob(library: Library) -> Actor:
    return add_person(library, "bob")


@pytest.fixture
def staff(library: Library) -> Actor:
    return add_person(library, "mod", Role.MODERATOR)


def do(library: Library, verb: Any, *arguments: Any) -> Any:
    with library.work() as work:
        return verb(work, *arguments)


def row(library: Library, filter_id: int) -> Row[Any]:
    with library.reading() as reading:
        return reading.execute(select(filters).where(filters.c.id == filter_id)).one()


def person(library: Library, actor: Actor) -> Row[Any]:
    with library.reading() as reading:
        return reading.execute(select(users).where(users.c.id == actor.user_id)).one()


def found(library: Library, word: str) -> list[int]:
    condition = containing(FILTER_WORDS, "description", [[word]], is_sqlite=library.database.is_sqlite)
    with library.reading() as reading:
        return sorted(reading.execute(select(FILTER_WORDS.clause.c.rowid).where(condition)).scalars())


def test_a_filter_is_made_and_changed_as_a_whole(library: Library, alice: Actor, staff: Actor) -> None:
    with library.work() as work:
        ensure_tags(work, ["cat", "fox", "owl"])
        alias_tag(work, staff, "kitty", "cat")
        ids = {name: tag.id for name, tag in find_tags(work, ["cat", "fox", "owl"]).items()}
    made = do(
        library,
        create_filter,
        alice,
        replace(QUIET, hidden_tags=["Kitty, cat", "nobody knows"], spoilered_tags=["FOX", ",,"]),
    )
    stored = row(library, made)
    assert (stored.name, stored.folded_name, stored.user_id) == ("Quiet", "quiet", alice.user_id)
    assert (stored.is_public, stored.is_system) == (False, False)
    with library.reading() as reading:
        listed = find_filter(reading, alice, made)
    assert (listed.hidden_tag_ids, listed.spoilered_tag_ids) == ((ids["cat"],), (ids["fox"],))
    assert found(library, "fox") == [made]

    text = FilterText(
        name=" ÉTÉ\t2 ",
        description="Owls",
        is_public=True,
        hidden_tags=["owl"],
        hidden_complex="cat, fox\n\nwidth.gt:5 || my:faves",
        spoilered_complex="score.lt:0",
    )
    do(library, edit_filter, alice, made, text)
    stored = row(library, made)
    assert (stored.name, stored.folded_name, stored.is_public) == ("ÉTÉ 2", "été 2", True)
    assert (stored.hidden_complex, stored.spoilered_complex) == (text.hidden_complex, "score.lt:0")
    with library.reading() as reading:
        listed = find_filter(reading, alice, made)
        logged = reading.execute(
            select(changes.c.object_id).where(changes.c.kind == "filter").order_by(changes.c.number)
        ).scalars()
        assert list(logged)[-2:] == [made, made]
    assert (listed.hidden_tag_ids, listed.spoilered_tag_ids) == ((ids["owl"],), ())
    assert (found(library, "fox"), found(library, "owl")) == ([], [made])


@pytest.mark.parametrize("role", [None, *Role])
def test_only_its_owner_changes_a_filter(library: Library, alice: Actor, role: Role | None) -> None:
    actor = ANONYMOUS if role is None else add_person(library, "actor", role)
    private = do(library, create_filter, alice, QUIET)
    public = do(library, create_filter, alice, replace(QUIET, name="Open", is_public=True))
    is_staff = role in {Role.MODERATOR, Role.ADMIN}
    for filter_id, refusal in (
        (private, LoginRequired if role is None else NotAllowed if is_staff else FilterNotFound),
        (public, LoginRequired if role is None else NotAllowed),
        (1, LoginRequired if role is None else NotAllowed),
    ):
        if filter_id != 1 or not is_staff:
            with pytest.raises(refusal):
                do(library, edit_filter, actor, filter_id, QUIET)
        with pytest.raises(refusal):
            do(library, delete_filter, actor, filter_id)
    if role is None:
        for verb, argument in ((create_filter, QUIET), (set_current_filter, 1)):
            with pytest.raises(LoginRequired):
                do(library, verb, actor, argument)
    else:
        do(library, create_filter, actor, QUIET)
        with pytest.raises(NotAllowed):
            do(library, create_filter, scoped(actor, "interact"), QUIET)
        with pytest.raises(NotAllowed):
            do(library, set_current_filter, scoped(actor, "read"), 1)
    assert (row(library, private).name, row(library, public).name) == ("Quiet", "Open")


def test_staff_change_a_system_filter_but_never_the_name_of_the_default(
    library: Library, staff: Actor
) -> None:
    with pytest.raises(InvalidValue, match="cannot be changed"):
        do(library, edit_filter, staff, 1, QUIET)
    do(library, edit_filter, staff, 1, replace(QUIET, name="Default", hidden_tags=["grimdark"]))
    stored = row(library, 1)
    assert (stored.is_system, stored.is_public, stored.description) == (True, True, "Running foxes")
    do(library, edit_filter, staff, 2, replace(QUIET, name="All"))
    assert row(library, 2).name == "All"
    with pytest.raises(NameTaken):
        do(library, edit_filter, staff, 2, replace(QUIET, name="Default"))


def test_a_name_is_unique_among_ones_own(library: Library, alice: Actor, bob: Actor) -> None:
    first = do(library, create_filter, alice, QUIET)
    do(library, create_filter, bob, QUIET)
    other = do(library, create_filter, alice, replace(QUIET, name="Other"))
    with pytest.raises(NameTaken):
        do(library, create_filter, alice, replace(QUIET, name=" Quiet "))
    with pytest.raises(NameTaken):
        do(library, edit_filter, alice, other, QUIET)
    do(library, edit_filter, alice, first, QUIET)
    do(library, create_filter, alice, replace(QUIET, name="quiet"))


@pytest.mark.parametrize(
    ("field", "text"),
    [
        ("name", {"name": ""}),
        ("name", {"name": " \0\ud800\u202e"}),
        ("name", {"name": "x" * 256}),
        ("description", {"description": "x" * 10_001}),
        ("hidden_tags", {"hidden_tags": [",".join(map(str, range(5_001)))]}),
        ("spoilered_tags", {"spoilered_tags": [str(n) for n in range(5_001)]}),
        ("hidden_complex", {"hidden_complex": "x" * 8_193}),
        ("spoilered_complex", {"spoilered_complex": "é\n" * 3_000}),
        ("hidden_complex", {"hidden_complex": "(a"}),
        ("hidden_complex", {"hidden_complex": "a\nb)"}),
        ("hidden_complex", {"hidden_complex": "a) || (b"}),
        ("spoilered_complex", {"spoilered_complex": "width:x"}),
        ("spoilered_complex", {"spoilered_complex": "a, filter_id:1"}),
        ("hidden_complex", {"hidden_complex": "my:nothing"}),
        ("hidden_complex", {"hidden_complex": "cat, -(my: downvotes || b)"}),
        ("spoilered_complex", {"spoilered_complex": "a\nmy:downvotes"}),
        ("hidden_complex", {"hidden_complex": "a\n" * 513}),
        ("hidden_complex", {"hidden_complex": "a*\n" * 9}),
        ("hidden_complex", {"hidden_complex": "a~1\n" * 5}),
        ("hidden_complex", {"hidden_complex": "width.gt:1\n" * 33}),
    ],
)
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_what_breaks_a_rule_is_refused_with_its_field(
    library: Library, alice: Actor, field: str, text: dict[str, Any]
) -> None:
    made = do(library, create_filter, alice, replace(QUIET, name="Other"))
    for arguments in ((create_filter, alice), (edit_filter, alice, made)):
        with pytest.raises(InvalidValue) as raised:
            do(library, *arguments, replace(QUIET, **text))
        assert raised.value.field == field
    assert row(library, made).name == "Other"


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_the_messages_of_queries_are_the_dialects_own(library: Library, alice: Actor, staff: Actor) -> None:
    for actor, query, message in (
        (alice, "a && ", "is invalid: Expected a term."),
        (alice, "filter_id:1", "is invalid: Filter queries inside filters are not allowed."),
        (alice, "my:downvotes", "cannot contain my:downvotes"),
        (staff, f"downvoted_by_id:{staff.user_id}", "cannot contain my:downvotes"),
    ):
        with pytest.raises(InvalidValue) as raised:
            do(library, create_filter, actor, replace(QUIET, hidden_complex=query))
        assert raised.value.message == message
    for query in ("my:watched", "my:uploads", "safe\n" * 512, "' or 1=1; --", "<b>x</b>", "\0a"):
        made = do(library, create_filter, alice, replace(QUIET, name=query[:9], hidden_complex=query))
        assert row(library, made).hidden_complex == query.replace("\0", "")


def test_a_filter_in_use_stays_and_stays_public(
    library: Library, alice: Actor, bob: Actor, staff: Actor
) -> None:
    made = do(library, create_filter, alice, replace(QUIET, is_public=True))
    do(library, set_current_filter, alice, made)
    do(library, edit_filter, alice, made, QUIET)
    do(library, edit_filter, alice, made, replace(QUIET, is_public=True))
    do(library, set_current_filter, bob, made)
    assert person(library, bob).current_filter_id == made
    with pytest.raises(InvalidValue, match="while others use"):
        do(library, edit_filter, alice, made, QUIET)
    for leaving in (bob, alice):
        with pytest.raises(InvalidValue, match="in use"):
            do(library, delete_filter, alice, made)
        do(library, set_current_filter, leaving, 1)
    do(library, force_filter, staff, bob.user_id, made)
    assert person(library, bob).forced_filter_id == made
    with pytest.raises(InvalidValue, match="in use"):
        do(library, delete_filter, alice, made)
    with pytest.raises(InvalidValue, match="while others use"):
        do(library, edit_filter, alice, made, QUIET)
    do(library, force_filter, staff, bob.user_id, None)
    do(library, delete_filter, alice, made)
    assert found(library, "fox") == []
    with library.reading() as reading:
        assert reading.execute(select(filter_tags).where(filter_tags.c.filter_id == made)).all() == []
    for verb, arguments in (
        (delete_filter, ()),
        (set_current_filter, ()),
        (edit_filter, (QUIET,)),
    ):
        with pytest.raises(FilterNotFound):
            do(library, verb, alice, made, *arguments)


def test_a_chosen_filter_is_known_at_the_next_request(library: Library, alice: Actor) -> None:
    made = do(library, create_filter, alice, QUIET)
    token = do(library, create_token, alice, alice.user_id)
    callers = Callers(library)
    for filter_id in (made, 2):
        do(library, set_current_filter, alice, filter_id)
        caller = callers.find(token)
        assert caller is not None
        assert caller.current_filter_id == filter_id


def test_nobody_uses_a_filter_that_is_not_for_them(
    library: Library, alice: Actor, bob: Actor, staff: Actor
) -> None:
    private = do(library, create_filter, alice, QUIET)
    for filter_id in (private, 0, -1, 4711, 2**31, 2**70):
        with pytest.raises(FilterNotFound):
            do(library, set_current_filter, bob, filter_id)
    do(library, set_current_filter, staff, private)
    for actor in (alice, ANONYMOUS, scoped(staff, "interact")):
        with pytest.raises(NotAllowed):
            do(library, force_filter, actor, bob.user_id, 1)
    for user_id in (0, -1, 4711, 2**31, 2**70):
        with pytest.raises(UserNotFound):
            do(library, force_filter, staff, user_id, 1)
    with pytest.raises(FilterNotFound):
        do(library, force_filter, staff, bob.user_id, 4711)


def test_deleting_and_choosing_at_once_leaves_nobody_with_a_filter_that_is_gone(
    library: Library, alice: Actor
) -> None:
    people = [add_person(library, f"p{n}") for n in range(4)]

    def choose(actor: Actor, filter_id: int) -> None:
        with contextlib.suppress(FilterNotFound):
            do(library, set_current_filter, actor, filter_id)

    def remove(filter_id: int) -> None:
        with contextlib.suppress(InvalidValue):
            do(library, delete_filter, alice, filter_id)

    with ThreadPoolExecutor(5) as pool:
        for number in range(8):
            text = FilterText(name=f"f{number}", is_public=True)
            filter_id = do(library, create_filter, alice, text)
            tasks = [pool.submit(choose, actor, filter_id) for actor in people]
            tasks.insert(number % 5, pool.submit(remove, filter_id))
            for task in tasks:
                task.result()
    with library.reading() as reading:
        known = set(reading.execute(select(filters.c.id)).scalars())
        chosen = set(reading.execute(select(users.c.current_filter_id)).scalars())
    assert chosen - {None} <= known
