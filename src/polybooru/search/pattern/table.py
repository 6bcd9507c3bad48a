"""The steps of an automaton as one array, filled in as they are asked for."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from polybooru.search.pattern.automaton import DEAD, FULL, Automaton

_UNKNOWN: Final = -1
_ROWS_AT_FIRST: Final = 64


class TooManyStates(Exception):
    """The automaton has more states than were allowed."""


class Table:
    """Of an automaton and an alphabet. kinds: of each of its symbols. most_states: None for any number.

    A state stands here as the place of its row, the number of the state times the width, so that a step is
    one sum and one look.
    """

    def __init__(self, automaton: Automaton, kinds: NDArray[np.int32], most_states: int | None) -> None:
        self._automaton = automaton
        self.most_states = most_states
        self._width = int(kinds.max(initial=0)) + 1
        self._kinds = kinds
        self._cells = np.zeros(0, np.int32)
        self._accepting = np.zeros(0, np.bool_)
        self._grow(_ROWS_AT_FIRST)
        for state in (DEAD, FULL):
            self._cells[state * self._width : (state + 1) * self._width] = state * self._width
        self.start = np.int32(automaton.start * self._width)
        self.full = np.int32(FULL * self._width)
        """The places of undecided states lie above."""

    def step(self, states: NDArray[np.int32], symbols: NDArray[np.int32]) -> NDArray[np.int32]:
        """Where each state goes with its symbol. Raises TooManyStates, BudgetSpent."""
        cells = np.take(self._kinds, symbols, mode="clip")
        cells += states
        found = np.take(self._cells, cells, mode="clip")
        if found.min(initial=0) == _UNKNOWN:
            wanted = np.zeros(len(self._cells), np.bool_)
            wanted[cells[found == _UNKNOWN]] = True
            self._fill(np.flatnonzero(wanted).tolist())
            found = np.take(self._cells, cells, mode="clip")
        return found

    def is_accepting(self, states: NDArray[np.int32]) -> NDArray[np.bool_]:
        """Whether a text may end in each of them."""
        return np.take(self._accepting, states // self._width, mode="clip")

    def _fill(self, cells: list[int]) -> None:
        for cell in cells:
            state, kind = divmod(cell, self._width)
            after = self._automaton.step(state, kind)
            if after >= len(self._accepting):
                self._grow(len(self._accepting))
            self._cells[cell] = after * self._width
            self._accepting[after] = self._automaton.accepting[after]
            if self.most_states is not None and after > self.most_states:
                raise TooManyStates

    def _grow(self, rows: int) -> None:
        self._cells = np.concatenate((self._cells, np.full(rows * self._width, _UNKNOWN, np.int32)))
        self._accepting = np.concatenate((self._accepting, np.zeros(rows, np.bool_)))
        known = self._automaton.accepting[: len(self._accepting)]
        self._accepting[: len(known)] = known
