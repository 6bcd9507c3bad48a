"""People: making them, finding them, their passwords.

Neighbours: `account_changes` (role, name, on and off), `profiles`, `account_deletion`, `account_export`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, select, update

from polybooru.db.tables import earlier_names, users
from polybooru.library.actors import (
    Actor,
    Permission,
    Role,
    refuse_banned,
    refuse_tokens,
    require_in_person,
    require_staff,
)
from polybooru.library.errors import InvalidValue, NameTaken, NotAllowed, UserNotFound
from polybooru.library.images import MAX_ID
from polybooru.library.library import Library
from polybooru.library.passwords import check_password, hash_password, verify
from polybooru.library.tag_names import slug
from polybooru.library.user_names import clean_user_name, fold_name
from polybooru.library.verbs import Acts, verb
from polybooru.library.work import Reading, Work


@dataclass(frozen=True, slots=True, kw_only=True)
class User:
    """One account, without its password."""

    id: int
    name: str
    slug: str
    role: Role
    created_at: datetime
    is_deactivated: bool


@verb(Acts.THE_LIBRARY)
def register_user(library: Library, actor: Actor, name: str, password: str) -> User:
    """Make an own account, where the board lets people do that.

    Raises NotAllowed, Banned, InvalidValue, NameTaken, Unavailable.
    """
    refuse_tokens(actor)
    refuse_banned(actor)
    if not library.policy.is_registration_open:
        raise NotAllowed("Registration is closed.")
    check_password(password, name)
    return _make(library, None, name, password, Role.USER)


@verb(Acts.THE_LIBRARY)
def create_user(library: Library, actor: Actor, name: str, password: str, *, role: Role = Role.USER) -> User:
    """Make an account for somebody, as an admin in person.

    Raises LoginRequired, NotAllowed, InvalidValue, NameTaken, Unavailable.
    """
    refuse_tokens(actor)
    require_staff(actor, Permission.ADMINISTER)
    return _make(library, actor, name, password, role)


def _make(library: Library, by: Actor | None, name: str, password: str, role: Role) -> User:
    """by: the admin, if it is not the person."""
    name = clean_user_name(name)
    password_hash = hash_password(password)  # outside the transaction: it takes long
    with library.work() as work:
        row = {"name": name, "folded_name": fold_name(name), "slug": slug(name), "role": role.value}
        made = work.execute(
            work.insert(users)
            .values(**row, password_hash=password_hash, created_at=work.now)
            .on_conflict_do_nothing()
            .returning(users.c.id)
        ).scalar_one_or_none()
        if made is None or is_reserved(work, name, made):
            raise name_taken(name)
        work.changed("user", made)
        if by is not None:
            work.logged(by.user_id, "user.create", "user", made, name=name, role=role.value)
        return get_user(work, made)


@verb(Acts.THE_LIBRARY)
def change_password(library: Library, actor: Actor, password: str, new_password: str) -> None:
    """Replace the own password. Raises LoginRequired, NotAllowed, InvalidValue, Unavailable."""
    user_id = require_in_person(actor)
    with library.reading() as reading:
        user = _row(reading, select(users).where(users.c.id == user_id), str(user_id))
    if not verify(user.password_hash, password):
        raise InvalidValue("password", "This is not the password.")
    check_password(new_password, user.name)
    password_hash = hash_password(new_password)
    with library.work() as work:
        # Of two who change it at once, the second no longer knows the old one.
        unchanged = (users.c.id == user_id, users.c.password_hash == user.password_hash)
        if not work.execute(update(users).where(*unchanged).values(password_hash=password_hash)).rowcount:
            raise InvalidValue("password", "This is not the password.")
        work.changed("user", user_id)


@verb(Acts.USER)
def set_password(library: Library, actor: Actor, user_id: int, password: str) -> None:
    """Give somebody a new password, as an admin in person.

    Raises LoginRequired, NotAllowed, UserNotFound, InvalidValue, Unavailable.
    """
    refuse_tokens(actor)
    staff_id = require_staff(actor, Permission.ADMINISTER)
    with library.reading() as reading:
        get_user(reading, user_id)
    password_hash = hash_password(password)
    with library.work() as work:
        lock_user(work, user_id)
        work.execute(update(users).where(users.c.id == user_id).values(password_hash=password_hash))
        work.logged(staff_id, "user.set_password", "user", user_id)
        work.changed("user", user_id)


def password_matches(reading: Reading, name: str, password: str) -> bool:
    """Whether it is this user's password; takes as long for a user that does not exist.

    Raises Unavailable.
    """
    wanted = select(users.c.password_hash).where(users.c.folded_name == fold_name(name))
    return verify(reading.execute(wanted).scalar_one_or_none(), password)


def find_user(reading: Reading, name: str) -> User:
    """The account of that name, or that once had it; letter case ignored. Raises UserNotFound."""
    folded = fold_name(name)
    once = select(earlier_names.c.user_id).where(earlier_names.c.folded_name == folded)
    return _user(_row(reading, _named(users.c.folded_name == folded, once), repr(name)))


def find_user_by_slug(reading: Reading, text: str) -> User:
    """The account that an address leads to, by its name or one that it had. Raises UserNotFound."""
    once = select(earlier_names.c.user_id).where(earlier_names.c.slug == text)
    return _user(_row(reading, _named(users.c.slug == text, once), repr(text)))


def get_user(reading: Reading, user_id: int) -> User:
    """Raises UserNotFound."""
    wanted = select(users).where(users.c.id == (user_id if 0 < user_id <= MAX_ID else None))
    return _user(_row(reading, wanted, str(user_id)))


def lock_user(work: Work, user_id: int) -> Row[Any]:
    """The account's row, held until the commit. Raises UserNotFound."""
    wanted = select(users).where(users.c.id == (user_id if 0 < user_id <= MAX_ID else None))
    return _row(work, wanted.with_for_update(key_share=True), str(user_id))


