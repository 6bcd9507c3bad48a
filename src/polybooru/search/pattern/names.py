"""Very many short texts, of which those are found that a pattern matches.

What cannot match is put aside first, by its length, by how the pattern begins, by the longest piece of plain
text in it. If few are left they are read one by one. Of many, all first characters are read together, then
all second ones: each text has a state of the automaton, and a step of all is one look into a table. Texts
that share a state and the next character cost the automaton one step.

A pattern that ends with plain text is read from its end; so is one whose states would become too many, which
helps nearly always.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from polybooru.search.pattern.automaton import Automaton
from polybooru.search.pattern.budget import Budget
from polybooru.search.pattern.parts import Parts, parts
from polybooru.search.pattern.table import Table, TooManyStates
from polybooru.search.pattern.tree import Characters, Sequence, reversed_sequence

LONGEST: Final = 255
"""Longer texts are read one by one."""
_FEW: Final = 600
_MANY_STATES: Final = 192
_CODES: Final = 0x110000
_A_UNIT: Final = 16  # texts that go a step together cost so much less than one
_A_LOOK: Final = 8
_DROP_FROM: Final = 8  # one decided text in so many is worth the sorting out
_Places: TypeAlias = NDArray[np.intp]


class Names:
    """Texts in lower case, each of an owner, a number; an owner may have several texts."""

    def __init__(self, entries: Iterable[tuple[int, str]]) -> None:
        given = [*entries]
        owners = sorted({owner for owner, _ in given})
        ranks = {owner: rank for rank, owner in enumerate(owners)}
        self._owners = np.array(owners, np.int64)
        ordered = sorted((text, ranks[owner]) for owner, text in given)
        self._long = [entry for entry in ordered if len(entry[0]) > LONGEST]
        short = [entry for entry in ordered if len(entry[0]) <= LONGEST]
        self._texts = [text for text, _ in short]
        lengths = np.array([len(text) for text in self._texts], np.int64)
        starts = np.concatenate(([0], np.cumsum(lengths + 1)))[:-1] if short else lengths
        self._joined = "\n".join(self._texts)
        self._starts: list[int] = starts.tolist()
        self._by_length = np.argsort(-lengths, kind="stable")
        self._ranks = np.array([rank for _, rank in short], np.intp)[self._by_length]
        self._places = np.empty(len(short), np.intp)  # of a text among those by length
        self._places[self._by_length] = np.arange(len(short))
        self._longer = _counts_longer(lengths)
        self._alphabet, symbols = _symbols(self._joined)
        first = starts[self._by_length]
        last = first + lengths[self._by_length] - 1
        self._forwards = [symbols[first[:count] + at] for at, count in enumerate(self._longer[:-1])]
        self._backwards = [symbols[last[:count] - at] for at, count in enumerate(self._longer[:-1])]
        self._members = {shorthand: _members(self._alphabet, shorthand) for shorthand in "dsw"}

    def __len__(self) -> int:
        return len(self._texts) + len(self._long)

    def find(self, items: Sequence, budget: Budget) -> NDArray[np.int64]:
        """Owners of matching texts, in order, each once. Raises BudgetSpent."""
        known = parts(items)
        found = np.zeros(len(self._owners), np.bool_)
        found[np.take(self._ranks, self._matching(items, known, budget))] = True
        automaton = Automaton(items, budget)
        for text, rank in self._long:
            budget.spend(_A_LOOK)
            if known.may_be(text) and automaton.matches(text):
                found[rank] = True
        return self._owners[found]

    def _matching(self, items: Sequence, known: Parts, budget: Budget) -> _Places:
        """Places of matching texts among those by length."""
        if not items:
            return np.flatnonzero(np.arange(len(self._texts)) >= self._count_longer(0))
        left = self._candidates(known)
        if left is None or len(left) > _FEW:
            return self._together(items, left, known, budget)
        automaton = Automaton(items, budget)
        matching = [place for place in left.tolist() if automaton.matches(self._text(place))]
        return np.array(matching, np.intp)

    def _together(self, items: Sequence, left: _Places | None, known: Parts, budget: Budget) -> _Places:
        if left is None:
            left = self._of_length(known, np.arange(len(self._texts), dtype=np.intp))
        ways = [(items, self._forwards), (reversed_sequence(items), self._backwards)]
        if len(known.suffix) > len(known.prefix):  # what is plain decides most texts at once
            ways.reverse()
        (these, columns), (those, other_columns) = ways
        table = self._table(these, budget)
        try:
            return self._run(table, left, columns, budget)
        except TooManyStates:
            other = self._table(those, budget)
        try:
            return self._run(other, left, other_columns, budget)
        except TooManyStates:
            table.most_states = None
            return self._run(table, left, columns, budget)

    def _table(self, items: Sequence, budget: Budget) -> Table:
        automaton = Automaton(items, budget)
        return Table(automaton, self._kinds(automaton), _MANY_STATES)

    def _run(self, table: Table, left: _Places, columns: list[NDArray[np.int32]], budget: Budget) -> _Places:
        states = np.full(len(left), table.start, np.int32)
        matching: list[_Places] = []
        for at, column in enumerate(columns):
            going = int(np.searchsorted(left, self._count_longer(at)))
            matching.append(left[going:][table.is_accepting(states[going:])])
            left, states = left[:going], states[:going]
            if not going:
                break
            budget.spend(going // _A_UNIT)
            is_all = going == len(column)
            states = table.step(states, column if is_all else np.take(column, left, mode="clip"))
            is_open = states > table.full
            still = int(np.count_nonzero(is_open))
            if still * _DROP_FROM < going * (_DROP_FROM - 1):
                matching.append(np.take(left, np.flatnonzero(states == table.full)))
                kept = np.flatnonzero(is_open)
                left, states = np.take(left, kept), np.take(states, kept)
        matching.append(left[table.is_accepting(states)])
        return np.concatenate(matching)

    def _candidates(self, known: Parts) -> _Places | None:
        """Places of texts that may match, if they are not most of all."""
        if known.prefix:
            first = bisect_left(self._texts, known.prefix)
            last = bisect_right(self._texts, known.prefix, key=lambda text: text[: len(known.prefix)])
            if (last - first) * 4 < len(self._texts):
                return self._of_length(known, np.sort(self._places[first:last]))
        if len(known.longest) > 1:
            rows = self._holding(known.longest)
            if rows is not None:
                return self._of_length(known, np.sort(self._places[rows]))
        return None

    def _holding(self, piece: str) -> list[int] | None:
        """Rows of the texts with this piece, and maybe some more; None if they are many."""
        rows: list[int] = []
        at = self._joined.find(piece)
        while at >= 0:
            row = bisect_right(self._starts, at)
            rows.append(row - 1)
            if len(rows) > _FEW:
                return None
            if row == len(self._starts):
                break
            at = self._joined.find(piece, self._starts[row])
        return rows

    def _of_length(self, known: Parts, places: _Places) -> _Places:
        """Those of the places that have a length which can match."""
        first = 0 if known.most is None else self._count_longer(known.most)
        last = self._count_longer(known.least - 1) if known.least else len(self._texts)
        return places[np.searchsorted(places, first) : np.searchsorted(places, last)]

    def _count_longer(self, length: int) -> int:
        """How many texts are longer."""
        return int(self._longer[length]) if length < len(self._longer) else 0

    def _text(self, place: int) -> str:
        return self._texts[int(self._by_length[place])]

    def _kinds(self, automaton: Automaton) -> NDArray[np.int32]:
        """The kind of each character of the alphabet."""
        signatures = np.zeros(len(self._alphabet), np.int64)
        for number, characters in enumerate(automaton.sets):
            signatures |= self._in_set(characters).astype(np.int64) << number
        distinct, inverse = np.unique(signatures, return_inverse=True)
        kinds = np.array([automaton.kind(signature) for signature in distinct.tolist()], np.int32)
        return kinds[inverse] if len(kinds) else kinds

    def _in_set(self, characters: Characters) -> NDArray[np.bool_]:
        found = np.zeros(len(self._alphabet), np.bool_)
        for first, last in characters.ranges:
            start, end = np.searchsorted(self._alphabet, (first, last + 1))
            found[start:end] = True
        for shorthand in characters.shorthands:
            found |= self._members[shorthand]
        return ~found if characters.negated else found


def _counts_longer(lengths: NDArray[np.int64]) -> NDArray[np.int64]:
    """How many of the texts are longer than 0, 1, 2, … characters; the last is 0."""
    if not len(lengths):
        return np.zeros(1, np.int64)
    of_length = np.bincount(lengths)
    return len(lengths) - np.cumsum(of_length)


def _symbols(text: str) -> tuple[NDArray[np.intp], NDArray[np.int32]]:
    """The distinct code points of a text, in order, and of each character which of them it is."""
    codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype="<u4")
    table = np.zeros(_CODES, np.int32)
    table[codes] = 1
    alphabet = np.flatnonzero(table)
    table[alphabet] = np.arange(len(alphabet), dtype=np.int32)
    return alphabet, table[codes]


def _members(alphabet: NDArray[np.intp], shorthand: str) -> NDArray[np.bool_]:
    characters = Characters(shorthands=shorthand)
    return np.array([characters.has(chr(code)) for code in alphabet.tolist()], np.bool_)
