"""Bans: whom they keep from what, from which moment to which, and who may give and lift them."""

import json
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from tests.libraries import Clock, Place, add_image, add_person, add_upload

from polybooru.db.tables import moderation_log
from polybooru.library.accounts import acting_as, find_user
from polybooru.library.actors import ANONYMOUS, OPERATOR, Actor, Permission, Role, require, require_account
from polybooru.library.bans import (
    MAX_NOTE_BYTES,
    Ban,
    ban_network,
    ban_user,
    edit_ban,
    find_ban,
    lift_ban,
    list_bans,
    restore_ban,
)
from polybooru.library.callers import Callers
from polybooru.library.comments import post_comment
from polybooru.library.errors import (
    Banned,
    BanNotFound,
    InvalidValue,
    LoginRequired,
    NotAllowed,
    UserNotFound,
)
from polybooru.library.forums import may_enter
from polybooru.library.interactions import fave, hide, vote
from polybooru.library.library import Library
from polybooru.library.tokens import create_token

REASON = "Rule 3, after two warnings"


@pytest.fixture
def alice(library: Library) -> Actor:
    return add_person(library, "alice")


@pytest.fixture
def staff(library: Library) -> Actor:
    return add_person(library, "mod", Role.MODERATOR)


def do(library: Library, verb: Any, *arguments: Any, **facts: Any) -> Any:
    with library.work() as work:
        return verb(work, *arguments, **facts)


def ban(library: Library, staff: Actor, person: Actor, **facts: Any) -> Ban:
    return do(library, ban_user, staff, person.user_id, **{"reason": REASON, **facts})


def token_of(library: Library, name: str) -> str:
    with library.work() as work:
        return create_token(work, acting_as(work, name), find_user(work, name).id)


def caller(callers: Callers, token: str) -> Actor:
    found = callers.find(token)
    assert found is not None
    return found


def logged(library: Library) -> list[tuple[int | None, str, int, dict[str, Any]]]:
    with library.reading() as reading:
        rows = reading.execute(select(moderation_log).order_by(moderation_log.c.id)).all()
    return [(row.user_id, row.action, row.object_id, json.loads(row.details)) for row in rows]


def test_the_banned_may_not_interact_write_or_upload_and_are_told_why(
    library: Library, alice: Actor, staff: Actor, clock: Clock
) -> None:
    image_id, token, callers = add_image(library), token_of(library, "alice"), Callers(library)
    end = clock.now + timedelta(days=2)
    given = ban(library, staff, alice, expires_at=end)
    now_alice = caller(callers, token)
    attempts: list[Any] = [
        lambda: do(library, vote, now_alice, image_id, is_up=True),
        lambda: do(library, fave, now_alice, image_id),
        lambda: do(library, hide, now_alice, image_id),
        lambda: do(library, post_comment, now_alice, image_id, "hello"),
        lambda: add_upload(library, now_alice),
    ]
    for attempt in attempts:
        with pytest.raises(Banned, match="Rule 3") as refused:
            attempt()
        told = refused.value
        assert (told.ban_code, told.reason, told.expires_at) == (given.code, REASON, end)
        assert f"until {end:%Y-%m-%d %H:%M} UTC" in str(told)
        assert given.code in str(told)


def test_a_banned_account_may_still_do_what_needs_only_an_account(
    library: Library, alice: Actor, staff: Actor
) -> None:
    token, callers = token_of(library, "alice"), Callers(library)
    ban(library, staff, alice)
    assert require_account(caller(callers, token)) == alice.user_id
    with pytest.raises(LoginRequired):
        require_account(ANONYMOUS)


def test_a_banned_moderator_is_no_staff_any_more(library: Library, staff: Actor) -> None:
    token, callers = token_of(library, "mod"), Callers(library)
    assert caller(callers, token).is_staff
    given = ban(library, add_person(library, "root", Role.ADMIN), staff)
    fallen = caller(callers, token)
    assert not fallen.is_staff
    with pytest.raises(Banned):
        do(library, lift_ban, fallen, given.id)


def test_a_ban_holds_in_another_process_at_the_next_request(place: Place) -> None:
    with place.library() as here, place.library() as there:
        alice, staff = add_person(here, "alice"), add_person(here, "mod", Role.MODERATOR)
        token = token_of(here, "alice")
        there.replica.catch_up()
        callers = Callers(there)
        assert caller(callers, token).ban is None
        assert callers.with_address(ANONYMOUS, "192.0.2.1").ban is None
        given = ban(here, staff, alice)
        do(here, ban_network, staff, "192.0.2.0/24", reason=REASON)
        there.replica.catch_up()
        assert caller(callers, token).ban is not None
        assert callers.with_address(ANONYMOUS, "192.0.2.1").ban is not None
        do(here, lift_ban, staff, given.id)
        there.replica.catch_up()
        assert caller(callers, token).ban is None