def list_users(
    reading: Reading, *, role: Role | None = None, after_id: int = 0, limit: int
) -> Sequence[User]:
    """Accounts by id, those after one. role: only these."""
    page = select(users).where(users.c.id > after_id, users.c.deleted_at.is_(None))
    if role is not None:
        page = page.where(users.c.role == role.value)
    return [_user(row) for row in reading.execute(page.order_by(users.c.id).limit(limit))]


def name_of(reading: Reading, user_id: int) -> str:
    """What somebody is called, also somebody who was deleted; for staff."""
    name: str = reading.execute(select(users.c.name).where(users.c.id == user_id)).scalar_one()
    return name


def earlier_names_of(reading: Reading, user_id: int) -> list[str]:
    """The names that somebody had, in the order in which they were left."""
    had = select(earlier_names.c.name).where(earlier_names.c.user_id == user_id)
    return [*reading.execute(had.order_by(earlier_names.c.left_at, earlier_names.c.slug)).scalars()]


def acting_as(reading: Reading, name: str) -> Actor:
    """The person as the caller of verbs, with all rights of the role: for imports and the demo.

    Raises UserNotFound.
    """
    user = find_user(reading, name)
    return Actor(user_id=user.id, name=user.name, role=user.role, is_deactivated=user.is_deactivated)


def is_reserved(work: Work, name: str, user_id: int) -> bool:
    """Whether somebody else had the name. Asked once `users` holds it, so that two cannot take it at once."""
    taken = select(earlier_names.c.user_id).where(
        earlier_names.c.folded_name == fold_name(name), earlier_names.c.user_id != user_id
    )
    return work.execute(taken).first() is not None


def name_taken(name: str) -> NameTaken:
    """Nobody learns whether it is or was somebody's."""
    return NameTaken(f"There is a user {name!r} already.")


def _named(by_name: Any, once: Any) -> Select[*tuple[Any, ...]]:
    wanted = select(users).where(by_name | users.c.id.in_(once))
    return wanted.order_by(by_name.desc()).limit(1)  # who has the name comes before who had it


def _row(reading: Reading, wanted: Select[*tuple[Any, ...]], said: str) -> Row[Any]:
    row = reading.execute(wanted.where(users.c.deleted_at.is_(None))).one_or_none()
    if row is None:
        raise UserNotFound(f"There is no user {said}.")
    return row


def _user(row: Row[Any]) -> User:
    return User(
        id=row.id,
        name=row.name,
        slug=row.slug,
        role=Role(row.role),
        created_at=row.created_at,
        is_deactivated=row.deactivated_at is not None,
    )
