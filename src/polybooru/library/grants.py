"""Grants: what one person, the holder, may do in the name of another, the target, or of everyone.

Nobody needs a grant over himself. `admin` satisfies the other permissions over the same target; the others
do not satisfy one another. Whoever is switched off holds nothing.
Source of the rules: docs/reference/accounts.md
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any

from sqlalchemy import Row, delete, select

from polybooru.db import Change
from polybooru.db.tables import grants, users
from polybooru.library.accounts import get_user, lock_user
from polybooru.library.actors import (
    NARROWING_SCOPES,
    Actor,
    Permission,
    refuse_tokens,
    require_in_person,
    require_staff,
)
from polybooru.library.errors import GrantNotFound, InvalidValue, NotAllowed
from polybooru.library.granted import Granted
from polybooru.library.images import MAX_ID
from polybooru.library.library import Library
from polybooru.library.verbs import Acts, verb
from polybooru.library.work import Reading, Work

_KEPT = 10_000
_SCOPES = MappingProxyType(
    {
        Granted.VIEW_FAVORITES: "read",
        Granted.MANAGE_FAVORITES: Permission.INTERACT.scope,
        Granted.REPORT: Permission.WRITE.scope,
        Granted.ADMIN: Permission.ADMINISTER.scope,
    }
)
MAX_PER_HOLDER = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """target_id: None is everyone."""

    id: int
    holder_id: int
    permission: Granted
    target_id: int | None
    created_at: datetime


Held = frozenset[tuple[Granted, int | None]]
"""Permissions and targets of one holder."""


@verb(Acts.USER)
def add_grant(work: Work, actor: Actor, holder_id: int, permission: Granted, target_id: int | None) -> int:
    """Let the holder act for the target; a repeat changes nothing. Returns the grant's id.

    A person grants anything but `admin` over himself; admins in person grant anything over anybody.
    Raises LoginRequired, NotAllowed, UserNotFound, InvalidValue.
    """
    is_own = target_id is not None and target_id == actor.user_id and permission is not Granted.ADMIN
    _require(actor, is_own=is_own)
    lock_user(work, holder_id)
    if target_id is not None:
        get_user(work, target_id)
    if holder_id == target_id:
        raise InvalidValue("target", "is the holder, who needs no grant")
    held = [*work.execute(select(grants).where(grants.c.holder_id == holder_id))]
    for row in held:
        if (row.permission, row.target_id) == (permission.value, target_id):
            known: int = row.id
            return known
    if len(held) >= MAX_PER_HOLDER:
        raise InvalidValue("holder", f"holds {MAX_PER_HOLDER} grants already")
    facts = {"holder_id": holder_id, "permission": permission.value, "target_id": target_id}
    made: int = work.execute(
        work.insert(grants).values(**facts, created_at=work.now).returning(grants.c.id)
    ).scalar_one()
    if not is_own:
        work.logged(actor.user_id, "grant.add", "grant", made, **facts)
    work.changed("grant", holder_id)
    return made


@verb(Acts.GRANT)
def remove_grant(work: Work, actor: Actor, grant_id: int) -> None:
    """End a grant, as its target or holder in person, or as an admin.

    Raises LoginRequired, NotAllowed, GrantNotFound.
    """
    refuse_tokens(actor)
    staff_id = None if actor.is_operator else require_in_person(actor)
    row = None
    if 0 < grant_id <= MAX_ID:
        row = work.execute(select(grants).where(grants.c.id == grant_id)).one_or_none()
    is_own = row is not None and staff_id is not None and staff_id in {row.target_id, row.holder_id}
    if row is None or not (is_own or actor.may(Permission.ADMINISTER)):
        raise GrantNotFound(f"There is no grant {grant_id}.")
    work.execute(delete(grants).where(grants.c.id == grant_id))
    if not is_own:
        facts = {"holder_id": row.holder_id, "permission": row.permission, "target_id": row.target_id}
        work.logged(staff_id, "grant.remove", "grant", grant_id, **facts)
    work.changed("grant", row.holder_id)


def _require(actor: Actor, *, is_own: bool) -> None:
    refuse_tokens(actor)
    if is_own:
        require_in_person(actor)
    else:
        require_staff(actor, Permission.ADMINISTER)


def list_grants(reading: Reading, actor: Actor, user_id: int | None = None) -> list[Grant]:
    """Grants that somebody holds or is the target of; as an admin also all, and those of others.

    Raises LoginRequired, NotAllowed.
    """
    _require(actor, is_own=user_id is not None and user_id == actor.user_id)
    wanted = select(grants).order_by(grants.c.id)
    if user_id is not None:
        wanted = wanted.where((grants.c.holder_id == user_id) | (grants.c.target_id == user_id))
    return [_grant(row) for row in reading.execute(wanted)]


def find_grant(
    reading: Reading, actor: Actor, holder_id: int, permission: Granted, target_id: int | None
) -> Grant:
    """One of `list_grants`. Raises LoginRequired, NotAllowed, GrantNotFound."""
    for grant in list_grants(reading, actor, holder_id):
        if (grant.holder_id, grant.permission, grant.target_id) == (holder_id, permission, target_id):
            return grant
    raise GrantNotFound("There is no such grant.")


def has_grant(reading: Reading, holder_id: int, permission: Granted, target_id: int | None) -> bool:
    """Whether the holder may do it for the target; None asks for everyone.

    0 is no target: "absent" is the caller's to say, as the holder himself.
    """
    return permits(_held(reading, holder_id), holder_id, permission, target_id)


def permits(held: Held, holder_id: int, permission: Granted, target_id: int | None) -> bool:
    """The rule, over what somebody holds."""
    if target_id is not None and target_id == holder_id and permission is not Granted.ADMIN:
        return True
    enough = {permission, Granted.ADMIN}
    return any((wanted, over) in held for wanted in enough for over in (None, target_id))


def carries(actor: Actor, permission: Granted) -> bool:
    """Whether the caller's token may be used for it at all, over himself too; narrowed, it may not be."""
    narrowed = actor.scopes & NARROWING_SCOPES
    return not narrowed or _SCOPES[permission] in narrowed


