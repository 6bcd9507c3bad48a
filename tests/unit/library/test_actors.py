"""Who may do what: role by scope by permission."""

from itertools import combinations

import pytest

from polybooru.library.actors import (
    ANONYMOUS,
    NARROWING_SCOPES,
    OPERATOR,
    Actor,
    BanNotice,
    Permission,
    Role,
    require,
    require_in_person,
    require_staff,
)
from polybooru.library.errors import AccountDeactivated, Banned, LoginRequired, NotAllowed

ROLE_ALLOWS = {
    Role.USER: {"interact", "upload", "write"},
    Role.ASSISTANT: {"interact", "upload", "write"},
    Role.MODERATOR: {"interact", "upload", "write", "moderate"},
    Role.ADMIN: {"interact", "upload", "write", "moderate", "administer"},
}
ADDING = ("yiffy:bulk", "yiffy:sfw-only", "admin", "moderator", "*")
SCOPE_SETS = [
    frozenset(chosen)
    for size in range(4)
    for chosen in combinations([*sorted(NARROWING_SCOPES), *ADDING], size)
]


def test_the_narrowing_scopes_are_the_five_of_the_design() -> None:
    assert {"read", "interact", "upload", "write", "moderate"} == NARROWING_SCOPES


@pytest.mark.parametrize("role", Role)
def test_an_actor_may_what_the_role_and_every_narrowing_scope_allow(role: Role) -> None:
    for scopes in SCOPE_SETS:
        actor = Actor(user_id=1, role=role, scopes=scopes)
        narrowed = scopes & NARROWING_SCOPES
        for permission in Permission:
            expected = permission.value in ROLE_ALLOWS[role] and (
                not narrowed or permission.scope in narrowed
            )
            assert actor.may(permission) is expected, (scopes, permission)
        assert actor.is_staff is actor.may(Permission.MODERATE)


@pytest.mark.parametrize("permission", Permission)
def test_nobody_and_the_deactivated_may_nothing(permission: Permission) -> None:
    assert not ANONYMOUS.may(permission)
    assert not Actor(scopes=frozenset({permission.value})).may(permission)
    for role in Role:
        gone = Actor(user_id=1, role=role, is_deactivated=True)
        assert not gone.may(permission)
        with pytest.raises(AccountDeactivated):
            require(gone, permission)
    with pytest.raises(LoginRequired):
        require(ANONYMOUS, permission)


def test_who_may_is_told_by_id_and_who_may_not_by_the_permission() -> None:
    assert require(Actor(user_id=7, role=Role.USER), Permission.WRITE) == 7
    with pytest.raises(NotAllowed, match="'moderate'"):
        require(Actor(user_id=7, role=Role.USER), Permission.MODERATE)


def test_the_operator_may_what_staff_may_and_is_nobody() -> None:
    assert OPERATOR.is_operator
    assert OPERATOR.is_staff
    assert not ANONYMOUS.is_operator
    assert not Actor(user_id=1, role=Role.ADMIN).is_operator
    for permission in (Permission.MODERATE, Permission.ADMINISTER):
        assert require_staff(OPERATOR, permission) is None
    with pytest.raises(LoginRequired):
        require(OPERATOR, Permission.WRITE)
    with pytest.raises(LoginRequired):
        require_in_person(OPERATOR)


@pytest.mark.parametrize("role", Role)
def test_staff_are_named_by_id_and_others_refused(role: Role) -> None:
    actor = Actor(user_id=7, role=role)
    for permission, holders in (
        (Permission.MODERATE, {Role.MODERATOR, Role.ADMIN}),
        (Permission.ADMINISTER, {Role.ADMIN}),
    ):
        if role in holders:
            assert require_staff(actor, permission) == 7
        else:
            with pytest.raises(NotAllowed):
                require_staff(actor, permission)
    with pytest.raises(LoginRequired):
        require_staff(ANONYMOUS)


def test_moderators_act_on_people_and_admins_on_staff_too() -> None:
    moderator, admin = (Actor(user_id=1, role=role) for role in (Role.MODERATOR, Role.ADMIN))
    assert [moderator.outranks(role) for role in Role] == [True, True, False, False]
    assert all(admin.outranks(role) and OPERATOR.outranks(role) for role in Role)
    assert not any(Actor(user_id=1, role=Role.ASSISTANT).outranks(role) for role in Role)


def test_no_token_stands_for_somebody_in_person() -> None:
    assert require_in_person(Actor(user_id=7, role=Role.USER)) == 7
    with pytest.raises(NotAllowed):
        require_in_person(Actor(user_id=7, role=Role.ADMIN, token_id=1))
    with pytest.raises(AccountDeactivated):
        require_in_person(Actor(user_id=7, role=Role.USER, is_deactivated=True))


@pytest.mark.parametrize("permission", Permission)
def test_the_banned_may_nothing_and_hear_it_before_what_they_lack(permission: Permission) -> None:
    notice = BanNotice(code="U1", reason="spam", expires_at=None)
    for role in Role:
        banned = Actor(user_id=1, role=role, scopes=frozenset({"read"}), ban=notice)
        assert not banned.may(permission)
        assert not banned.is_staff
        with pytest.raises(Banned, match="spam"):
            require(banned, permission)
    with pytest.raises(LoginRequired):
        require(Actor(ban=notice), permission)
