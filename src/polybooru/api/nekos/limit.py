"""How often one address may ask: so many times in a window, and an hour of silence after too many violations.

Source: docs/reference/nekos.md, limits.
"""

from dataclasses import dataclass
from math import ceil
from typing import Final

from polybooru.counters import State

STRIKE_SECONDS: Final = 3_600.0
MOST_STRIKES: Final = 1_000
"""So many violations of one address are remembered at most; a rule that allows more never blocks."""
_DIGITS: Final = 5  # a clock in seconds since 1970 has no more behind the point


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """So many requests in so many seconds; a block after so many violations in an hour."""

    requests: int = 1
    seconds: int = 1
    strikes: int = 10
    block_seconds: int = 3_600

    @property
    def keep_seconds(self) -> float:
        """How long a state matters after its last change."""
        return max(STRIKE_SECONDS, float(self.block_seconds), float(self.seconds)) + 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """Whether a request is served. remaining: in this window. reset: seconds until the next one."""

    is_served: bool
    is_blocked: bool
    remaining: int
    reset: int


def step(state: State, now: float, rule: Rule) -> tuple[State, Verdict]:
    """Count one request.

    state: when the window was opened, how many it let in, until when the address is blocked (0: never was),
    and the times of its violations.
    """
    start, used, blocked_until, *strikes = state or (0.0, 0.0, 0.0)
    if now < blocked_until:
        return state, _refused(blocked_until - now, is_blocked=True)
    if blocked_until:
        blocked_until, strikes = 0.0, []
    # Whoever began may have looked at the clock later, and come first. Set back, a clock is further off.
    if abs(now - start) >= rule.seconds:
        start, used = now, 0.0
    rest = start + rule.seconds - now
    if used < rule.requests:
        used += 1
        verdict = Verdict(
            is_served=True, is_blocked=False, remaining=int(rule.requests - used), reset=_whole(rest)
        )
        return (start, used, blocked_until, *strikes), verdict
    strikes = [*(then for then in strikes if now - then <= STRIKE_SECONDS), now][-MOST_STRIKES:]
    if len(strikes) < rule.strikes:
        return (start, used, blocked_until, *strikes), _refused(rest, is_blocked=False)
    blocked_until = now + rule.block_seconds
    return (start, used, blocked_until, *strikes), _refused(rule.block_seconds, is_blocked=True)


def _refused(seconds: float, *, is_blocked: bool) -> Verdict:
    return Verdict(is_served=False, is_blocked=is_blocked, remaining=0, reset=max(1, _whole(seconds)))


def _whole(seconds: float) -> int:
    return ceil(round(seconds, _DIGITS))
