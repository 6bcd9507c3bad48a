"""Tokens: one shape for all dialects, 100 letters and digits, stored as SHA-256, shown once."""

import hashlib
import re
import secrets
import string
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, delete, select

from polybooru.db.tables import tokens, users
from polybooru.library.accounts import get_user, lock_user
from polybooru.library.actors import NARROWING_SCOPES, Actor, Role, require_in_person
from polybooru.library.bans import ban_of_user
from polybooru.library.errors import InvalidValue, NameTaken, NotAllowed, TokenNotFound
from polybooru.library.texts import line_text
from polybooru.library.token_terms import TokenTerms, lock_token, terms_of
from polybooru.library.verbs import Acts, verb
from polybooru.library.work import Reading, Work

LENGTH = 100
MAX_PER_USER = 20
APPROVED_SCOPES = frozenset({"yiffy:bulk"})
"""What nobody switches on for themselves."""
MAX_NAME_BYTES = 100
MAX_SCOPES = 50
LONGEST = timedelta(days=36_500)
HINT_CHARACTERS = 6
_ALPHABET = string.ascii_letters + string.digits
_SCOPE = re.compile(r"[a-z][a-z0-9_.:*-]{0,63}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """What can be shown of a token after it was made. scopes: in the order in which they were given."""

    id: int
    name: str
    hint: str
    scopes: tuple[str, ...]
    created_at: datetime
    expires_at: datetime | None
    terms: TokenTerms


@verb(Acts.USER)
def create_token(
    work: Work,
    actor: Actor,
    user_id: int,
    *,
    name: str | None = None,
    scopes: Collection[str] = (),
    expires_in: timedelta | None = None,
) -> str:
    """Make a token of one's own, or as the operator one of somebody's; its text cannot be had again.

    name: unique among the person's tokens; None numbers it. scopes: `NARROWING_SCOPES` narrow, others add; of
    several that say the same thing differently the first is to count, so they keep their order.
    Raises LoginRequired, NotAllowed, UserNotFound, InvalidValue, NameTaken.
    """
    if not actor.is_operator and require_in_person(actor) != user_id:
        raise NotAllowed("Nobody makes tokens of somebody else.")  # who has one acts in that name
    user = lock_user(work, user_id)
    scopes = [*dict.fromkeys(scopes)]
    for scope in scopes:
        if scope in NARROWING_SCOPES:
            continue
        if not _SCOPE.fullmatch(scope):
            raise InvalidValue("scope", f"{scope!r} is no scope.")
        if scope in APPROVED_SCOPES and not actor.is_operator:
            raise NotAllowed(f"Only the operator gives the scope {scope!r}.")
    if len(scopes) > MAX_SCOPES:
        raise InvalidValue("scope", f"A token has at most {MAX_SCOPES} scopes.")
    if expires_in is not None and not timedelta() < expires_in <= LONGEST:
        raise InvalidValue("expires", f"A token expires within {LONGEST.days} days, or never.")
    name = _free_name(work, user, name)
    text = "".join(secrets.choice(_ALPHABET) for _ in range(LENGTH))
    made = work.execute(
        work.insert(tokens)
        .values(
            user_id=user_id,
            name=name,
            sha256=hash_token(text),
            hint=text[:HINT_CHARACTERS],
            scopes=" ".join(scopes),
            created_at=work.now,
            expires_at=work.now + expires_in if expires_in is not None else None,
        )
        .returning(tokens.c.id)
    ).scalar_one()
    if actor.is_operator:
        work.logged(None, "token.create", "token", made, owner_id=user_id, scopes=scopes)
    work.changed("token", made)
    return text


def _free_name(work: Work, user: Row[Any], wanted: str | None) -> str:
    names = set(work.execute(select(tokens.c.name).where(tokens.c.user_id == user.id)).scalars())
    if len(names) >= MAX_PER_USER:
        raise InvalidValue("name", f"A user has at most {MAX_PER_USER} tokens; revoke one first.")
    if wanted is None:
        return next(f"token {n}" for n in range(1, MAX_PER_USER + 2) if f"token {n}" not in names)
    name = line_text("name", wanted, max_bytes=MAX_NAME_BYTES, min_bytes=1)
    if name in names:
        raise NameTaken(f"{user.name} has a token named {name!r} already.")
    return name


@verb(Acts.TOKEN)
def revoke_token(work: Work, actor: Actor, token_id: int) -> None:
    """Make a token worthless at once: an own one, as staff one of somebody's who is no staff.

    Raises LoginRequired, NotAllowed, TokenNotFound.
    """
    if not actor.is_operator:
        require_in_person(actor)
    row = lock_token(work, actor, token_id)
    work.execute(delete(tokens).where(tokens.c.id == token_id))
    if row.user_id != actor.user_id:
        work.logged(actor.user_id, "token.revoke", "token", token_id, owner_id=row.user_id)
    work.changed("token", token_id)


def is_token(text: str) -> bool:
    """Whether it has the shape of one."""
    return len(text) == LENGTH and text.isascii() and text.isalnum()


def hash_token(text: str) -> bytes:
    """What is stored of a token: 590 bits of chance need no salt and no slow hash."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """A token that somebody calls with: for whom it speaks, and on what terms.

    name, created_at: of the token. scopes: the actor's, in the order in which they were given.
    """

    actor: Actor
    terms: TokenTerms
    name: str
    scopes: tuple[str, ...]
    created_at: datetime


def find_key(reading: Reading, token_hash: bytes) -> Key | None:
    """What is behind a token; None for an unknown one.

    Whether it has expired is told by the actor's `expires_at`, whether its ban has by the ban's.
    """
    wanted = select(tokens).where(tokens.c.sha256 == token_hash)
    token = reading.execute(wanted).one_or_none()
    if token is None:
        return None
    row = reading.execute(select(users).where(users.c.id == token.user_id)).one()
    actor = Actor(
        user_id=row.id,
        name=row.name,
        role=Role(row.role),
        scopes=frozenset(token.scopes.split()),
        images_per_page=row.images_per_page,
        current_filter_id=row.current_filter_id,
        writes_anonymously=row.writes_anonymously,
        is_deactivated=row.deactivated_at is not None,
        expires_at=token.expires_at,
        ban=ban_of_user(reading, row.id),
        token_id=token.id,
    )
    return Key(
        actor=actor,
        terms=terms_of(token),
        name=token.name,
        scopes=tuple(token.scopes.split()),
        created_at=token.created_at,
    )


def find_token(reading: Reading, actor: Actor, user_id: int, name: str) -> Token:
    """One of `list_tokens`, by its name. Raises LoginRequired, NotAllowed, UserNotFound, TokenNotFound."""
    for token in list_tokens(reading, actor, user_id):
        if token.name == name:
            return token
    raise TokenNotFound(f"There is no token named {name!r}.")


def list_tokens(reading: Reading, actor: Actor, user_id: int) -> list[Token]:
    """The own tokens, as staff those of somebody who is no staff, oldest first.

    Raises LoginRequired, NotAllowed, UserNotFound.
    """
    if not actor.is_operator:
        require_in_person(actor)
    user = get_user(reading, user_id)
    if user_id != actor.user_id and not actor.outranks(user.role):
        raise NotAllowed("These are somebody else's tokens.")
    rows = reading.execute(select(tokens).where(tokens.c.user_id == user_id).order_by(tokens.c.id))
    return [
        Token(
            id=row.id,
            name=row.name,
            hint=row.hint,
            scopes=tuple(row.scopes.split()),
            created_at=row.created_at,
            expires_at=row.expires_at,
            terms=terms_of(row),
        )
        for row in rows
    ]
