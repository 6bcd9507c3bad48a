"""People and their tokens, on both databases."""

import sqlite3
import string
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import func, inspect, select, text, update
from tests.libraries import NOON, Clock, Place, add_person

from polybooru.db.tables import tokens, users
from polybooru.library import passwords
from polybooru.library.account_changes import deactivate_user
from polybooru.library.accounts import acting_as, create_user, find_user, password_matches
from polybooru.library.actors import OPERATOR, Role
from polybooru.library.callers import Callers
from polybooru.library.errors import InvalidValue, NameTaken, NotAllowed, TokenNotFound, UserNotFound
from polybooru.library.library import Library
from polybooru.library.token_terms import (
    TokenLimits,
    TokenTerms,
    disable_token,
    enable_token,
    limit_token,
    switch_token,
)
from polybooru.library.tokens import (
    Token,
    create_token,
    find_key,
    find_token,
    hash_token,
    list_tokens,
    revoke_token,
)

PASSWORD = "correct horse battery"


def new_token(library: Library, user: str = "alice", **facts) -> str:
    with library.work() as work:
        return create_token(work, OPERATOR, find_user(work, user).id, **facts)


def revoke(library: Library, user: str, name: str) -> None:
    with library.work() as work:
        revoke_token(work, OPERATOR, find_token(work, OPERATOR, find_user(work, user).id, name).id)


def tokens_of(library: Library, user: str) -> list[Token]:
    with library.reading() as reading:
        return list_tokens(reading, OPERATOR, find_user(reading, user).id)


@pytest.mark.usefixtures("hashing_in_earnest")
def test_a_person_is_made_found_and_known_by_the_password(library: Library) -> None:
    made = create_user(library, OPERATOR, " Alice ", PASSWORD, role=Role.MODERATOR)
    with library.reading() as reading:
        assert find_user(reading, "ALICE") == made
        assert (made.name, made.role, made.created_at, made.is_deactivated) == (
            "Alice",
            Role.MODERATOR,
            NOON,
            False,
        )
        assert password_matches(reading, "alice", PASSWORD)
        assert not password_matches(reading, "alice", PASSWORD + "!")
        stored = reading.execute(select(users.c.password_hash)).scalar_one()
    assert stored.startswith("$argon2id$v=19$m=65536,t=3,p=4$")