def test_a_ban_ends_by_the_clock_without_any_write(
    library: Library, alice: Actor, staff: Actor, clock: Clock
) -> None:
    token, callers = token_of(library, "alice"), Callers(library)
    ban(library, staff, alice, expires_at=clock.now + timedelta(hours=1))
    ban(library, staff, alice, expires_at=clock.now + timedelta(hours=3))
    ban(library, staff, alice, expires_at=clock.now + timedelta(hours=2))
    do(library, ban_network, staff, "192.0.2.7", reason=REASON, expires_at=clock.now + timedelta(hours=4))
    assert caller(callers, token).ban is not None
    assert callers.with_address(ANONYMOUS, "192.0.2.7").ban is not None
    number = library.replica.applied
    clock.go_on(3 * 3_600 - 1)
    assert caller(callers, token).ban is not None
    clock.go_on(1)
    assert caller(callers, token).ban is None
    assert callers.with_address(caller(callers, token), "192.0.2.7").ban is not None
    clock.go_on(3_600)
    assert callers.with_address(caller(callers, token), "192.0.2.7").ban is None
    assert library.replica.applied == number
    with library.reading() as reading:
        assert list_bans(reading, staff, is_holding=True, limit=10) == []


def test_a_ban_without_end_outlasts_one_with(
    library: Library, alice: Actor, staff: Actor, clock: Clock
) -> None:
    token, callers = token_of(library, "alice"), Callers(library)
    forever = ban(library, staff, alice)
    ban(library, staff, alice, expires_at=clock.now + timedelta(days=9_000))
    held = caller(callers, token).ban
    assert held is not None
    assert held.code == forever.code
    clock.go_on(10_000 * 86_400)
    assert caller(callers, token).ban == held


@pytest.mark.parametrize(
    ("network", "stored", "inside", "outside"),
    [
        ("192.0.2.7", "192.0.2.7/32", ["192.0.2.7", "::ffff:192.0.2.7"], ["192.0.2.8", "::192.0.2.7"]),
        ("192.0.2.7/24", "192.0.2.0/24", ["192.0.2.0", "192.0.2.255"], ["192.0.3.0", "192.0.1.255"]),
        ("10.0.0.0/8", "10.0.0.0/8", ["10.255.0.1"], ["11.0.0.0", "::a00:1"]),
        ("::ffff:192.0.2.7", "192.0.2.7/32", ["192.0.2.7"], ["192.0.2.6"]),
        ("::ffff:192.0.2.0/120", "192.0.2.0/24", ["192.0.2.9"], ["192.0.3.9"]),
        ("2001:db8:1:2::5", "2001:db8:1:2::/64", ["2001:DB8:1:2:ffff::"], ["2001:db8:1:3::"]),
        ("2001:db8::5/128", "2001:db8::5/128", ["2001:db8::5"], ["2001:db8::6"]),
        (" 2001:db8::/32 ", "2001:db8::/32", ["2001:db8:ffff::1"], ["2001:db9::", "fe80::1%eth0"]),
    ],
)
def test_a_network_is_banned_with_every_address_in_it(
    library: Library, staff: Actor, network: str, stored: str, inside: list[str], outside: list[str]
) -> None:
    callers = Callers(library)
    given = do(library, ban_network, staff, network, reason=REASON)
    assert (given.network, given.user_id) == (stored, None)
    for address in inside:
        actor = callers.with_address(ANONYMOUS, address)
        assert actor.address == address
        assert actor.ban is not None
        assert actor.ban.code == given.code
    for address in [*outside, "", "testclient", "999.1.1.1", "\0"]:
        assert callers.with_address(ANONYMOUS, address).ban is None


def test_a_banned_network_holds_people_with_accounts_but_not_staff(
    library: Library, alice: Actor, staff: Actor
) -> None:
    callers = Callers(library)
    do(library, ban_network, staff, "192.0.2.0/24", reason=REASON)
    with pytest.raises(Banned):
        require(callers.with_address(alice, "192.0.2.1"), Permission.INTERACT)
    assert require(callers.with_address(staff, "192.0.2.1"), Permission.MODERATE)
    assert require(callers.with_address(alice, "192.0.3.1"), Permission.INTERACT)


@pytest.mark.parametrize(
    "network",
    ["", "nowhere", "192.0.2.0/33", "192.0.2", "0.0.0.0/0", "12.0.0.0/7", "::/0", "2000::/18", "fe80::1%e",
     "::ffff:0.0.0.0/100", "1.2.3.4\0", "192.0.2.0/24/8"],
)  # fmt: skip
def test_what_is_no_network_or_too_wide_a_one_is_refused(
    library: Library, staff: Actor, network: str
) -> None:
    with pytest.raises(InvalidValue) as refused:
        do(library, ban_network, staff, network, reason=REASON)
    assert refused.value.field == "network"


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"reason": " "}, "reason"),
        ({"reason": "x" * 1_001}, "reason"),
        ({"note": "x" * (MAX_NOTE_BYTES + 1)}, "note"),
        ({"expires_at": "now"}, "expires_at"),
    ],
)
def test_a_ban_needs_a_reason_and_an_end_to_come(
    library: Library, alice: Actor, staff: Actor, clock: Clock, facts: dict[str, Any], field: str
) -> None:
    wanted = {name: clock.now if value == "now" else value for name, value in facts.items()}
    with pytest.raises(InvalidValue) as refused:
        ban(library, staff, alice, **wanted)
    assert refused.value.field == field
    assert logged(library) == []