def check_may_act_for(reading: Reading, actor: Actor, permission: Granted, target_id: int) -> None:
    """Raises NotAllowed, unless the caller is an admin or has the grant over the target."""
    held = frozenset[tuple[Granted, int | None]]()
    if actor.user_id is not None and not actor.may(Permission.ADMINISTER):
        held = _held(reading, actor.user_id)
    if not _may(actor, held, permission, target_id):
        raise NotAllowed(f"To act in the name of another needs the grant {permission.value!r}.")


def _may(actor: Actor, held: Held, permission: Granted, target_id: int | None) -> bool:
    if actor.user_id is None or not carries(actor, permission):
        return False
    return actor.may(Permission.ADMINISTER) or permits(held, actor.user_id, permission, target_id)


class Grants:
    """What holders hold, remembered until a change of a grant or a person says otherwise."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self._known: dict[int, Held] = {}
        library.replica.listen(self._forget)

    def allow(self, actor: Actor, permission: Granted, target_id: int | None) -> bool:
        """Whether the caller may do it for the target, himself included; None asks for everyone.

        Admins hold every permission over everyone; a token with scopes carries only those that they name.
        """
        held = frozenset() if actor.user_id is None else self._held(actor.user_id)
        return _may(actor, held, permission, target_id)

    def has(self, holder_id: int, permission: Granted, target_id: int | None) -> bool:
        """As `has_grant`, from memory where it is known."""
        return permits(self._held(holder_id), holder_id, permission, target_id)

    def _held(self, holder_id: int) -> Held:
        held = self._known.get(holder_id)
        if held is None:
            seen = self._library.replica.applied
            with self._library.reading() as reading:
                held = _held(reading, holder_id)
            with self._library.replica.lock:  # between the look and the keeping nothing may become stale
                if seen == self._library.replica.applied:
                    if len(self._known) >= _KEPT:
                        self._known.clear()
                    self._known[holder_id] = held
        return held

    def _forget(self, batch: Sequence[Change]) -> None:
        for change in batch:
            if change.kind == "user":
                self._known.clear()
            elif change.kind == "grant":
                if change.object_id:
                    self._known.pop(change.object_id, None)
                else:  # everything became stale
                    self._known.clear()


def _held(reading: Reading, holder_id: int) -> Held:
    if not 0 < holder_id <= MAX_ID:
        return frozenset()
    rows = reading.execute(
        select(grants.c.permission, grants.c.target_id)
        .join(users, users.c.id == grants.c.holder_id)
        .where(grants.c.holder_id == holder_id, users.c.deactivated_at.is_(None))
    )
    return frozenset((Granted(row.permission), row.target_id) for row in rows)


def _grant(row: Row[Any]) -> Grant:
    return Grant(
        id=row.id,
        holder_id=row.holder_id,
        permission=Granted(row.permission),
        target_id=row.target_id,
        created_at=row.created_at,
    )
