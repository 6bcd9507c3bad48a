"""Wildcards over one name and edit distance over many, at a bounded cost; wildcards over many: `names`.

No pattern searches exponentially. Edit distances are found for all names of one length together, one numpy
step for each cell of a narrow band.
"""

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

ANY = "*"
ONE = "?"


class Glob:
    """A wildcard pattern against whole names.

    Between stars the pieces are placed greedily, each as early as it fits; the first and the last are
    anchored.
    """

    __slots__ = ("first", "has_stars", "last", "least", "middle", "prefix")

    def __init__(self, pattern: str) -> None:
        self.first, *rest = pattern.split(ANY)
        self.has_stars = bool(rest)
        self.last = rest[-1] if rest else ""
        self.middle = [piece for piece in rest[:-1] if piece]
        self.least = len(pattern) - pattern.count(ANY)
        """Characters that every match has at least."""
        self.prefix = self.first.split(ONE, 1)[0]
        """What every match begins with."""

    @property
    def is_prefix(self) -> bool:
        """Everything with the prefix matches."""
        return self.has_stars and not self.middle and not self.last and self.prefix == self.first

    def matches(self, name: str) -> bool:
        """Whether the whole name fits."""
        if len(name) < self.least or not _fits(self.first, name, 0):
            return False
        if not self.has_stars:
            return len(name) == self.least
        at, end = len(self.first), len(name) - len(self.last)
        if not _fits(self.last, name, end):
            return False
        for piece in self.middle:
            found = _find(piece, name, at, end)
            if found < 0:
                return False
            at = found + len(piece)
        return True


def _fits(piece: str, name: str, at: int) -> bool:
    if ONE not in piece:
        return name.startswith(piece, at)
    return all(
        wanted in (ONE, found) for wanted, found in zip(piece, name[at : at + len(piece)], strict=True)
    )


def _find(piece: str, name: str, start: int, end: int) -> int:
    if ONE not in piece:
        return name.find(piece, start, end)
    return next((at for at in range(start, end - len(piece) + 1) if _fits(piece, name, at)), -1)


def near(text: str, distance: int, names: Iterable[str]) -> list[str]:
    """Names within this Levenshtein distance of the text, in no particular order."""
    least, most = len(text) - distance, len(text) + distance
    candidates = [name for name in names if least <= len(name) <= most]
    found: list[str] = []
    for length, group in _by_length(candidates).items():
        close = _distances(text, _codes(group, length), distance) <= distance
        found.extend(group[place] for place in np.flatnonzero(close).tolist())
    return found


def _by_length(names: Iterable[str]) -> dict[int, list[str]]:
    groups: dict[int, list[str]] = {}
    for name in names:
        groups.setdefault(len(name), []).append(name)
    return groups


def _codes(names: Sequence[str], length: int) -> NDArray[np.uint32]:
    """Code points of names of one length, transposed: one row for each position."""
    joined = "".join(names).encode("utf-32-le", "surrogatepass")
    return np.frombuffer(joined, dtype="<u4").reshape(len(names), length).T.copy()


def _distances(text: str, names: NDArray[np.uint32], limit: int) -> NDArray[np.int8]:
    """Levenshtein distances of the text to each column of `names`; what is above the limit is only that."""
    length, count = names.shape
    above = np.full(count, limit + 1, np.int8)
    row = {column: np.full(count, column, np.int8) for column in range(min(limit, length) + 1)}
    for number, character in enumerate(text, 1):
        new: dict[int, NDArray[np.int8]] = {}
        for column in range(max(0, number - limit), min(length, number + limit) + 1):
            if column == 0:
                new[0] = np.full(count, number, np.int8)
                continue
            changed = row.get(column - 1, above) + (names[column - 1] != ord(character))
            moved = np.minimum(row.get(column, above), new.get(column - 1, above)) + np.int8(1)
            new[column] = np.minimum(np.minimum(changed, moved), above)
        row = new
    return row.get(length, above)
