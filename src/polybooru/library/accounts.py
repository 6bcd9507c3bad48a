"""People: making them, their passwords, finding them."""

import re
import threading
import unicodedata
from dataclasses import dataclass
from datetime import datetime
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError
from sqlalchemy import select, update

from polybooru.db.tables import users
from polybooru.library.actors import Actor, Role
from polybooru.library.errors import InvalidValue, NameTaken, UserNotFound
from polybooru.library.library import Library
from polybooru.library.tag_names import slug
from polybooru.library.work import Reading, Work

MAX_NAME_CHARACTERS = 50
PASSWORD_CHARACTERS = range(12, 81)
_HASHES_AT_ONCE = threading.BoundedSemaphore(2)  # 64 MiB and three passes each: more would starve the rest
# Controls, direction marks, halves of characters, unassigned ones, line ends: two names could look the same.
_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
_NAME = re.compile(r"[^\x00-\x20/,][^\x00-\x1f/,]*")


@dataclass(frozen=True, slots=True, kw_only=True)
class User:
    """One account, without its password."""

    id: int
    name: str
    role: Role
    created_at: datetime
    is_deactivated: bool


@cache
def _hasher() -> PasswordHasher:
    return PasswordHasher(time_cost=3, memory_cost=64 * 1024, parallelism=4)


def fold_name(name: str) -> str:
    """The form in which two user names are the same: compatible characters and letter case are one."""
    folded = unicodedata.normalize("NFKC", name).casefold()
    return unicodedata.normalize("NFKC", folded)  # folding can take a letter and its accents apart


def hash_password(password: str) -> str:
    """Argon2id, 64 MiB, three passes, four lanes; about 0.1 s of CPU. Raises InvalidValue."""
    if len(password) not in PASSWORD_CHARACTERS:
        low, high = PASSWORD_CHARACTERS.start, PASSWORD_CHARACTERS.stop - 1
        raise InvalidValue("password", f"A password has {low} to {high} characters.")
    with _HASHES_AT_ONCE:
        return _hasher().hash(password)


def create_user(library: Library, name: str, password: str, *, role: Role = Role.USER) -> User:
    """Make an account. Raises InvalidValue, NameTaken."""
    name = unicodedata.normalize("NFC", name).strip()
    check_user_name(name)
    password_hash = hash_password(password)  # outside the transaction: it takes long
    with library.work() as work:
        made = work.execute(
            work.insert(users)
            .values(
                name=name,
                folded_name=fold_name(name),
                slug=slug(name),
                password_hash=password_hash,
                role=role.value,
                created_at=work.now,
            )
            .on_conflict_do_nothing()
            .returning(users.c.id)
        ).first()
        if made is None:
            raise NameTaken(f"There is a user {name!r} already.")
        user = find_user(work, name)
        work.changed("user", user.id)
    return user


def check_user_name(name: str) -> None:
    """Raises InvalidValue for a name that is empty, too long or cannot be shown safely."""
    if not name or len(name) > MAX_NAME_CHARACTERS:
        raise InvalidValue("name", f"A user name has 1 to {MAX_NAME_CHARACTERS} characters.")
    hidden = any(unicodedata.category(character) in _UNSEEN for character in name)
    if hidden or not _NAME.fullmatch(name):
        raise InvalidValue("name", "A user name has no control characters, commas or slashes.")


def find_user(reading: Reading, name: str) -> User:
    """The account of that name, letter case ignored. Raises UserNotFound."""
    row = reading.execute(select(users).where(users.c.folded_name == fold_name(name))).one_or_none()
    if row is None:
        raise UserNotFound(f"There is no user {name!r}.")
    return User(
        id=row.id,
        name=row.name,
        role=Role(row.role),
        created_at=row.created_at,
        is_deactivated=row.deactivated_at is not None,
    )


def acting_as(reading: Reading, name: str) -> Actor:
    """The person as the caller of verbs, with all rights of the role: for the command line and the worker.

    Raises UserNotFound.
    """
    user = find_user(reading, name)
    return Actor(user_id=user.id, name=user.name, role=user.role, is_deactivated=user.is_deactivated)


def password_matches(reading: Reading, name: str, password: str) -> bool:
    """Whether it is this user's password; takes as long for a user that does not exist."""
    found = reading.execute(
        select(users.c.password_hash).where(users.c.folded_name == fold_name(name))
    ).scalar_one_or_none()
    with _HASHES_AT_ONCE:
        try:
            _hasher().verify(found or _nobodys_hash(), password)
        except (VerifyMismatchError, InvalidHashError):
            return False
    return found is not None


def deactivate_user(work: Work, name: str) -> None:
    """Switch the account off: its tokens are refused from now on. Raises UserNotFound."""
    user = find_user(work, name)
    work.execute(update(users).where(users.c.id == user.id).values(deactivated_at=work.now))
    work.changed("user", user.id)


@cache
def _nobodys_hash() -> str:
    return _hasher().hash("nobody has this password")
