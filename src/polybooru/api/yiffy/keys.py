"""Keys of the dialect are the library's tokens: what their scopes and terms say in its words.

Source: docs/reference/yiffy.md, keys.
"""

from dataclasses import dataclass
from enum import IntFlag

from polybooru.api.yiffy import codes, limit
from polybooru.api.yiffy.codes import YiffyError
from polybooru.api.yiffy.limit import Limits, Window
from polybooru.library.actors import ANONYMOUS, Actor
from polybooru.library.tokens import Key

BULK_LIMIT = 100


class Flag(IntFlag):
    """What a key opens; the numbers are the dialect's."""

    IMAGES = 1
    THUMBS = 2
    SHORTENER = 4
    IMAGES_BULK = 8
    SFW_ONLY = 16


_EVERY_SERVICE = Flag.IMAGES | Flag.THUMBS | Flag.SHORTENER
_TAKEN = {
    "yiffy:no-images": Flag.IMAGES,
    "yiffy:no-thumbs": Flag.THUMBS,
    "yiffy:no-shortener": Flag.SHORTENER,
}
_GIVEN = {"yiffy:bulk": Flag.IMAGES_BULK, "yiffy:sfw-only": Flag.SFW_ONLY}


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """Who asks. key: None for nobody in particular."""

    actor: Actor = ANONYMOUS
    key: Key | None = None
    flags: Flag = Flag.IMAGES
    limits: Limits = limit.ANONYMOUS
    bulk_limit: int = BULK_LIMIT

    @property
    def is_sfw_only(self) -> bool:
        """Whether only safe categories are there for the caller."""
        return Flag.SFW_ONLY in self.flags

    @property
    def is_active(self) -> bool:
        """Whether the key's owner has it switched on."""
        return self.key is None or (self.key.terms.is_active and not self.actor.is_deactivated)

    @property
    def is_disabled(self) -> bool:
        """Whether staff have."""
        return self.key is not None and self.key.terms.is_disabled

    def require_usable(self) -> None:
        """Raises YiffyError for a key that is switched off."""
        if not self.is_active:
            raise YiffyError(codes.INACTIVE_KEY)
        if self.key is not None and self.key.terms.is_disabled:
            raise YiffyError(codes.DISABLED_KEY, more={"extra": {"reason": self.key.terms.disabled_reason}})

    def require(self, flag: Flag) -> None:
        """Raises YiffyError for a caller without it."""
        if flag not in self.flags:
            raise YiffyError(codes.NO_ACCESS)


NOBODY = Caller()


def caller(key: Key) -> Caller:
    """Who calls with the key."""
    set_limits = key.terms.limits
    default = limit.WITH_KEY
    limits = Limits(
        short=Window(
            limit=set_limits.short_limit or default.short.limit,
            window_ms=set_limits.short_window_ms or default.short.window_ms,
        ),
        long=Window(
            limit=set_limits.long_limit or default.long.limit,
            window_ms=set_limits.long_window_ms or default.long.window_ms,
        ),
    )
    return Caller(
        actor=key.actor,
        key=key,
        flags=_flags(key),
        limits=limit.UNLIMITED if set_limits.is_unlimited else limits,
        bulk_limit=set_limits.bulk_limit or BULK_LIMIT,
    )


def _flags(key: Key) -> Flag:
    flags = _EVERY_SERVICE
    for scope in key.actor.scopes:
        flags &= ~_TAKEN.get(scope, Flag(0))
        flags |= _GIVEN.get(scope, Flag(0))
    return flags
