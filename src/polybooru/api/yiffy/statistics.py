"""How often images of each category were asked for: by everybody, from one address, with one key.

Counted in memory and now and then added to the counters that all processes share; what an address or a key
has asked for is forgotten after 90 days without another request.
"""

import threading
from collections import Counter, defaultdict
from collections.abc import Mapping
from functools import partial

from polybooru.counters import Counters, State

EVERYBODY = "all"
KEPT_SECONDS = 90 * 86_400.0
_FOREVER_SECONDS = 100 * 365 * 86_400.0


def by_address(address: str) -> str:
    """Under what name the requests of an address are counted."""
    return f"address {address}"


def by_key(token_id: int) -> str:
    """Under what name the requests with a key are counted."""
    return f"key {token_id}"


def add(state: State, more: Mapping[int, int]) -> tuple[State, dict[int, int]]:
    """The state after more requests, by category id; a state is ids and numbers in turn."""
    totals: Counter[int] = Counter()
    for category_id, number in zip(state[::2], state[1::2], strict=True):
        totals[int(category_id)] += int(number)
    totals.update(more)
    after = tuple(float(part) for pair in sorted(totals.items()) for part in pair)
    return after, dict(totals)


class Statistics:
    """Of one process. Safe to use from several threads."""

    def __init__(self, counters: Counters) -> None:
        self._counters = counters
        self._lock = threading.Lock()
        self._saving = threading.Lock()  # what is just being added would be missing, or be there twice
        self._unsaved: defaultdict[str, Counter[int]] = defaultdict(Counter)

    def count(self, names: list[str], category_id: int, number: int) -> None:
        """Count requests under each of the names."""
        with self._lock:
            for name in names:
                self._unsaved[name][category_id] += number

    def of(self, name: str, now: float) -> dict[int, int]:
        """Requests by category id, with those that are not saved yet."""
        with self._saving:
            with self._lock:
                unsaved = Counter(self._unsaved.get(name, ()))
            saved = self._step(name, now, {})
        return {key: saved.get(key, 0) + unsaved.get(key, 0) for key in {*saved, *unsaved}}

    def save(self, now: float) -> None:
        """Add what was counted to what all processes share. now: seconds since 1970."""
        with self._saving:
            with self._lock:
                unsaved, self._unsaved = self._unsaved, defaultdict(Counter)
            for name in [*unsaved]:
                try:
                    self._step(name, now, unsaved[name])
                except BaseException:
                    self._keep(unsaved)
                    raise
                del unsaved[name]

    def _keep(self, unsaved: Mapping[str, Counter[int]]) -> None:
        """For the next time."""
        with self._lock:
            for name, more in unsaved.items():
                self._unsaved[name].update(more)

    def _step(self, name: str, now: float, more: Mapping[int, int]) -> dict[int, int]:
        kept = _FOREVER_SECONDS if name == EVERYBODY else KEPT_SECONDS
        return self._counters.step(f"yiffy asked {name}", now, kept, partial(add, more=more))
