"""A keyed shuffle of [0, 2^bits): the order of `random:SEED` without storing one.

Multiplications by odd numbers and shifted exclusive ors can each be undone, so a position can be asked for
its id as well as an id for its position. Not cryptographic; nothing secret rests on it.
"""

import numpy as np
from numpy.typing import NDArray

_ROUNDS = 3
_WORD = 2**64 - 1
_HALF = 2**32 - 1


class Permutation:
    """The shuffle of one seed (any integer); at most 32 bits, all arithmetic is modulo 2^32."""

    __slots__ = ("_adds", "_inverses", "_mask", "_odds", "_shift", "size")

    def __init__(self, seed: int, bits: int) -> None:
        self.size = 1 << bits
        self._mask = np.uint32(self.size - 1)
        self._shift = np.uint32((bits + 1) // 2)
        words = _words(seed)
        odds = [words[number] | 1 for number in range(_ROUNDS)]
        self._odds = [np.uint32(odd & _HALF) for odd in odds]
        self._inverses = [np.uint32(pow(odd, -1, 2**32)) for odd in odds]
        self._adds = [np.uint32(words[_ROUNDS + number] & _HALF) for number in range(_ROUNDS)]

    def positions(self, ids: NDArray[np.integer]) -> NDArray[np.uint32]:
        """Where these ids come."""
        at = ids.astype(np.uint32)
        for odd, add in zip(self._odds, self._adds, strict=True):
            at = (at * odd + add) & self._mask
            at ^= at >> self._shift
        return at

    def ids(self, positions: NDArray[np.integer]) -> NDArray[np.uint32]:
        """What comes there: the inverse of `positions`."""
        at = positions.astype(np.uint32)
        for inverse, add in zip(reversed(self._inverses), reversed(self._adds), strict=True):
            at ^= at >> self._shift
            at = ((at - add) * inverse) & self._mask
        return at


def _words(seed: int) -> list[int]:
    """Two words a round from the seed (splitmix64)."""
    words: list[int] = []
    state = seed & _WORD
    for _ in range(2 * _ROUNDS):
        state = (state + 0x9E3779B97F4A7C15) & _WORD
        word = ((state ^ (state >> 30)) * 0xBF58476D1CE4E5B9) & _WORD
        word = ((word ^ (word >> 27)) * 0x94D049BB133111EB) & _WORD
        words.append(word ^ (word >> 31))
    return words