def test_only_who_stands_above_somebody_bans_them_or_lifts_the_ban(library: Library) -> None:
    people = {role: add_person(library, f"{role}-2", role) for role in Role}
    for by in Role:
        actor = add_person(library, f"{by}-1", by)
        for role, person in people.items():
            if by in {Role.MODERATOR, Role.ADMIN} and by.rank > role.rank:
                assert ban(library, actor, person).user_id == person.user_id
            else:
                with pytest.raises(NotAllowed):
                    ban(library, actor, person)
    assert ban(library, OPERATOR, people[Role.ADMIN]).banned_by_user_id is None
    with library.reading() as reading:
        of_moderator = list_bans(reading, people[Role.ADMIN], user_id=people[Role.MODERATOR].user_id, limit=9)
    for verb in (lift_ban, restore_ban):
        with pytest.raises(NotAllowed):
            do(library, verb, add_person(library, f"m-{verb.__name__}", Role.MODERATOR), of_moderator[0].id)


def test_nobody_bans_whom_there_is_not(library: Library, staff: Actor) -> None:
    for user_id in (0, -1, 4_711, 2**63, 10**40):
        with pytest.raises(UserNotFound):
            do(library, ban_user, staff, user_id, reason=REASON)
        with pytest.raises(BanNotFound):
            do(library, lift_ban, staff, user_id)
    for code in ("", "U2", "\0", "\ud800", "' or 1=1"):
        with pytest.raises(BanNotFound), library.reading() as reading:
            find_ban(reading, staff, code)


def test_people_and_the_unknown_may_not_see_bans(library: Library, alice: Actor) -> None:
    with library.reading() as reading:
        for actor, error in ((alice, NotAllowed), (ANONYMOUS, LoginRequired)):
            with pytest.raises(error):
                list_bans(reading, actor, limit=1)
            with pytest.raises(error):
                find_ban(reading, actor, "U")


def test_a_ban_is_changed_lifted_and_restored_each_with_an_entry_in_the_log(
    library: Library, alice: Actor, staff: Actor, clock: Clock
) -> None:
    token, callers = token_of(library, "alice"), Callers(library)
    given = ban(library, staff, alice, note="seen on two accounts")
    end = clock.now + timedelta(days=1)
    edited = do(library, edit_ban, staff, given.id, reason="Rule 4", expires_at=end)
    assert (edited.reason, edited.expires_at, edited.note, edited.code) == ("Rule 4", end, "", given.code)
    assert caller(callers, token).ban is not None
    assert not do(library, lift_ban, staff, given.id).is_enabled
    assert not do(library, lift_ban, staff, given.id).is_enabled
    assert caller(callers, token).ban is None
    assert do(library, restore_ban, staff, given.id).is_enabled
    assert do(library, restore_ban, staff, given.id).is_enabled
    assert caller(callers, token).ban is not None
    do(library, edit_ban, staff, given.id, reason="Rule 4", expires_at=clock.now)
    assert caller(callers, token).ban is None
    entries = logged(library)
    assert [action for _, action, _, _ in entries] == [
        "ban.create", "ban.edit", "ban.lift", "ban.restore", "ban.edit",
    ]  # fmt: skip
    assert {(user_id, ban_id) for user_id, _, ban_id, _ in entries} == {(staff.user_id, given.id)}
    assert entries[0][3]["banned_user_id"] == alice.user_id


def test_bans_are_listed_newest_first_and_found_by_their_code(
    library: Library, alice: Actor, staff: Actor
) -> None:
    bob = add_person(library, "bob")
    given = [ban(library, staff, person) for person in (alice, bob, alice)]
    do(library, lift_ban, staff, given[2].id)
    with library.reading() as reading:

        def ids(**wanted: Any) -> list[int]:
            return [found.id for found in list_bans(reading, staff, **{"limit": 10, **wanted})]

        assert ids() == [given[2].id, given[1].id, given[0].id]
        assert ids(limit=1, before_id=given[2].id) == [given[1].id]
        assert ids(is_holding=True) == [given[1].id, given[0].id]
        assert ids(is_holding=False, user_id=alice.user_id) == [given[2].id]
        assert find_ban(reading, staff, f" {given[1].code.lower()} ") == given[1]
    assert len({found.code for found in given}) == 3


def test_a_banned_assistant_enters_no_forum_of_assistants(library: Library, staff: Actor) -> None:
    assistant = add_person(library, "helper", Role.ASSISTANT)
    callers, token = Callers(library), token_of(library, "helper")
    assert may_enter(caller(callers, token), "assistant")
    ban(library, staff, assistant)
    assert not may_enter(caller(callers, token), "assistant")
