"""How many requests one address may make: so many to one path, and so many in all.

A window begins with its first request and ends as a whole; a refused request neither counts nor prolongs it.
The path is counted first. Where it refuses, the other window is only looked at; where that refuses, what was
taken of the path's is given back. Source: docs/reference/yiffy.md, limits.
"""

from dataclasses import dataclass
from math import ceil

from polybooru.counters import State


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """At most so many requests in so many milliseconds from the first of them on."""

    limit: int
    window_ms: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What one caller may do. short: to one path. long: to all of them together."""

    short: Window
    long: Window


ANONYMOUS = Limits(short=Window(limit=2, window_ms=2_000), long=Window(limit=7, window_ms=10_000))
WITH_KEY = Limits(short=Window(limit=4, window_ms=2_000), long=Window(limit=12, window_ms=10_000))
UNLIMITED = Limits(short=Window(limit=1_000, window_ms=1_000), long=Window(limit=1_000, window_ms=1_000))
WRONG_CODES = Window(limit=10, window_ms=3_600_000)
"""Tries with a wrong management code, of one short address."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Use:
    """How one window stands. reset_ms: when it ends, in milliseconds since 1970."""

    is_allowed: bool
    limit: int
    window_ms: int
    remaining: int
    reset_ms: int

    def reset_after_ms(self, now_ms: int) -> int:
        """Until it ends."""
        return max(0, self.reset_ms - now_ms)

    def retry_after_seconds(self, now_ms: int) -> int:
        """Whole seconds until it has ended for certain."""
        return max(1, ceil(self.reset_after_ms(now_ms) / 1_000))


def take(state: State, now_ms: int, window: Window) -> tuple[State, Use]:
    """Count one request, if it may pass. state: when the window began, and how many were let in."""
    began_ms, used = _current(state, now_ms, window)
    if used >= window.limit:
        return (began_ms, used), _use(began_ms, used, window, is_allowed=False)
    return (began_ms, used + 1), _use(began_ms, used + 1, window, is_allowed=True)


def peek(state: State, now_ms: int, window: Window) -> tuple[State, Use]:
    """How it stands, counting nothing."""
    began_ms, used = _current(state, now_ms, window)
    return state, _use(began_ms, used, window, is_allowed=used < window.limit)


def give_back(state: State, now_ms: int, window: Window) -> tuple[State, Use]:
    """Undo one `take`, if its window has not ended meanwhile."""
    began_ms, used = _current(state, now_ms, window)
    used = max(0.0, used - 1)
    return (began_ms, used), _use(began_ms, used, window, is_allowed=True)


def uncounted(window: Window, now_ms: int) -> Use:
    """How a window stands that nobody counts, after this request."""
    return _use(now_ms, 1, window, is_allowed=True)


def _current(state: State, now_ms: int, window: Window) -> tuple[float, float]:
    began_ms, used = state or (float(now_ms), 0.0)
    # Whoever began may have looked at the clock later, and come first. Set back, a clock is further off.
    if abs(now_ms - began_ms) >= window.window_ms:
        return float(now_ms), 0.0
    return began_ms, used


def _use(began_ms: float, used: float, window: Window, *, is_allowed: bool) -> Use:
    return Use(
        is_allowed=is_allowed,
        limit=window.limit,
        window_ms=window.window_ms,
        remaining=max(0, window.limit - int(used)),
        reset_ms=int(began_ms) + window.window_ms,
    )
