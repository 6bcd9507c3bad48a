"""The order of `random:SEED`, without storing one, the same for ever.

Ids are taken in chunks of 65,536. Within its chunk each id has a round, by a keyed bijection of 16 bits;
images come by their rounds, and within one round the chunks by a keyed bijection of round and chunk. A new
image so takes a place that was free, and no other image moves, however large the library grows; and as a
round can be asked for its ids, a page needs no more of the shuffle than it shows.

In one round each chunk has one image at most: of a library of many chunks the first images are spread more
evenly over the ids than chance would. Not cryptographic; nothing secret rests on it.
"""

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from polybooru.search.index.bitmaps import Ids

CHUNK_BITS = 16
ROUNDS = 1 << CHUNK_BITS
_SHIFT = np.uint16(8)
_STEPS = 3
_WORD = 2**64 - 1
_HALF = 2**32 - 1
_GOLDEN = 0x9E3779B97F4A7C15
_MOST_CHUNKS_BITS = 11  # ids have 27 bits
_KEPT = 256


class Shuffle:
    """The shuffle of one seed (any integer), of ids up to those of the last chunk."""

    __slots__ = ("_adds", "_inverses", "_middle", "_odds", "_start", "_tie", "chunks")

    def __init__(self, seed: int, chunks: int) -> None:
        self.chunks = chunks
        words = np.array([_word(seed, number) for number in range(1, 3)], np.uint64).view(np.uint16)
        self._odds = words[:_STEPS] | np.uint16(1)
        self._inverses = [np.uint16(pow(odd, -1, ROUNDS)) for odd in self._odds.tolist()]
        self._adds = words[_STEPS : 2 * _STEPS]
        self._tie = np.uint32(_word(seed, 3) & _HALF)
        own = _mixed(np.arange(chunks, dtype=np.uint32) ^ np.uint32(_word(seed, 4) & _HALF))
        self._start, self._middle = own.astype(np.uint16), (own >> np.uint32(16)).astype(np.uint16)

    def places(self, ids: Ids) -> NDArray[np.uint64]:
        """Where these ids come: 48 bits, all different."""
        chunk = ids >> np.uint32(CHUNK_BITS)
        at = ids.astype(np.uint16)
        at ^= self._start[chunk]
        for step in range(_STEPS):
            at *= self._odds[step]
            at += self._adds[step]
            at ^= at >> _SHIFT
            if not step:
                at += self._middle[chunk]
        return self._places(at, chunk)

    def rounds(self, first: int, last: int) -> tuple[Ids, NDArray[np.uint64]]:
        """The ids that have these rounds, images or not, and their places; unsorted."""
        chunk = np.tile(np.arange(self.chunks, dtype=np.uint32), last - first)
        at = np.repeat(np.arange(first, last, dtype=np.uint16), self.chunks)
        places = self._places(at, chunk)
        for step in reversed(range(_STEPS)):
            if not step:
                at -= self._middle[chunk]
            at ^= at >> _SHIFT
            at -= self._adds[step]
            at *= self._inverses[step]
        at ^= self._start[chunk]
        return chunk << np.uint32(CHUNK_BITS) | at, places

    def _places(self, rounds: NDArray[np.uint16], chunk: NDArray[np.uint32]) -> NDArray[np.uint64]:
        wide = rounds.astype(np.uint64)
        tie = _mixed((wide.astype(np.uint32) << np.uint32(_MOST_CHUNKS_BITS) | chunk) ^ self._tie)
        return wide << np.uint64(32) | tie


def shuffle_of(seed: int, highest: int) -> Shuffle:
    """The shuffle of this seed for ids up to the highest."""
    return _shuffle(seed, (highest >> CHUNK_BITS) + 1)


_shuffle = lru_cache(_KEPT)(Shuffle)


def round_of(place: int) -> int:
    """The round of a place."""
    return place >> 32


def _mixed(words: NDArray[np.uint32]) -> NDArray[np.uint32]:
    """A bijection of 32 bits, made in place, whose upper bits leave no pattern."""
    words *= np.uint32(0x85EBCA6B)
    words ^= words >> np.uint32(15)
    words *= np.uint32(0xC2B2AE35)
    words ^= words >> np.uint32(15)
    return words


def _word(seed: int, number: int) -> int:
    """One output of splitmix64."""
    word = (seed + number * _GOLDEN) & _WORD
    word = ((word ^ (word >> 30)) * 0xBF58476D1CE4E5B9) & _WORD
    word = ((word ^ (word >> 27)) * 0x94D049BB133111EB) & _WORD
    return word ^ (word >> 31)
