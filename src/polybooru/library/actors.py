"""Who asks, and what they may do: roles, permissions, the scopes that narrow a token, and bans."""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum, StrEnum
from types import MappingProxyType

from polybooru.library.errors import AccountDeactivated, Banned, LoginRequired, NotAllowed


class Role(StrEnum):
    """What a person is on this board, least first."""

    USER = "user"
    ASSISTANT = "assistant"
    MODERATOR = "moderator"
    ADMIN = "admin"

    @property
    def rank(self) -> int:
        """0 for the least; who acts against somebody has to stand above them."""
        return list(Role).index(self)


class Permission(Enum):
    """What a verb asks for."""

    INTERACT = "interact"  # votes, faves, hides
    UPLOAD = "upload"
    WRITE = "write"  # comments, posts
    MODERATE = "moderate"  # what only staff do
    ADMINISTER = "administer"  # what only admins do

    @property
    def scope(self) -> str:
        """The token scope that allows it."""
        return Permission.MODERATE.value if self is Permission.ADMINISTER else self.value


NARROWING_SCOPES = frozenset({"read", *(p.scope for p in Permission)})
"""As soon as a token has one of these it may do only what its scopes name; every other scope only adds."""

STAFF = frozenset({Role.MODERATOR, Role.ADMIN})
_HOLDERS = MappingProxyType(
    {
        Permission.INTERACT: frozenset(Role),
        Permission.UPLOAD: frozenset(Role),
        Permission.WRITE: frozenset(Role),
        Permission.MODERATE: STAFF,
        Permission.ADMINISTER: frozenset({Role.ADMIN}),
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class BanNotice:
    """What a banned caller is told. code: the name of the ban. expires_at: None for one without end."""

    code: str
    reason: str
    expires_at: datetime | None

    def is_over(self, now: datetime) -> bool:
        """Whether it held once and does not any more."""
        return self.expires_at is not None and self.expires_at <= now


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """The caller of a verb.

    `user_id` is None for a caller who gave no good token, and for the operator, who has a role all the same.
    token_id: of the token that was given; None for somebody who is there in person.
    current_filter_id: the person's choice; somebody without an account may have one too, if an edge says so.
    address: where the call comes from, if an edge said so; see `Callers.with_address`.
    """

    user_id: int | None = None
    name: str | None = None
    role: Role | None = None
    scopes: frozenset[str] = frozenset()
    images_per_page: int | None = None
    current_filter_id: int | None = None
    writes_anonymously: bool = False
    is_deactivated: bool = False
    expires_at: datetime | None = None
    token_id: int | None = None
    ban: BanNotice | None = None
    address: str | None = None

    def may(self, permission: Permission) -> bool:
        """Whether role and token allow it, and no ban stands against it."""
        if self.role is None or self.role not in _HOLDERS[permission]:
            return False
        if self.is_deactivated or self.ban is not None:
            return False
        narrowed = self.scopes & NARROWING_SCOPES
        return not narrowed or permission.scope in narrowed

    @property
    def is_staff(self) -> bool:
        """Whether the caller may act and look as a moderator or admin."""
        return self.role in STAFF and self.may(Permission.MODERATE)

    @property
    def is_operator(self) -> bool:
        """Whether this is whoever runs the program, by the command line: all rights of staff, no person."""
        return self.user_id is None and self.role is not None

    def outranks(self, role: Role) -> bool:
        """Whether staff may act on the account of somebody with this role: moderators on no staff."""
        return self.may(Permission.ADMINISTER if role in STAFF else Permission.MODERATE)


ANONYMOUS = Actor()
OPERATOR = Actor(role=Role.ADMIN)
"""Who acts on the command line: the program itself, which the moderation log names as nobody."""


def require_account(actor: Actor) -> int:
    """User id of a caller with an account in use, banned or not: for what everybody may do with their own.

    Raises LoginRequired, AccountDeactivated.
    """
    if actor.user_id is None:
        raise LoginRequired("This needs a token of a user.")
    if actor.is_deactivated:
        raise AccountDeactivated("This account is deactivated.")
    return actor.user_id


def refuse_banned(actor: Actor) -> None:
    """For what nobody needs an account for. Raises Banned."""
    if actor.ban is not None:
        raise Banned(actor.ban.code, actor.ban.reason, actor.ban.expires_at)


def require(actor: Actor, permission: Permission) -> int:
    """User id of a caller who may do this. Raises LoginRequired, AccountDeactivated, Banned, NotAllowed."""
    user_id = require_account(actor)
    refuse_banned(actor)
    if not actor.may(permission):
        raise NotAllowed(f"This needs the permission {permission.value!r}.")
    return user_id


def require_staff(actor: Actor, permission: Permission = Permission.MODERATE) -> int | None:
    """As `require`, for what the operator may do too; the id for the moderation log, None for the operator.

    Raises LoginRequired, AccountDeactivated, Banned, NotAllowed.
    """
    return None if actor.is_operator and actor.may(permission) else require(actor, permission)


def require_in_person(actor: Actor) -> int:
    """User id of somebody who is there in person: no token changes passwords, tokens, roles or the account.

    Raises LoginRequired, AccountDeactivated, NotAllowed.
    """
    if actor.user_id is None:
        raise LoginRequired("This needs a person who has signed in.")
    refuse_tokens(actor)
    if actor.is_deactivated:
        raise AccountDeactivated("This account is deactivated.")
    return actor.user_id


def refuse_tokens(actor: Actor) -> None:
    """Raises NotAllowed for a caller who is known by a token alone."""
    if actor.token_id is not None:
        raise NotAllowed("No token may do this; sign in.")
