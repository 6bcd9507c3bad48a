"""What a token may beyond its scopes: whether it is switched on, and how much may be asked with it.

The owner has a switch, staff have another, with a reason that is told; limits are the operator's to lift or
to tighten. Neighbour: `tokens`, which makes them.
"""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, select, update

from polybooru.db.tables import tokens, users
from polybooru.library.actors import Actor, Permission, Role, refuse_tokens, require_in_person, require_staff
from polybooru.library.errors import InvalidValue, TokenNotFound
from polybooru.library.image_visibility import MAX_ID
from polybooru.library.texts import reason_text
from polybooru.library.verbs import Acts, verb
from polybooru.library.work import Work

MAX_IMAGES = 10_000
MAX_WINDOW_MS = 86_400_000
MAX_ASKS = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenLimits:
    """How much may be asked with one token; None: as much as with any.

    bulk_limit: images of one request. short_…: asks for one address. long_…: all asks. unlimited: as good as
    not counted, whatever the others say.
    """

    is_unlimited: bool = False
    bulk_limit: int | None = None
    short_window_ms: int | None = None
    short_limit: int | None = None
    long_window_ms: int | None = None
    long_limit: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenTerms:
    """On what terms a token is there. is_active: the owner's switch. is_disabled: the staff's."""

    is_active: bool = True
    is_disabled: bool = False
    disabled_reason: str | None = None
    limits: TokenLimits = TokenLimits()

    @property
    def is_usable(self) -> bool:
        """Whether anybody may call with it."""
        return self.is_active and not self.is_disabled


def terms_of(row: Row[Any]) -> TokenTerms:
    """Of a row with all columns of `tokens`."""
    return TokenTerms(
        is_active=row.is_active,
        is_disabled=row.is_disabled,
        disabled_reason=row.disabled_reason,
        limits=TokenLimits(
            is_unlimited=row.is_unlimited,
            bulk_limit=row.bulk_limit,
            short_window_ms=row.short_window_ms,
            short_limit=row.short_limit,
            long_window_ms=row.long_window_ms,
            long_limit=row.long_limit,
        ),
    )


@verb(Acts.TOKEN)
def switch_token(work: Work, actor: Actor, token_id: int, *, is_active: bool) -> None:
    """Have an own token sleep, or wake it: as the operator one of somebody's.

    Raises LoginRequired, NotAllowed, TokenNotFound.
    """
    if not actor.is_operator:
        require_in_person(actor)
    row = lock_token(work, actor, token_id)
    if row.user_id != actor.user_id and not actor.is_operator:
        raise TokenNotFound(f"There is no token {token_id}.")  # staff have a switch of their own
    if row.is_active is is_active:
        return
    _set(work, token_id, is_active=is_active)
    if actor.is_operator:
        action = "token.switch_on" if is_active else "token.switch_off"
        work.logged(None, action, "token", token_id, owner_id=row.user_id)


@verb(Acts.TOKEN)
def disable_token(work: Work, actor: Actor, token_id: int, *, reason: str) -> None:
    """Refuse a token, for a reason that whoever calls with it is told; a repeat changes the reason.

    Raises LoginRequired, NotAllowed, TokenNotFound, InvalidValue.
    """
    staff_id = _staff_in_person(actor)
    why = reason_text(reason)
    row = lock_token(work, actor, token_id)
    _set(work, token_id, is_disabled=True, disabled_reason=why)
    work.logged(staff_id, "token.disable", "token", token_id, owner_id=row.user_id, reason=why)


@verb(Acts.TOKEN)
def enable_token(work: Work, actor: Actor, token_id: int) -> None:
    """Undo `disable_token`. Raises LoginRequired, NotAllowed, TokenNotFound."""
    staff_id = _staff_in_person(actor)
    row = lock_token(work, actor, token_id)
    if not row.is_disabled:
        return
    _set(work, token_id, is_disabled=False, disabled_reason=None)
    work.logged(staff_id, "token.enable", "token", token_id, owner_id=row.user_id)


@verb(Acts.TOKEN)
def limit_token(work: Work, actor: Actor, token_id: int, limits: TokenLimits) -> None:
    """Say anew how much may be asked with a token.

    Raises LoginRequired, NotAllowed, TokenNotFound, InvalidValue.
    """
    staff_id = _staff_in_person(actor, Permission.ADMINISTER)
    named = {
        "is_unlimited": limits.is_unlimited,
        "bulk_limit": _within("bulk_limit", limits.bulk_limit, MAX_IMAGES),
        "short_window_ms": _within("short_window_ms", limits.short_window_ms, MAX_WINDOW_MS),
        "short_limit": _within("short_limit", limits.short_limit, MAX_ASKS),
        "long_window_ms": _within("long_window_ms", limits.long_window_ms, MAX_WINDOW_MS),
        "long_limit": _within("long_limit", limits.long_limit, MAX_ASKS),
    }
    row = lock_token(work, actor, token_id)
    _set(work, token_id, **named)
    work.logged(staff_id, "token.limit", "token", token_id, owner_id=row.user_id, **named)


def _staff_in_person(actor: Actor, permission: Permission = Permission.MODERATE) -> int | None:
    staff_id = require_staff(actor, permission)
    refuse_tokens(actor)
    return staff_id


def lock_token(work: Work, actor: Actor, token_id: int) -> Row[Any]:
    """An own token, as staff one of somebody's who is no staff, held until the commit.

    Raises TokenNotFound.
    """
    row = None
    if 0 < token_id <= MAX_ID:
        wanted = select(tokens, users.c.role).join(users, users.c.id == tokens.c.user_id)
        held = wanted.where(tokens.c.id == token_id).with_for_update(of=tokens)
        row = work.execute(held).one_or_none()
    if row is None or not (row.user_id == actor.user_id or actor.outranks(Role(row.role))):
        raise TokenNotFound(f"There is no token {token_id}.")
    return row


def _set(work: Work, token_id: int, **values: object) -> None:
    work.execute(update(tokens).where(tokens.c.id == token_id).values(**values))
    work.changed("token", token_id)


def _within(field: str, number: int | None, most: int) -> int | None:
    if number is not None and not 1 <= number <= most:
        raise InvalidValue(field, f"must be from 1 to {most}")
    return number
