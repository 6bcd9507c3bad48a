"""Integer key -> bitmap of image ids, and coarsely back.

The way back (which keys does this image have?) is needed only to replace or remove an image, and an exact
copy of it would double the memory. So for each block of 256 neighbouring ids the keys that ever occurred
there are kept, and only those are asked.
"""

import numpy as np
from numpy.typing import NDArray
from pyroaring import BitMap

from polybooru.search.index.bitmaps import EMPTY, Ids, bitmap_of, memory_of

_BLOCK_BITS = 8
_LOAD_PAIRS = 4_000_000


class Postings:
    """One relation between images and integer keys."""

    __slots__ = ("_blocks", "_images")

    def __init__(self) -> None:
        self._images: dict[int, BitMap] = {}
        self._blocks: dict[int, BitMap] = {}

    def load(self, ids: Ids, keys: NDArray[np.integer]) -> None:
        """Add many pairs; fastest when the ids ascend. Takes 16 bytes a pair for a while, in portions."""
        for first in range(0, len(ids), _LOAD_PAIRS):
            self._load(ids[first : first + _LOAD_PAIRS], keys[first : first + _LOAD_PAIRS])

    def add(self, key: int, image_id: int) -> None:
        """A pair that is already there changes nothing."""
        images = self._images.get(key)
        if images is None:
            images = self._images[key] = BitMap()
        images.add(image_id)
        block = self._blocks.get(image_id >> _BLOCK_BITS)
        if block is None:
            block = self._blocks[image_id >> _BLOCK_BITS] = BitMap()
        block.add(key)

    def remove(self, key: int, image_id: int) -> None:
        """A pair that is not there changes nothing."""
        images = self._images.get(key)
        if images is None:
            return
        images.discard(image_id)
        if not images:
            del self._images[key]

    def images(self, key: int) -> BitMap:
        """The index's own bitmap, or the empty one: not to be changed."""
        return self._images.get(key, EMPTY)

    def union(self, keys: BitMap) -> BitMap:
        """The images of any of the keys; a fresh bitmap."""
        known = self._images
        return BitMap.union(EMPTY, *[known[key] for key in keys if key in known])

    def keys_of(self, image_id: int) -> list[int]:
        """The keys of one image; half a millisecond when its neighbours have thousands."""
        block, find = self._blocks.get(image_id >> _BLOCK_BITS, EMPTY), self._images.get
        return [key for key in block.to_array() if image_id in find(key, EMPTY)]

    def memory_bytes(self) -> int:
        """Bytes of all bitmaps, roughly; visits each of them."""
        return sum(map(memory_of, self._images.values())) + sum(map(memory_of, self._blocks.values()))

    def _load(self, ids: Ids, keys: NDArray[np.integer]) -> None:
        pairs = (keys.astype(np.uint64) << np.uint64(32)) | ids
        pairs.sort()
        for key, images in _groups(pairs):
            bitmap = bitmap_of(images)
            if key in self._images:
                self._images[key] |= bitmap
            else:
                self._images[key] = bitmap
        high, low = pairs >> np.uint64(32), pairs & np.uint64(0xFFFFFFFF)
        by_block = ((low >> np.uint64(_BLOCK_BITS)) << np.uint64(32)) | high
        by_block = by_block[np.concatenate(([True], by_block[1:] != by_block[:-1]))]
        by_block.sort()
        for block, found in _groups(by_block):
            self._blocks[block] = self._blocks.get(block, EMPTY) | bitmap_of(found)


def _groups(pairs: NDArray[np.uint64]) -> list[tuple[int, Ids]]:
    """Sorted pairs (high half, low half), taken apart by the high half."""
    high = (pairs >> np.uint64(32)).astype(np.uint32)
    low = pairs.astype(np.uint32)
    starts = np.flatnonzero(np.concatenate(([True], high[1:] != high[:-1])))
    ends = [*starts[1:].tolist(), len(low)]
    names: list[int] = high[starts].tolist()
    return [(name, low[start:end]) for name, start, end in zip(names, starts.tolist(), ends, strict=True)]