@pytest.mark.usefixtures("hashing_in_earnest")
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_an_unknown_user_costs_the_same_hash_and_matches_nothing(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    verified: list[str] = []
    hasher = passwords._hasher()

    class Counting:
        hash = hasher.hash

        def verify(self, stored: str, password: str) -> bool:
            verified.append(stored)
            return hasher.verify(stored, password)

    monkeypatch.setattr(passwords, "_hasher", Counting)
    with library.reading() as reading:
        assert not password_matches(reading, "nobody", "nobody has this password")
    [stored] = verified
    assert stored.startswith("$argon2id$v=19$m=65536,t=3,p=4$")


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("password", ["", "x" * 11, "x" * 81])
def test_a_password_has_12_to_80_characters(library: Library, password: str) -> None:
    with pytest.raises(InvalidValue) as caught:
        create_user(library, OPERATOR, "alice", password)
    assert caught.value.field == "password"


def test_a_name_is_taken_once_however_it_is_written(library: Library) -> None:
    add_person(library, "alice")
    for other in ("alice", "ALICE", "\uff21lice"):
        with pytest.raises(NameTaken):
            create_user(library, OPERATOR, other, PASSWORD)


def test_of_two_that_take_a_name_at_once_one_is_told(library: Library) -> None:
    def create(name: str) -> object:
        try:
            return create_user(library, OPERATOR, name, PASSWORD)
        except NameTaken as error:
            return type(error)

    with ThreadPoolExecutor(4) as pool:
        ends = list(pool.map(create, ["Bob", "bob", "BOB", "boB"]))
    assert ends.count(NameTaken) == 3
    with library.reading() as reading:
        assert reading.execute(select(func.count()).select_from(users)).scalar_one() == 1


def test_a_token_is_100_letters_and_digits_and_only_its_hash_is_kept(place: Place, library: Library) -> None:
    add_person(library, "alice")
    token = new_token(library)
    assert len(token) == 100
    assert set(token) <= set(string.ascii_letters + string.digits)
    assert token != new_token(library)
    with library.reading() as reading:
        connection = reading.connection
        dump = [
            str(tuple(row))
            for table in inspect(connection).get_table_names()
            for row in connection.execute(text(f"select * from {table}"))
        ]
        stored = list(reading.execute(select(tokens.c.sha256)).scalars())
    assert hash_token(token) in stored
    everything = "\n".join(dump)
    assert token[:6] in everything  # the hint
    assert token[:8] not in everything
    assert token[8:40] not in everything
    if library.database.is_sqlite:
        library.database.close()
        with sqlite3.connect(place.url.removeprefix("sqlite:///")) as copy:
            assert token[8:40] not in "".join(copy.iterdump())
        copy.close()


def test_tokens_are_listed_without_their_text_and_numbered_where_they_have_no_name(library: Library) -> None:
    add_person(library, "alice")
    texts = [
        new_token(library, name="phone", scopes=frozenset({"read", "upload"})),
        new_token(library, expires_in=timedelta(days=1)),
        new_token(library),
    ]
    found = tokens_of(library, "Alice")
    assert [t.name for t in found] == ["phone", "token 1", "token 2"]
    assert [t.hint for t in found] == [t[:6] for t in texts]
    assert {*found[0].scopes} == {"read", "upload"}
    assert [t.expires_at for t in found] == [None, NOON + timedelta(days=1), None]


def test_a_user_has_at_most_20_tokens_and_each_name_once(library: Library) -> None:
    add_person(library, "alice")
    add_person(library, "bob")
    new_token(library, name="phone")
    with pytest.raises(NameTaken):
        new_token(library, name="phone")
    for _ in range(19):
        new_token(library)
    with pytest.raises(InvalidValue, match="at most 20"):
        new_token(library)
    new_token(library, "bob", name="phone")
    revoke(library, "alice", "token 7")
    new_token(library)


def test_tokens_made_at_once_have_names_of_their_own_and_keep_to_the_limit(library: Library) -> None:
    add_person(library, "alice")
    for _ in range(16):
        new_token(library)

    def make(_: int) -> bool:
        try:
            new_token(library)
        except InvalidValue:
            return False
        return True

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(make, range(8))) == 4
    assert len({t.name for t in tokens_of(library, "alice")}) == 20


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("scope", ["", "a b", "Admin", "-x", "x" * 65, "a\n"])
def test_what_is_no_scope_is_refused(library: Library, scope: str) -> None:
    add_person(library, "alice")
    with pytest.raises(InvalidValue):
        new_token(library, scopes=frozenset({scope}))


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_unknown_people_and_tokens_are_named(library: Library) -> None:
    with pytest.raises(UserNotFound):
        new_token(library, "nobody")
    add_person(library, "alice")
    with pytest.raises(TokenNotFound):
        revoke(library, "alice", "none")


def test_a_caller_is_who_the_token_says_and_nobody_for_guesses(library: Library) -> None:
    alice = add_person(library, "alice", Role.MODERATOR)
    callers = Callers(library)
    token = new_token(library, scopes=frozenset({"read", "yiffy:bulk"}))
    found = callers.find(token)
    assert found is not None
    assert (found.user_id, found.name, found.role) == (alice.user_id, "alice", Role.MODERATOR)
    assert {*found.scopes} == {"read", "yiffy:bulk"}
    for guess in ("", token[:-1], token.swapcase(), token + "a", "é\0\ud800"):
        assert callers.find(guess) is None
        assert not callers.is_remembered(guess)


def test_a_revoked_token_is_worthless_at_once(library: Library) -> None:
    add_person(library, "alice")
    callers = Callers(library)
    token, other = new_token(library, name="one"), new_token(library, name="two")
    assert callers.find(token)
    assert callers.find(other)
    revoke(library, "alice", "one")
    assert callers.find(token) is None
    assert not callers.is_remembered(token)
    assert callers.find(other)


def test_a_token_revoked_by_another_process_is_worthless_at_the_next_request(place: Place) -> None:
    with place.library() as here, place.library() as there:
        add_person(here, "alice")
        token = new_token(here, name="one")
        there.replica.catch_up()
        callers = Callers(there)
        assert callers.find(token)
        revoke(here, "alice", "one")
        assert there.replica.is_behind
        there.replica.catch_up()
        assert callers.find(token) is None


def test_a_token_ends_at_its_hour_also_when_remembered(library: Library, clock: Clock) -> None:
    add_person(library, "alice")
    callers = Callers(library)
    token = new_token(library, expires_in=timedelta(hours=1))
    clock.go_on(3_599)
    assert callers.find(token)
    clock.go_on(1)
    assert callers.find(token) is None


