"""Who asks, and what they may do: roles, permissions, and the scopes that narrow a token."""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum, StrEnum
from types import MappingProxyType

from polybooru.library.errors import AccountDeactivated, LoginRequired, NotAllowed


class Role(StrEnum):
    """What a person is on this board, least first."""

    USER = "user"
    ASSISTANT = "assistant"
    MODERATOR = "moderator"
    ADMIN = "admin"


class Permission(Enum):
    """What a verb asks for; the value is the token scope that allows it."""

    INTERACT = "interact"  # votes, faves, hides
    UPLOAD = "upload"
    WRITE = "write"  # comments, posts
    MODERATE = "moderate"  # what only staff do


NARROWING_SCOPES = frozenset({"read", *(p.value for p in Permission)})
"""As soon as a token has one of these it may do only what its scopes name; every other scope only adds."""

_STAFF = frozenset({Role.MODERATOR, Role.ADMIN})
_HOLDERS = MappingProxyType(
    {
        Permission.INTERACT: frozenset(Role),
        Permission.UPLOAD: frozenset(Role),
        Permission.WRITE: frozenset(Role),
        Permission.MODERATE: _STAFF,
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """The caller of a verb. `user_id` is None for a caller who gave no good token."""

    user_id: int | None = None
    name: str | None = None
    role: Role | None = None
    scopes: frozenset[str] = frozenset()
    images_per_page: int | None = None
    current_filter_id: int | None = None
    is_deactivated: bool = False
    expires_at: datetime | None = None

    def may(self, permission: Permission) -> bool:
        """Whether role and token allow it."""
        if self.role is None or self.is_deactivated or self.role not in _HOLDERS[permission]:
            return False
        narrowed = self.scopes & NARROWING_SCOPES
        return not narrowed or permission.value in narrowed

    @property
    def is_staff(self) -> bool:
        """Whether the caller may act and look as a moderator or admin."""
        return self.may(Permission.MODERATE)


ANONYMOUS = Actor()


def require(actor: Actor, permission: Permission) -> int:
    """User id of a caller who may do this. Raises LoginRequired, AccountDeactivated, NotAllowed."""
    if actor.user_id is None:
        raise LoginRequired("This needs a token of a user.")
    if actor.is_deactivated:
        raise AccountDeactivated("This account is deactivated.")
    if not actor.may(permission):
        raise NotAllowed(f"This needs the permission {permission.value!r}.")
    return actor.user_id
