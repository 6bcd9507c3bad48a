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
    if not began <= now < began + window.seconds:  # also where the clock was set back
        began, used = now, 0.0
    if used >= window.requests:
        return (began, used), began + window.seconds - now
    return (began, used + 1), 0.0
