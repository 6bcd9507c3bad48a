"""What is kept of each image, as columns, and the few best of many candidates."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple, Self, TypeAlias

import numpy as np
from numpy.typing import NDArray

Ids: TypeAlias = NDArray[np.uint32]
Places: TypeAlias = NDArray[np.int64]

LEVELS_PER_UNIT = 1_000_000
"""Intensities are kept with 6 decimals, so that whole numbers hold them exactly, in half the space."""

PIECE = 16_384
"""Candidates looked at in one go: bounds the memory of a search, and stays within the processor's caches."""

_HIGHEST = 1_050 * LEVELS_PER_UNIT  # the brightest quadrant there is, that of 2 by 2 white pixels, has 1,020


class Row(NamedTuple):
    """One image. levels: north-west, north-east, south-west, south-east."""

    levels: tuple[int, ...]
    aspect: float
    hash: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Rows:
    """Many images as columns. ids, aspects, hashes: shape (n,). levels: shape (4, n)."""

    ids: Ids
    levels: NDArray[np.int32]
    aspects: NDArray[np.float64]
    hashes: NDArray[np.uint64]

    def __len__(self) -> int:
        """How many there are."""
        return len(self.ids)

    @classmethod
    def empty(cls, count: int = 0) -> Self:
        """Room for so many."""
        return cls(
            ids=np.zeros(count, np.uint32),
            levels=np.zeros((4, count), np.int32),
            aspects=np.zeros(count, np.float64),
            hashes=np.zeros(count, np.uint64),
        )

    def at(self, places: Places | slice) -> Self:
        """Some of them; a slice copies nothing."""
        return type(self)(
            ids=self.ids[places],
            # `take`, as an index of places would lay the axes out the other way round, three times slower.
            levels=self.levels[:, places] if isinstance(places, slice) else self.levels.take(places, axis=1),
            aspects=self.aspects[places],
            hashes=self.hashes[places],
        )

    def row(self, place: int) -> Row:
        """One of them."""
        levels = tuple(self.levels[:, place].tolist())
        return Row(levels, float(self.aspects[place]), int(self.hashes[place]))

    def set(self, place: int, image_id: int, row: Row) -> None:
        """Write one of them."""
        self.ids[place] = image_id
        self.levels[:, place] = row.levels
        self.aspects[place] = row.aspect
        self.hashes[place] = row.hash

    def followed_by(self, other: Self) -> Self:
        """Both, in new arrays."""
        return type(self)(
            ids=np.concatenate((self.ids, other.ids)),
            levels=np.concatenate((self.levels, other.levels), axis=1),
            aspects=np.concatenate((self.aspects, other.aspects)),
            hashes=np.concatenate((self.hashes, other.hashes)),
        )

    def memory_bytes(self) -> int:
        """Bytes of the arrays."""
        return self.ids.nbytes + self.levels.nbytes + self.aspects.nbytes + self.hashes.nbytes


def levels_of(intensities: NDArray[np.floating]) -> NDArray[np.int32]:
    """Intensities in millionths; of any shape."""
    levels: NDArray[np.int32] = np.rint(np.clip(intensities * LEVELS_PER_UNIT, 0, _HIGHEST)).astype(np.int32)
    return levels


def level_of(intensity: float) -> int:
    """One intensity in millionths, the same as of many."""
    return round(min(max(intensity * LEVELS_PER_UNIT, 0), _HIGHEST))


def spans(starts: Places, lengths: Places) -> Places:
    """The numbers of all runs, one run after the other."""
    ends = np.cumsum(lengths)
    total = int(ends[-1]) if len(ends) else 0
    return np.repeat(starts - (ends - lengths), lengths) + np.arange(total)


def pieces(starts: Places, ends: Places) -> Iterator[Places | slice]:
    """The runs, in portions of at most `PIECE` places."""
    lengths = ends - starts
    if int(lengths.sum()) <= PIECE:
        yield spans(starts, lengths)
        return
    for start, end in zip(starts.tolist(), ends.tolist(), strict=True):
        for first in range(start, end, PIECE):
            yield slice(first, min(first + PIECE, end))


class Best:
    """The nearest of many, by distance and then by id, and how many there were. limit: at least 1."""

    def __init__(self, limit: int) -> None:
        self.total = 0
        self._limit = limit
        self._ids = np.empty(0, np.uint32)
        self._distances = np.empty(0, np.float64)

    @property
    def ids(self) -> list[int]:
        """Nearest first; of equal ones the lowest."""
        found: list[int] = self._ids.tolist()
        return found

    def take(self, ids: Ids, distances: NDArray[np.float64]) -> None:
        """Candidates that all count; ids and distances are of one shape (n,)."""
        self.total += len(ids)
        if len(self._ids) >= self._limit:
            worst = self._distances[-1]
            better = (distances < worst) | ((distances == worst) & (ids < self._ids[-1]))
            ids, distances = ids[better], distances[better]
        if not len(ids):
            return
        ids, distances = np.concatenate((self._ids, ids)), np.concatenate((self._distances, distances))
        first = np.lexsort((ids, distances))[: self._limit]
        self._ids, self._distances = ids[first], distances[first]
