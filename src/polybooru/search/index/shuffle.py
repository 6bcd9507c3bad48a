"""The order of `random:SEED`, without storing one, the same for ever.

Ids are taken in chunks of 65,536. Within its chunk each id has a round, by a keyed bijection of 16 bits;
images come by their rounds, and within one round the chunks in an order that the round decides. A new image
so takes a place that was free, and no other image moves, however large the library grows; and as a round can
be asked for its ids, a page needs no more of the shuffle than it shows.

In one round each chunk has one image at most: of a library of many chunks the first images are spread more
evenly over the ids than chance would. Not cryptographic; nothing secret rests on it.
"""

import numpy as np
from numpy.typing import NDArray

from polybooru.search.index.bitmaps import Ids

CHUNK_BITS = 16
ROUNDS = 1 << CHUNK_BITS
_LOW = ROUNDS - 1
_HALF = 2**32 - 1
_WORD = 2**64 - 1
_GOLDEN = 0x9E3779B97F4A7C15
_CHUNK_SHIFT = 15
_SHIFTS = (8, 7, 9)

Places = NDArray[np.uint32]


class Shuffle:
    """The shuffle of one seed, any integer.

    An id's place is its round, and below that 16 bits that put the chunks of one round in order. Made of
    plain numbers: most shuffles are asked for the places of a few ids, once.
    """

    __slots__ = ("_chunk_add", "_chunk_odd", "_odds", "_tie_odd")

    def __init__(self, seed: int) -> None:
        first, second = _word(seed, 1), _word(seed, 2)
        self._odds = (first & _LOW | 1, first >> 16 & _LOW | 1, first >> 32 & _LOW | 1)
        self._tie_odd = first >> 48 | 1
        self._chunk_odd, self._chunk_add = second & _HALF | 1, second >> 32

    def place(self, image_id: int) -> int:
        """Where this id comes; what `places` gives, without arrays."""
        chunk = (((image_id >> CHUNK_BITS) + self._chunk_add) * self._chunk_odd) & _HALF
        mixed = chunk ^ chunk >> _CHUNK_SHIFT
        at = (image_id ^ mixed) & _LOW
        for step, odd in enumerate(self._odds):
            at = at * odd & _LOW
            at ^= at >> _SHIFTS[step]
            if not step:
                at = (at + (mixed >> CHUNK_BITS)) & _LOW
        return at << CHUNK_BITS | (at * self._tie_odd ^ chunk) & _LOW

    def places(self, ids: Ids) -> Places:
        """Where these ids come; all different."""
        chunk, mixed = self._mixed(ids >> np.uint32(CHUNK_BITS))
        at = (ids ^ mixed).astype(np.uint16)
        mixed >>= np.uint32(CHUNK_BITS)
        for step, odd in enumerate(self._odds):
            at *= np.uint16(odd)
            at ^= at >> np.uint16(_SHIFTS[step])
            if not step:
                at += mixed.astype(np.uint16)
        return self._tied(at, chunk)

    def rounds(self, first: int, last: int, chunks: int) -> tuple[Ids, Places]:
        """The ids of the first chunks that have these rounds, images or not, and their places; unsorted."""
        at = np.arange(first, last, dtype=np.uint16)[:, np.newaxis]
        number = np.arange(chunks, dtype=np.uint32)
        chunk, mixed = self._mixed(number.copy())
        places = self._tied(at, chunk)
        low = mixed.astype(np.uint16)
        mixed >>= np.uint32(CHUNK_BITS)
        for step in reversed(range(len(self._odds))):
            if not step:
                at = at - mixed.astype(np.uint16)
            at ^= at >> np.uint16(_SHIFTS[step])
            if 2 * _SHIFTS[step] < CHUNK_BITS:  # the shift undone has bits of its own to be undone
                at ^= at >> np.uint16(2 * _SHIFTS[step])
            at *= np.uint16(pow(self._odds[step], -1, ROUNDS))
        return (at ^ low | number << np.uint32(CHUNK_BITS)).ravel(), places.ravel()

    def _mixed(self, chunk: NDArray[np.uint32]) -> tuple[NDArray[np.uint32], NDArray[np.uint32]]:
        """Two words for each chunk; the low half of the first is another one for each."""
        chunk += np.uint32(self._chunk_add)
        chunk *= np.uint32(self._chunk_odd)
        return chunk, chunk ^ chunk >> np.uint32(_CHUNK_SHIFT)

    def _tied(self, rounds: NDArray[np.uint16], chunk: NDArray[np.uint32]) -> Places:
        tie = rounds * np.uint16(self._tie_odd) ^ chunk.astype(np.uint16)
        places = rounds.astype(np.uint32)
        places <<= np.uint32(CHUNK_BITS)
        return places | tie


def chunks_of(highest: int) -> int:
    """How many chunks the ids up to the highest fill."""
    return (highest >> CHUNK_BITS) + 1


def round_of(place: int) -> int:
    """The round of a place."""
    return place >> CHUNK_BITS


def _word(seed: int, number: int) -> int:
    """One output of splitmix64."""
    word = (seed + number * _GOLDEN) & _WORD
    word = ((word ^ (word >> 30)) * 0xBF58476D1CE4E5B9) & _WORD
    word = ((word ^ (word >> 27)) * 0x94D049BB133111EB) & _WORD
    return word ^ (word >> 31)
