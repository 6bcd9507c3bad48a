"""What people may do in the name of others, on both databases."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import func, select
from tests.libraries import Place, add_person, scoped

from polybooru.db.tables import grants, moderation_log
from polybooru.library.account_changes import deactivate_user
from polybooru.library.actors import ANONYMOUS, OPERATOR, Actor, Role
from polybooru.library.errors import (
    BooruError,
    GrantNotFound,
    InvalidValue,
    LoginRequired,
    NotAllowed,
    UserNotFound,
)
from polybooru.library.granted import Granted
from polybooru.library.grants import Grants, add_grant, find_grant, has_grant, list_grants, remove_grant
from polybooru.library.library import Library

ALL = list(Granted)
PLAIN = [Granted.VIEW_FAVORITES, Granted.MANAGE_FAVORITES, Granted.REPORT]


@pytest.fixture
def people(library: Library) -> dict[str, Actor]:
    roles = {
        "alice": Role.USER,
        "bob": Role.USER,
        "bot": Role.USER,
        "mod": Role.MODERATOR,
        "admin": Role.ADMIN,
    }
    return {name: add_person(library, name, role) for name, role in roles.items()}


def do(library: Library, verb: Any, *arguments: Any) -> Any:
    with library.work() as work:
        return verb(work, *arguments)


def refused(error: type[BooruError], library: Library, verb: Any, *arguments: Any) -> None:
    with pytest.raises(error):
        do(library, verb, *arguments)


def held(library: Library, holder: Actor, target: Actor | None) -> list[Granted]:
    """What the holder may do; the memory and the rows agree on it."""
    holder_id, target_id = holder.user_id or 0, None if target is None else target.user_id
    known = Grants(library)
    with library.reading() as reading:
        may = [granted for granted in ALL if has_grant(reading, holder_id, granted, target_id)]
    for _ in range(2):
        assert [granted for granted in ALL if known.has(holder_id, granted, target_id)] == may
    return may


def test_over_oneself_nobody_needs_a_grant(library: Library, people: dict[str, Actor]) -> None:
    assert held(library, people["alice"], people["alice"]) == PLAIN
    assert held(library, people["alice"], people["bob"]) == []
    assert held(library, people["alice"], None) == []
    with library.reading() as reading:
        assert not has_grant(reading, 2**70, Granted.REPORT, 1)


@pytest.mark.parametrize("granted", PLAIN)
def test_a_grant_over_one_person_is_that_and_no_more(
    library: Library, people: dict[str, Actor], granted: Granted
) -> None:
    bot, alice = people["bot"], people["alice"]
    do(library, add_grant, alice, bot.user_id, granted, alice.user_id)
    assert held(library, bot, alice) == [granted]
    assert held(library, bot, people["bob"]) == held(library, bot, None) == held(library, alice, bot) == []


def test_a_grant_over_everyone_holds_for_each(library: Library, people: dict[str, Actor]) -> None:
    do(library, add_grant, OPERATOR, people["bot"].user_id, Granted.VIEW_FAVORITES, None)
    for target in (people["alice"], people["bob"], None):
        assert held(library, people["bot"], target) == [Granted.VIEW_FAVORITES]


def test_admin_satisfies_all_over_the_same_target(library: Library, people: dict[str, Actor]) -> None:
    do(library, add_grant, people["admin"], people["bot"].user_id, Granted.ADMIN, people["alice"].user_id)
    assert held(library, people["bot"], people["alice"]) == ALL
    assert held(library, people["bot"], people["bob"]) == held(library, people["bot"], None) == []
    do(library, add_grant, people["admin"], people["bot"].user_id, Granted.ADMIN, None)
    assert held(library, people["bot"], people["bob"]) == held(library, people["bot"], None) == ALL


def test_people_grant_over_themselves_and_admins_over_anybody(
    library: Library, people: dict[str, Actor]
) -> None:
    alice, bob, bot, mod, admin = people.values()
    for actor, granted, target in (
        (alice, Granted.ADMIN, alice),
        (alice, Granted.REPORT, bob),
        (alice, Granted.REPORT, None),
        (mod, Granted.REPORT, bob),
        (replace(alice, token_id=1), Granted.REPORT, alice),
        (replace(admin, token_id=1), Granted.REPORT, alice),
    ):
        target_id = None if target is None else target.user_id
        refused(NotAllowed, library, add_grant, actor, bot.user_id, granted, target_id)
    refused(LoginRequired, library, add_grant, ANONYMOUS, bot.user_id, Granted.REPORT, None)
    for holder_id, target_id in ((4711, None), (bot.user_id, 4711), (0, None), (2**70, None)):
        refused(UserNotFound, library, add_grant, admin, holder_id, Granted.REPORT, target_id)
    refused(InvalidValue, library, add_grant, alice, alice.user_id, Granted.REPORT, alice.user_id)
    with library.reading() as reading:
        assert reading.execute(select(func.count()).select_from(grants)).scalar_one() == 0


def test_a_grant_ends_by_its_target_its_holder_or_an_admin(
    library: Library, people: dict[str, Actor]
) -> None:
    alice, bob, bot, mod, admin = people.values()
    for actor in (alice, bot, admin, OPERATOR):
        made = do(library, add_grant, alice, bot.user_id, Granted.REPORT, alice.user_id)
        for stranger in (bob, mod):
            refused(GrantNotFound, library, remove_grant, stranger, made)
        refused(NotAllowed, library, remove_grant, replace(alice, token_id=1), made)
        refused(LoginRequired, library, remove_grant, ANONYMOUS, made)
        do(library, remove_grant, actor, made)
        assert held(library, bot, alice) == []
        refused(GrantNotFound, library, remove_grant, actor, made)
    with library.reading() as reading:
        actions = reading.execute(select(moderation_log.c.user_id, moderation_log.c.action)).all()
    assert [tuple(row) for row in actions] == [(admin.user_id, "grant.remove"), (None, "grant.remove")]


def test_the_same_grant_is_given_once_also_by_many_at_once(
    library: Library, people: dict[str, Actor]
) -> None:
    bot = people["bot"]
    for target_id in (None, people["bob"].user_id):
        wanted = (OPERATOR, bot.user_id, Granted.REPORT, target_id)
        with ThreadPoolExecutor(4) as pool:
            tasks = [pool.submit(do, library, add_grant, *wanted) for _ in range(4)]
            assert len({task.result() for task in tasks}) == 1
    with library.reading() as reading:
        found = find_grant(reading, OPERATOR, bot.user_id or 0, Granted.REPORT, None)
        assert found in list_grants(reading, bot, bot.user_id)
        assert len(list_grants(reading, people["bob"], people["bob"].user_id)) == 1
        assert len(list_grants(reading, people["admin"])) == 2
        for actor, user_id in ((people["mod"], None), (people["alice"], bot.user_id)):
            with pytest.raises(NotAllowed):
                list_grants(reading, actor, user_id)


def test_whoever_is_switched_off_holds_nothing(library: Library, people: dict[str, Actor]) -> None:
    do(library, add_grant, OPERATOR, people["bot"].user_id, Granted.ADMIN, None)
    known = Grants(library)
    assert known.has(people["bot"].user_id or 0, Granted.ADMIN, None)
    do(library, deactivate_user, OPERATOR, people["bot"].user_id)
    assert not known.has(people["bot"].user_id or 0, Granted.ADMIN, None)


def test_a_grant_of_another_process_counts_at_the_next_request(place: Place) -> None:
    with place.library() as here, place.library() as there:
        bot, alice = add_person(here, "bot"), add_person(here, "alice")
        there.replica.catch_up()
        known = Grants(there)
        assert not known.has(bot.user_id or 0, Granted.REPORT, alice.user_id)
        made = do(here, add_grant, alice, bot.user_id, Granted.REPORT, alice.user_id)
        there.replica.catch_up()
        assert known.has(bot.user_id or 0, Granted.REPORT, alice.user_id)
        do(here, remove_grant, alice, made)
        there.replica.catch_up()
        assert not known.has(bot.user_id or 0, Granted.REPORT, alice.user_id)


def test_admins_hold_every_grant_and_scopes_narrow_over_oneself_too(
    library: Library, people: dict[str, Actor]
) -> None:
    grants = Grants(library)
    alice, admin, mod = people["alice"], people["admin"], people["mod"]
    for permission in PLAIN:
        assert grants.allow(alice, permission, alice.user_id)
        assert not grants.allow(alice, permission, people["bob"].user_id)
        assert not grants.allow(mod, permission, alice.user_id)
        assert not grants.allow(ANONYMOUS, permission, None)
        assert grants.allow(admin, permission, alice.user_id)
        assert grants.allow(admin, permission, None)
    assert not grants.allow(alice, Granted.ADMIN, alice.user_id)
    assert grants.allow(admin, Granted.ADMIN, None)
    scopes = {"read": PLAIN[0], "interact": PLAIN[1], "write": PLAIN[2]}
    for scope, carried in scopes.items():
        narrowed = scoped(alice, scope)
        assert [one for one in ALL if grants.allow(narrowed, one, alice.user_id)] == [carried]
        assert [one for one in ALL if grants.allow(scoped(admin, scope), one, alice.user_id)] == []
    assert grants.allow(scoped(alice, "yiffy:bulk"), Granted.VIEW_FAVORITES, alice.user_id)
    assert grants.allow(scoped(admin, "moderate"), Granted.ADMIN, None)
