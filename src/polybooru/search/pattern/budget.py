"""How long one search may take."""

import time
from collections.abc import Callable
from typing import Final

_LOOK_EVERY: Final = 4_096  # units between two looks at the clock: well below a millisecond


class BudgetSpent(Exception):
    """The search takes longer than it may."""


class Budget:
    """Counts units of work, and looks at the clock now and then.

    clock: seconds, as of `time.perf_counter`.
    """

    __slots__ = ("_clock", "_left", "_until")

    def __init__(self, seconds: float, clock: Callable[[], float] = time.perf_counter) -> None:
        self._clock = clock
        self._until = clock() + seconds
        self._left = _LOOK_EVERY

    def spend(self, units: int) -> None:
        """So much more has been done. Raises BudgetSpent."""
        self._left -= units
        if self._left < 0:
            self._left = _LOOK_EVERY
            if self._clock() > self._until:
                raise BudgetSpent
