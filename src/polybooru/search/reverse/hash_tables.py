"""Hashes within so many bits of one, exactly, without looking at all of them: multi-index hashing.

A hash is cut into four pieces of 16 bits. Two hashes that differ in at most r = 4a + b bits (b < 4) agree up
to a bits in one of the first b + 1 pieces, or up to a - 1 bits in one of the others: else they would differ
in at least (b + 1)(a + 1) + (3 - b)a = r + 1 bits. So only hashes with such a piece are candidates.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Self

import numpy as np
from numpy.typing import NDArray

from polybooru.search.reverse.rows import PIECE, Places, spans

_PIECES, _PIECE_BITS = 4, 16
_VALUES = 1 << _PIECE_BITS
_WIDEST = 15
"""Bits up to which buckets are fewer to look at than hashes."""

_WORTH = 16
"""Looking at every hash costs as much as following a place in a bucket for one hash of so many."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HashTables:
    """For each piece the places of all hashes by its value.

    places: shape (4, n). starts: shape (4, 65,537), where each value's places begin.
    """

    places: NDArray[np.uint32]
    starts: NDArray[np.uint32]

    @classmethod
    def of(cls, hashes: NDArray[np.uint64]) -> Self:
        """Sorts them four times, 0.1 s a million each."""
        places = np.empty((_PIECES, len(hashes)), np.uint32)
        starts = np.zeros((_PIECES, _VALUES + 1), np.uint32)
        for piece in range(_PIECES):
            values = _piece(hashes, piece)
            places[piece] = np.argsort(values, kind="stable")
            np.cumsum(np.bincount(values, minlength=_VALUES), out=starts[piece, 1:])
        return cls(places=places, starts=starts)

    def memory_bytes(self) -> int:
        """Bytes of the arrays."""
        return self.places.nbytes + self.starts.nbytes

    def around(self, hashes: NDArray[np.uint64], wanted: int, bits: int) -> Iterator[Places | slice]:
        """Places of hashes, among them all that differ from `wanted` in at most so many bits; in portions.

        Where buckets hold most of the library, as they do for one picture uploaded a million times, that is
        every place: no search costs more.
        """
        runs = [] if bits > _WIDEST else list(self._runs(wanted, bits))
        followed = sum(int(lengths.sum()) for _, _, lengths in runs)
        if bits > _WIDEST or followed * _WORTH > len(hashes) + PIECE:
            for first in range(0, len(hashes), PIECE):
                yield slice(first, first + PIECE)
            return
        found: list[NDArray[np.uint32]] = []
        for piece, starts, lengths in runs:
            places = self.places[piece][spans(starts, lengths)]
            found.append(places[distances(hashes[places], wanted) <= bits])
        yield np.unique(np.concatenate(found)).astype(np.int64)  # each once, whichever pieces led to it

    def _runs(self, wanted: int, bits: int) -> list[tuple[int, Places, Places]]:
        most, rest = divmod(bits, _PIECES)
        runs: list[tuple[int, Places, Places]] = []
        for piece in range(_PIECES):
            radius = most if piece <= rest else most - 1
            if radius < 0:
                continue
            value = wanted >> (_PIECE_BITS * piece) & (_VALUES - 1)
            values = _within(radius) ^ value
            starts = self.starts[piece][values].astype(np.int64)
            runs.append((piece, starts, self.starts[piece][values + 1].astype(np.int64) - starts))
        return runs


@cache
def _within(radius: int) -> Places:
    """All values of a piece with at most so many bits set."""
    return np.flatnonzero(np.bitwise_count(np.arange(_VALUES, dtype=np.uint16)) <= radius)


def _piece(hashes: NDArray[np.uint64], piece: int) -> NDArray[np.uint16]:
    return (hashes >> np.uint64(_PIECE_BITS * piece)).astype(np.uint16)


def distances(hashes: NDArray[np.uint64], wanted: int) -> NDArray[np.uint8]:
    """In how many bits each differs."""
    differing: NDArray[np.uint8] = np.bitwise_count(hashes ^ np.uint64(wanted))
    return differing
