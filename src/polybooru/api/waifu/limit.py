"""The leaky bucket: one request of an address each period, some wait for their turn, the next is refused.

Pure rules over states that all processes share. Source: docs/reference/waifu.md, rate limit.
"""

from dataclasses import dataclass
from math import ceil, floor

from polybooru.counters import State

_TOLERANCE = 0.001  # seconds: slots are sums of floating numbers
_WIDTH = 0.1  # seconds: those that wait are counted by when they are served, in steps of so much


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One request each so many seconds; so many of an address may wait, and so many in all."""

    seconds: float = 0.2
    queue: int = 10
    most_waiting: int = 2_000

    @property
    def longest_wait(self) -> float:
        """Seconds."""
        return self.queue * self.seconds

    @property
    def keep_seconds(self) -> float:
        """After so long a state says nothing any more."""
        return self.longest_wait + 2 * self.seconds + 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """wait: seconds until the request is served. retry_after: set where it is refused instead."""

    wait: float = 0.0
    retry_after: int | None = None


def take(state: State, now: float, rule: Rule) -> tuple[State, Turn]:
    """Count one request of an address. state: when its next one may be served."""
    slot = max(now, state[0]) if state else now
    if slot - now > rule.longest_wait + rule.seconds + _TOLERANCE:  # the clock was set back
        slot = now
    wait = slot - now
    if wait > rule.longest_wait + _TOLERANCE:
        return state, Turn(retry_after=max(1, ceil(wait - rule.longest_wait)))
    return (slot + rule.seconds,), Turn(wait=wait)


def give_back(state: State, slot: float, rule: Rule) -> tuple[State, None]:
    """Undo a turn at this slot, unless another came behind it."""
    is_last = bool(state) and abs(state[0] - rule.seconds - slot) < _TOLERANCE
    return (slot,) if is_last else state, None


def wait(state: State, now: float, until: float, rule: Rule) -> tuple[State, bool]:
    """Count one that waits until then among all that wait; whether there is room for it.

    state: pairs of a step in time, and how many are served in it. Nothing has to be counted down.
    """
    waiting = {
        at: count for at, count in zip(state[::2], state[1::2], strict=True) if at >= floor(now / _WIDTH)
    }
    has_room = sum(waiting.values()) < rule.most_waiting
    if has_room:
        at = float(floor(until / _WIDTH))
        waiting[at] = waiting.get(at, 0) + 1
    return tuple(number for pair in waiting.items() for number in pair), has_room
