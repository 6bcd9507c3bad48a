"""Tokens: one shape for all dialects, 100 letters and digits, stored as SHA-256, shown once."""

import hashlib
import re
import secrets
import string
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, insert, select

from polybooru.db.tables import tokens, users
from polybooru.library.accounts import find_user
from polybooru.library.actors import NARROWING_SCOPES, Actor, Role
from polybooru.library.bans import ban_of_user
from polybooru.library.errors import InvalidValue, NameTaken, TokenNotFound
from polybooru.library.work import Reading, Work

LENGTH = 100
MAX_PER_USER = 20
HINT_CHARACTERS = 6
_ALPHABET = string.ascii_letters + string.digits
_SCOPE = re.compile(r"[a-z][a-z0-9_.:*-]{0,63}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """What can be shown of a token after it was made."""

    id: int
    name: str
    hint: str
    scopes: frozenset[str]
    created_at: datetime
    expires_at: datetime | None


def create_token(
    work: Work,
    user_name: str,
    *,
    name: str | None = None,
    scopes: frozenset[str] = frozenset(),
    expires_in: timedelta | None = None,
) -> str:
    """Make a token and return its text, which cannot be had again.

    name: unique among the user's tokens; None numbers it. scopes: `NARROWING_SCOPES` narrow, others add.
    Raises UserNotFound, InvalidValue, NameTaken.
    """
    user = find_user(work, user_name)
    work.execute(select(users.c.id).where(users.c.id == user.id).with_for_update(key_share=True))
    for scope in scopes - NARROWING_SCOPES:
        if not _SCOPE.fullmatch(scope):
            raise InvalidValue("scope", f"{scope!r} is no scope.")
    names = set(work.execute(select(tokens.c.name).where(tokens.c.user_id == user.id)).scalars())
    if len(names) >= MAX_PER_USER:
        raise InvalidValue("name", f"A user has at most {MAX_PER_USER} tokens; revoke one first.")
    if name is None:
        name = next(f"token {n}" for n in range(1, MAX_PER_USER + 2) if f"token {n}" not in names)
    if name in names:
        raise NameTaken(f"{user.name} has a token named {name!r} already.")
    text = "".join(secrets.choice(_ALPHABET) for _ in range(LENGTH))
    work.execute(
        insert(tokens),
        [
            {
                "user_id": user.id,
                "name": name,
                "sha256": hash_token(text),
                "hint": text[:HINT_CHARACTERS],
                "scopes": " ".join(sorted(scopes)),
                "created_at": work.now,
                "expires_at": work.now + expires_in if expires_in is not None else None,
            }
        ],
    )
    work.changed("user", user.id)
    return text


def hash_token(text: str) -> bytes:
    """What is stored of a token: 590 bits of chance need no salt and no slow hash."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()


def find_actor(reading: Reading, token_hash: bytes) -> Actor | None:
    """The caller behind a token; None for an unknown one.

    Whether it has expired is told by its `expires_at`, whether its ban has by the ban's.
    """
    statement = (
        select(users, tokens.c.scopes, tokens.c.expires_at)
        .join(tokens, tokens.c.user_id == users.c.id)
        .where(tokens.c.sha256 == token_hash)
    )
    row = reading.execute(statement).one_or_none()
    if row is None:
        return None
    return Actor(
        user_id=row.id,
        name=row.name,
        role=Role(row.role),
        scopes=frozenset(row.scopes.split()),
        images_per_page=row.images_per_page,
        current_filter_id=row.current_filter_id,
        is_deactivated=row.deactivated_at is not None,
        expires_at=row.expires_at,
        ban=ban_of_user(reading, row.id),
    )


def list_tokens(reading: Reading, user_name: str) -> list[Token]:
    """The user's tokens, oldest first. Raises UserNotFound."""
    user = find_user(reading, user_name)
    rows = reading.execute(select(tokens).where(tokens.c.user_id == user.id).order_by(tokens.c.id))
    return [
        Token(
            id=row.id,
            name=row.name,
            hint=row.hint,
            scopes=frozenset(row.scopes.split()),
            created_at=row.created_at,
            expires_at=row.expires_at,
        )
        for row in rows
    ]


def revoke_token(work: Work, user_name: str, name: str) -> None:
    """Make a token worthless at once. Raises UserNotFound, TokenNotFound."""
    user = find_user(work, user_name)
    removed = work.execute(delete(tokens).where(tokens.c.user_id == user.id, tokens.c.name == name)).rowcount
    if not removed:
        raise TokenNotFound(f"{user.name} has no token named {name!r}.")
    work.changed("user", user.id)