def test_a_token_never_outlives_its_owners_rights(library: Library) -> None:
    mod = add_person(library, "mod", Role.MODERATOR)
    callers = Callers(library)
    token = new_token(library, "mod", scopes=frozenset({"moderate"}))
    found = callers.find(token)
    assert found is not None
    assert found.is_staff
    with library.work() as work:
        work.execute(update(users).where(users.c.id == mod.user_id).values(role="user"))
        work.changed("user", mod.user_id or 0)
    found = callers.find(token)
    assert found is not None
    assert not found.is_staff
    with library.work() as work:
        deactivate_user(work, OPERATOR, mod.user_id or 0)
    found = callers.find(token)
    assert found is not None
    assert found.is_deactivated
    with library.reading() as reading:
        assert acting_as(reading, "mod").is_deactivated


def test_a_token_that_sleeps_or_is_disabled_is_worthless_and_tells_why(library: Library) -> None:
    alice, callers = add_person(library, "alice"), Callers(library)
    token = new_token(library, name="phone")
    [known] = tokens_of(library, "alice")
    assert callers.find(token)
    with library.work() as work:
        switch_token(work, alice, known.id, is_active=False)
    assert callers.find(token) is None
    key = callers.find_key(token)
    assert key is not None
    assert (key.actor.name, key.terms.is_active, key.terms.is_disabled) == ("alice", False, False)
    with library.work() as work:
        switch_token(work, alice, known.id, is_active=True)
        disable_token(work, OPERATOR, known.id, reason="Too loud.")
    key = callers.find_key(token)
    assert key is not None
    assert (key.terms.is_active, key.terms.is_disabled, key.terms.disabled_reason) == (
        True,
        True,
        "Too loud.",
    )
    assert callers.find(token) is None
    with library.work() as work:
        enable_token(work, OPERATOR, known.id)
    found = callers.find_key(token)
    assert found is not None
    assert found.terms == TokenTerms()
    assert callers.find(token) == found.actor


def test_nobody_wakes_what_staff_disabled_and_staff_wake_nothing_of_others(library: Library) -> None:
    alice, admin = add_person(library, "alice"), add_person(library, "admin", Role.ADMIN)
    new_token(library, name="phone")
    [known] = tokens_of(library, "alice")
    with library.work() as work:
        disable_token(work, admin, known.id, reason="Too loud.")
        switch_token(work, alice, known.id, is_active=True)
        with pytest.raises(NotAllowed):
            enable_token(work, alice, known.id)
        with pytest.raises(TokenNotFound):
            switch_token(work, admin, known.id, is_active=False)
        with pytest.raises(NotAllowed):
            disable_token(work, replace(admin, token_id=7), known.id, reason="By a token.")
    [known] = tokens_of(library, "alice")
    assert (known.terms.is_disabled, known.terms.is_active) == (True, True)


def test_limits_of_a_token_are_said_as_a_whole(library: Library) -> None:
    add_person(library, "alice")
    token = new_token(library, name="phone")
    [known] = tokens_of(library, "alice")
    wide = TokenLimits(is_unlimited=True, bulk_limit=500, long_limit=1_000_000, long_window_ms=86_400_000)
    with library.work() as work:
        limit_token(work, OPERATOR, known.id, wide)
    key = Callers(library).find_key(token)
    assert key is not None
    assert key.terms.limits == wide
    with library.work() as work:
        limit_token(work, OPERATOR, known.id, TokenLimits(short_limit=1))
        for field, number in (("bulk_limit", 10_001), ("short_window_ms", 86_400_001), ("long_limit", 0)):
            with pytest.raises(InvalidValue) as caught:
                limit_token(work, OPERATOR, known.id, TokenLimits(**{field: number}))
            assert caught.value.field == field
    [known] = tokens_of(library, "alice")
    assert known.terms.limits == TokenLimits(short_limit=1)


def test_only_the_operator_gives_the_scope_for_bulk(library: Library) -> None:
    alice = add_person(library, "alice")
    with library.work() as work:
        with pytest.raises(NotAllowed):
            create_token(work, alice, alice.user_id or 0, scopes=frozenset({"yiffy:bulk"}))
        create_token(work, alice, alice.user_id or 0, scopes=frozenset({"yiffy:sfw-only"}))
        create_token(work, OPERATOR, alice.user_id or 0, scopes=frozenset({"yiffy:bulk"}))


def test_scopes_keep_the_order_in_which_they_were_given(library: Library) -> None:
    alice = add_person(library, "alice")
    given = ("z:last", "read", "a:first", "z:last")
    with library.work() as work:
        text = create_token(work, OPERATOR, alice.user_id or 0, scopes=given)
    with library.reading() as reading:
        [token] = list_tokens(reading, OPERATOR, alice.user_id or 0)
        key = find_key(reading, hash_token(text))
    assert key is not None
    assert token.scopes == key.scopes == ("z:last", "read", "a:first")
    assert key.actor.scopes == {*given}
