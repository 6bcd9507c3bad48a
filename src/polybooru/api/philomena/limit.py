"""How many requests one address may make: so many in each window, and of searches fewer.

Source: docs/reference/philomena.md, limits.
"""

from dataclasses import dataclass

from polybooru.counters import State


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """At most so many requests in so many seconds from the first of them on."""

    requests: int
    seconds: int


def step(state: State, now: float, window: Window) -> tuple[State, float]:
    """Count one request. Answers 0 if it may pass, else the seconds until one may.

    state: when the window began, and how many were let in. A refused request is not counted.
    """
    began, used = state or (now, 0.0)
    if not _is_current(began, now, window):
        began, used = now, 0.0
    if used >= window.requests:
        return (began, used), began + window.seconds - now
    return (began, used + 1), 0.0


def give_back(state: State, now: float, window: Window) -> tuple[State, None]:
    """Undo one request that another window refused."""
    if not state or not _is_current(state[0], now, window):
        return state, None
    began, used = state
    return (began, max(0.0, used - 1)), None


def _is_current(began: float, now: float, window: Window) -> bool:
    # Whoever began may have looked at the clock later, and come first. Set back, a clock is further off.
    return abs(now - began) < window.seconds
