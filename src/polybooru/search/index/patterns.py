"""Wildcards and edit distance over many names, at a bounded cost.

No pattern searches exponentially. What Python would do slowly name by name (pieces with `?`, edit distance)
is done for all names of one length together, one numpy step for each character or cell of a narrow band.
"""

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

ANY = "*"
ONE = "?"
_STATES = 63


class Glob:
    """A wildcard pattern against whole names.

    Between stars the pieces are placed greedily, each as early as it fits; the first and the last are
    anchored.
    """

    __slots__ = ("_first", "_last", "_middle", "_stars", "least", "literal", "prefix")

    def __init__(self, pattern: str) -> None:
        self._first, *rest = pattern.split(ANY)
        self._stars = bool(rest)
        self._last = rest[-1] if rest else ""
        self._middle = [piece for piece in rest[:-1] if piece]
        self.least = len(pattern) - pattern.count(ANY)
        self.prefix = self._first.split(ONE, 1)[0]
        """What every match begins with."""
        self.literal = max(pattern.replace(ONE, ANY).split(ANY), key=len)
        """What every match contains."""

    @property
    def is_prefix(self) -> bool:
        """Everything with the prefix matches."""
        return self._stars and not self._middle and not self._last and self.prefix == self._first

    def matches(self, name: str) -> bool:
        """Whether the whole name fits."""
        if len(name) < self.least or not _fits(self._first, name, 0):
            return False
        if not self._stars:
            return len(name) == self.least
        at, end = len(self._first), len(name) - len(self._last)
        if not _fits(self._last, name, end):
            return False
        for piece in self._middle:
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


def matching(pattern: str, names: Sequence[str]) -> list[str]:
    """The names that fit the pattern, in no particular order; all begin with its prefix.

    Pieces with `?` would be tried at every place of every name; instead the pattern becomes the states of an
    automaton, one bit each, and all names of one length take each step together.
    """
    glob = Glob(pattern)
    if glob.is_prefix:
        return list(names)
    candidates = [name for name in names if len(name) >= glob.least and glob.literal in name]
    if ONE not in pattern or glob.least >= _STATES:
        return [name for name in candidates if glob.matches(name)]
    found: list[str] = []
    for length, group in _by_length(candidates).items():
        fits = _run(pattern, _codes(group, length))
        found.extend(group[place] for place in np.flatnonzero(fits).tolist())
    return found


def _run(pattern: str, names: NDArray[np.uint32]) -> NDArray[np.bool_]:
    """Which columns of `names` fit. State i: the first i characters, stars apart, are matched."""
    stays, steps, size = 0, dict[str, int](), 0
    for character in pattern:
        if character == ANY:
            stays |= 1 << size
        else:
            steps[character] = steps.get(character, 0) | 1 << size
            size += 1
    stay, any_step = np.uint64(stays), np.uint64(steps.pop(ONE, 0))
    states = np.ones(names.shape[1], np.uint64)
    for row in names:
        allowed = np.full(len(row), any_step)
        for character, step in steps.items():
            allowed |= np.where(row == ord(character), np.uint64(step), np.uint64(0))
        states = ((states & allowed) << np.uint64(1)) | (states & stay)
    matched: NDArray[np.bool_] = (states >> np.uint64(size)) & np.uint64(1) != 0
    return matched


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
