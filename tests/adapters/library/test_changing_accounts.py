"""Roles, names, passwords, profiles; switching accounts off and on: on both databases."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select, update
from tests.libraries import Clock, Place, add_image, add_person

from polybooru.db.tables import moderation_log, users
from polybooru.library.account_changes import (
    RENAME_DAYS,
    deactivate_user,
    reactivate_user,
    rename_user,
    set_role,
)
from polybooru.library.accounts import (
    change_password,
    create_user,
    earlier_names_of,
    find_user,
    find_user_by_slug,
    get_user,
    list_users,
    password_matches,
    register_user,
    set_password,
)
from polybooru.library.actors import ANONYMOUS, OPERATOR, Actor, Role
from polybooru.library.callers import Callers
from polybooru.library.comments import hide_comment, post_comment
from polybooru.library.errors import (
    AccountDeactivated,
    BooruError,
    InvalidValue,
    LoginRequired,
    NameTaken,
    NotAllowed,
    UserNotFound,
)
from polybooru.library.library import Library
from polybooru.library.passwords import hash_password
from polybooru.library.policy import Policy
from polybooru.library.profiles import (
    Preferences,
    ProfileText,
    edit_profile,
    find_profile,
    set_preferences,
)
from polybooru.library.tokens import create_token

PASSWORD = "correct horse battery"
DAY_SECONDS = 86_400


@pytest.fixture
def alice(library: Library) -> Actor:
    return add_person(library, "alice")


@pytest.fixture
def mod(library: Library) -> Actor:
    return add_person(library, "mod", Role.MODERATOR)


@pytest.fixture
def admin(library: Library) -> Actor:
    return add_person(library, "admin", Role.ADMIN)


def do(library: Library, verb: Any, *arguments: Any, **more: Any) -> Any:
    with library.work() as work:
        return verb(work, *arguments, **more)


def refused(error: type[BooruError], library: Library, verb: Any, *arguments: Any) -> BooruError:
    with pytest.raises(error) as caught:
        do(library, verb, *arguments)
    return caught.value


def logged(library: Library) -> Sequence[tuple[int | None, str, int]]:
    table = moderation_log.c
    with library.reading() as reading:
        rows = reading.execute(select(table.user_id, table.action, table.object_id).order_by(table.id))
        return [(row.user_id, row.action, row.object_id) for row in rows]


def found(library: Library, name: str) -> int:
    with library.reading() as reading:
        return find_user(reading, name).id


# --- roles


def test_admins_give_roles_in_person_and_the_operator_does(
    library: Library, alice: Actor, mod: Actor, admin: Actor
) -> None:
    do(library, set_role, admin, alice.user_id, Role.ASSISTANT)
    do(library, set_role, OPERATOR, alice.user_id, Role.MODERATOR)
    do(library, set_role, OPERATOR, alice.user_id, Role.MODERATOR)
    with library.reading() as reading:
        assert get_user(reading, alice.user_id or 0).role is Role.MODERATOR
        assert [user.name for user in list_users(reading, role=Role.MODERATOR, limit=9)] == ["alice", "mod"]
    for actor in (alice, mod, replace(admin, token_id=1)):
        refused(NotAllowed, library, set_role, actor, alice.user_id, Role.ADMIN)
    refused(LoginRequired, library, set_role, ANONYMOUS, alice.user_id, Role.ADMIN)
    for user_id in (0, -1, 4711, 2**70):
        refused(UserNotFound, library, set_role, admin, user_id, Role.ADMIN)
    assert logged(library) == [
        (admin.user_id, "user.role", alice.user_id),
        (None, "user.role", alice.user_id),
    ]


# --- names


def test_a_new_name_leaves_the_earlier_one_leading_there(
    library: Library, alice: Actor, clock: Clock
) -> None:
    do(library, rename_user, alice, alice.user_id, "Ann Lee")
    clock.go_on(RENAME_DAYS * DAY_SECONDS)
    do(library, rename_user, alice, alice.user_id, "ann")
    with library.reading() as reading:
        for name in ("alice", "ANN LEE", "ann"):
            assert find_user(reading, name).id == alice.user_id
        for slug in ("alice", "Ann+Lee", "ann"):
            assert find_user_by_slug(reading, slug).id == alice.user_id
        for slug in ("Ann Lee", "nobody", ""):
            with pytest.raises(UserNotFound):
                find_user_by_slug(reading, slug)
        assert earlier_names_of(reading, alice.user_id or 0) == ["alice", "Ann Lee"]


def test_people_rename_themselves_every_90_days_and_staff_them_at_any_time(
    library: Library, alice: Actor, mod: Actor, clock: Clock
) -> None:
    do(library, rename_user, alice, alice.user_id, "ann")
    clock.go_on(RENAME_DAYS * DAY_SECONDS - 1)
    error = refused(InvalidValue, library, rename_user, alice, alice.user_id, "amy")
    assert isinstance(error, InvalidValue)
    assert (error.field, error.message) == ("name", "can be changed again on 2025-08-30")
    do(library, rename_user, mod, alice.user_id, "amy")
    clock.go_on(1)
    do(library, rename_user, alice, alice.user_id, "ada")
    assert logged(library) == [(mod.user_id, "user.rename", alice.user_id)]


def test_a_name_that_somebody_has_or_had_is_taken_but_not_for_its_owner(
    library: Library, alice: Actor, mod: Actor
) -> None:
    bob = add_person(library, "bob")
    do(library, rename_user, mod, bob.user_id, "Robert")
    for name in ("Alice", "ROBERT", "robert"):
        if name != "Alice":
            refused(NameTaken, library, rename_user, mod, alice.user_id, name)
    refused(NameTaken, library, rename_user, mod, alice.user_id, "bob")
    with pytest.raises(NameTaken):
        create_user(library, OPERATOR, "BOB", PASSWORD)
    do(library, rename_user, mod, bob.user_id, "bob")
    do(library, rename_user, mod, alice.user_id, "Alice")
    do(library, rename_user, mod, alice.user_id, "alice")
    with library.reading() as reading:
        assert earlier_names_of(reading, bob.user_id or 0) == ["Robert"]
        assert earlier_names_of(reading, alice.user_id or 0) == ["Alice"]
        assert find_user(reading, "alice").name == "alice"


def test_of_two_that_take_a_name_at_once_one_is_told(library: Library, mod: Actor) -> None:
    people = [add_person(library, f"p{n}") for n in range(4)]

    def take(actor: Actor) -> type[BooruError] | None:
        try:
            do(library, rename_user, mod, actor.user_id, "wanted")
        except NameTaken as error:
            return type(error)
        return None

    with ThreadPoolExecutor(4) as pool:
        ends = list(pool.map(take, people))
    assert (ends.count(NameTaken), ends.count(None)) == (3, 1)


# --- off and on


def test_a_person_switches_the_own_account_off_and_on_but_never_by_token(
    library: Library, alice: Actor
) -> None:
    with_token = replace(alice, token_id=1)
    refused(NotAllowed, library, deactivate_user, with_token, alice.user_id)
    do(library, deactivate_user, alice, alice.user_id)
    off = replace(alice, is_deactivated=True)
    refused(AccountDeactivated, library, rename_user, off, alice.user_id, "ann")
    refused(NotAllowed, library, reactivate_user, replace(off, token_id=1), alice.user_id)
    with library.reading() as reading, pytest.raises(UserNotFound):
        find_profile(reading, alice.user_id or 0)
    do(library, reactivate_user, off, alice.user_id)
    with library.reading() as reading:
        assert not get_user(reading, alice.user_id or 0).is_deactivated
    assert logged(library) == []


def test_what_staff_switch_off_only_staff_switch_on(library: Library, alice: Actor, mod: Actor) -> None:
    off = replace(alice, is_deactivated=True)
    do(library, deactivate_user, alice, alice.user_id)
    do(library, deactivate_user, mod, alice.user_id)
    do(library, deactivate_user, mod, alice.user_id)
    refused(AccountDeactivated, library, reactivate_user, off, alice.user_id)
    do(library, reactivate_user, mod, alice.user_id)
    do(library, deactivate_user, OPERATOR, alice.user_id)
    refused(AccountDeactivated, library, reactivate_user, off, alice.user_id)
    assert [action for _, action, _ in logged(library)] == [
        "user.deactivate",
        "user.reactivate",
        "user.deactivate",
    ]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_moderators_leave_staff_alone_and_others_leave_everybody(
    library: Library, alice: Actor, mod: Actor, admin: Actor
) -> None:
    bob = add_person(library, "bob")
    verbs = (
        (deactivate_user, ()),
        (reactivate_user, ()),
        (rename_user, ("x",)),
        (edit_profile, (ProfileText(),)),
    )
    for verb, more in verbs:
        for actor, target in ((alice, bob), (mod, admin), (alice, mod)):
            refused(NotAllowed, library, verb, actor, target.user_id, *more)
        refused(LoginRequired, library, verb, ANONYMOUS, bob.user_id, *more)
        refused(UserNotFound, library, verb, admin, 4711, *more)
        do(library, verb, admin, mod.user_id, *more)
    with library.reading() as reading:
        assert get_user(reading, bob.user_id or 0).name == "bob"


def test_a_role_or_switch_is_known_to_every_process_at_the_next_request(place: Place) -> None:
    with place.library() as here, place.library() as there:
        mod = add_person(here, "mod", Role.MODERATOR)
        token = do(here, create_token, mod, mod.user_id)
        there.replica.catch_up()
        callers = Callers(there)
        caller = callers.find(token)
        assert caller is not None
        assert caller.is_staff
        assert caller.token_id is not None
        do(here, set_role, OPERATOR, mod.user_id, Role.USER)
        there.replica.catch_up()
        caller = callers.find(token)
        assert caller is not None
        assert not caller.is_staff
        do(here, deactivate_user, OPERATOR, mod.user_id)
        there.replica.catch_up()
        caller = callers.find(token)
        assert caller is not None
        assert caller.is_deactivated


# --- passwords and registration


def test_a_password_is_changed_by_who_knows_it_and_by_admins(
    library: Library, alice: Actor, mod: Actor, admin: Actor
) -> None:
    with library.work() as work:
        hashed = {"password_hash": hash_password(PASSWORD)}
        work.execute(update(users).where(users.c.id == alice.user_id).values(hashed))
    for actor, old, new, error in (
        (alice, "wrong password", "another good one", InvalidValue),
        (alice, PASSWORD, "short", InvalidValue),
        (alice, PASSWORD, "alicealicealice", InvalidValue),
        (replace(alice, token_id=1), PASSWORD, "another good one", NotAllowed),
        (ANONYMOUS, PASSWORD, "another good one", LoginRequired),
    ):
        with pytest.raises(error):
            change_password(library, actor, old, new)
    change_password(library, alice, PASSWORD, "another good one")
    with library.reading() as reading:
        assert password_matches(reading, "alice", "another good one")
        assert not password_matches(reading, "alice", PASSWORD)
    for actor in (mod, replace(admin, token_id=1)):
        with pytest.raises(NotAllowed):
            set_password(library, actor, alice.user_id or 0, PASSWORD)
    set_password(library, OPERATOR, alice.user_id or 0, PASSWORD)
    with library.reading() as reading:
        assert password_matches(reading, "alice", PASSWORD)
    assert logged(library) == [(None, "user.set_password", alice.user_id)]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_people_register_themselves_only_where_the_board_lets_them(place: Place) -> None:
    with place.library() as library:
        made = register_user(library, ANONYMOUS, "alice", PASSWORD)
        assert (made.name, made.role) == ("alice", Role.USER)
        with pytest.raises(InvalidValue):
            register_user(library, ANONYMOUS, "bob", "password12345")
        assert logged(library) == []
    place.policy = Policy(is_registration_open=False)
    with place.library() as library:
        with pytest.raises(NotAllowed, match="closed"):
            register_user(library, ANONYMOUS, "bob", PASSWORD)
        with pytest.raises(LoginRequired):
            create_user(library, ANONYMOUS, "bob", PASSWORD)
        admin = add_person(library, "admin", Role.ADMIN)
        made = create_user(library, admin, "bob", PASSWORD, role=Role.ASSISTANT)
        assert logged(library) == [(admin.user_id, "user.create", made.id)]


# --- profiles


def test_a_profile_shows_what_its_owner_wrote_and_what_is_in_sight(
    library: Library, alice: Actor, mod: Actor
) -> None:
    do(
        library,
        edit_profile,
        alice,
        alice.user_id,
        ProfileText(bio="I *draw*.\n", personal_title=" Painter "),
    )
    images = [
        add_image(library, uploader_id=alice.user_id, **facts)
        for facts in ({}, {}, {"is_anonymous": True}, {"hidden_from_users": True}, {"is_approved": False})
    ]
    written = [do(library, post_comment, alice, image_id, "nice") for image_id in images[:2] * 2]
    do(library, post_comment, alice, images[0], "nobody knows", is_anonymous=True)
    do(library, hide_comment, mod, written[0], reason="no")
    with library.work() as work:
        work.execute(update(users).where(users.c.id == mod.user_id).values(hides_role=True))
    with library.reading() as reading:
        profile = find_profile(reading, alice.user_id or 0)
        assert find_profile(reading, mod.user_id or 0).role is Role.USER
    assert (profile.bio, profile.personal_title, profile.role) == ("I *draw*.\n", "Painter", Role.USER)
    assert (profile.upload_count, profile.comment_count, profile.post_count) == (2, 3, 0)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_what_breaks_a_rule_of_profiles_is_refused_with_its_field(
    library: Library, alice: Actor, mod: Actor
) -> None:
    for text, field in (
        (ProfileText(bio="x" * 10_001), "bio"),
        (ProfileText(personal_title="é" * 13), "personal_title"),
        (ProfileText(personal_title="Site  STAFF"), "personal_title"),
        (ProfileText(personal_title="\uff21dmin!"), "personal_title"),
    ):
        error = refused(InvalidValue, library, edit_profile, alice, alice.user_id, text)
        assert isinstance(error, InvalidValue)
        assert error.field == field
    do(library, edit_profile, mod, mod.user_id, ProfileText(personal_title="Head moderator"))
    do(
        library,
        edit_profile,
        alice,
        alice.user_id,
        ProfileText(bio="x" * 10_000, personal_title="Modern artist"),
    )
    for size in (0, 51, -1):
        refused(InvalidValue, library, set_preferences, alice, Preferences(images_per_page=size))
    refused(LoginRequired, library, set_preferences, ANONYMOUS, Preferences())


def test_preferences_come_with_the_caller_at_the_next_request(library: Library, alice: Actor) -> None:
    callers = Callers(library)
    token = do(library, create_token, alice, alice.user_id)
    for preferences in (Preferences(images_per_page=50, writes_anonymously=True), Preferences()):
        do(library, set_preferences, alice, preferences)
        caller = callers.find(token)
        assert caller is not None
        assert caller.images_per_page == preferences.images_per_page
        assert caller.writes_anonymously is preferences.writes_anonymously
