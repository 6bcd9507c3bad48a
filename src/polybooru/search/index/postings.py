"""Integer key -> bitmap of image ids, and coarsely back.

The way back (which keys does this image have?) is needed only to replace or remove an image, and an exact
copy of it would double the memory. So for each block of 128 neighbouring ids the keys that ever occurred
there are kept, and only those are asked; nor even they, while the number of keys of an image says that none
can have gone.
"""

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray
from pyroaring import BitMap

from polybooru.search.index.bitmaps import EMPTY, Ids, bitmap_of, memory_of
from polybooru.search.index.columns import Column
from polybooru.search.index.shape import NumberKind

_BLOCK_BITS = 7
_LOAD_PAIRS = 4_000_000


class Postings:
    """One relation between images and integer keys."""

    __slots__ = ("_blocks", "_counts", "_images")

    def __init__(self) -> None:
        self._images: dict[int, BitMap] = {}
        self._blocks: dict[int, BitMap] = {}
        self._counts = Column(NumberKind.INTEGER)

    def load(self, ids: Ids, keys: NDArray[np.integer]) -> None:
        """Add many pairs; fastest when the ids ascend. Takes 16 bytes a pair for a while, in portions."""
        for first in range(0, len(ids), _LOAD_PAIRS):
            self._load(ids[first : first + _LOAD_PAIRS], keys[first : first + _LOAD_PAIRS])

    def add(self, key: int, image_id: int) -> None:
        """A pair that is already there changes nothing."""
        images = self._images.get(key)
        if images is None:
            images = self._images[key] = BitMap()
        elif image_id in images:
            return
        images.add(image_id)
        self._count(image_id, 1)
        block = self._blocks.get(image_id >> _BLOCK_BITS)
        if block is None:
            block = self._blocks[image_id >> _BLOCK_BITS] = BitMap()
        block.add(key)

    def remove(self, key: int, image_id: int) -> None:
        """A pair that is not there changes nothing."""
        images = self._images.get(key)
        if images is None or image_id not in images:
            return
        images.discard(image_id)
        self._count(image_id, -1)
        if not images:
            del self._images[key]

    def count(self, image_id: int) -> int:
        """How many keys the image has."""
        return int(self._counts.get(image_id) or 0)

    def images(self, key: int) -> BitMap:
        """The index's own bitmap, or the empty one: not to be changed."""
        return self._images.get(key, EMPTY)

    def union(self, keys: BitMap) -> BitMap:
        """The images of any of the keys; a fresh bitmap."""
        known = self._images
        return BitMap.union(EMPTY, *[known[key] for key in keys if key in known])

    def replace(self, image_id: int, keys: Iterable[int]) -> tuple[BitMap, BitMap]:
        """Give the image these keys and no others; which were added and which removed."""
        wanted = BitMap(keys)
        added = BitMap([key for key in wanted if image_id not in self.images(key)])
        gone = self._gone(image_id, wanted, (self._counts.get(image_id) or 0) + len(added) - len(wanted))
        for key in gone:
            self.remove(key, image_id)
        for key in added:
            self.add(key, image_id)
        return added, gone

    def memory_bytes(self) -> int:
        """Bytes of all bitmaps, roughly; visits each of them."""
        return (
            sum(map(memory_of, self._images.values()))
            + sum(map(memory_of, self._blocks.values()))
            + self._counts.memory_bytes()
        )

    def _gone(self, image_id: int, wanted: BitMap, most: float) -> BitMap:
        """The keys of the image besides those wanted; there are at most so many."""
        gone = BitMap()
        block, find = self._blocks.get(image_id >> _BLOCK_BITS, EMPTY), self._images.get
        for key in (block - wanted).to_array() if most else ():
            if image_id in find(key, EMPTY):
                gone.add(key)
                if len(gone) == most:
                    break
        return gone

    def _count(self, image_id: int, change: int) -> None:
        self._counts.set(image_id, (self._counts.get(image_id) or 0) + change)

    def _load(self, ids: Ids, keys: NDArray[np.integer]) -> None:
        pairs = (keys.astype(np.uint64) << np.uint64(32)) | ids
        pairs.sort()
        pairs = pairs[np.concatenate(([True], pairs[1:] != pairs[:-1]))]
        for key, images in _groups(pairs):
            bitmap = bitmap_of(images)
            if key in self._images:
                self._images[key] |= bitmap
            else:
                self._images[key] = bitmap
        high, low = pairs >> np.uint64(32), pairs & np.uint64(0xFFFFFFFF)
        self._load_counts(low)
        by_block = ((low >> np.uint64(_BLOCK_BITS)) << np.uint64(32)) | high
        by_block = by_block[np.concatenate(([True], by_block[1:] != by_block[:-1]))]
        by_block.sort()
        for block, found in _groups(by_block):
            self._blocks[block] = self._blocks.get(block, EMPTY) | bitmap_of(found)

    def _load_counts(self, ids: NDArray[np.uint64]) -> None:
        first, last = int(ids.min()), int(ids.max())
        self._counts.reserve(last)
        span = np.arange(first, last + 1, dtype=np.uint32)
        before = self._counts.gather(span)
        known = np.where(self._counts.present(before), before, 0).astype(np.int64)
        self._counts.load(span, known + np.bincount(ids.astype(np.int64) - first, minlength=len(span)))


def _groups(pairs: NDArray[np.uint64]) -> list[tuple[int, Ids]]:
    """Sorted pairs (high half, low half), taken apart by the high half."""
    high = (pairs >> np.uint64(32)).astype(np.uint32)
    low = pairs.astype(np.uint32)
    starts = np.flatnonzero(np.concatenate(([True], high[1:] != high[:-1])))
    ends = [*starts[1:].tolist(), len(low)]
    names: list[int] = high[starts].tolist()
    return [(name, low[start:end]) for name, start, end in zip(names, starts.tolist(), ends, strict=True)]
