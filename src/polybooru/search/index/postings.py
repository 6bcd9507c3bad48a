"""The images of integer keys: one set a key, and the keys of each image packed for the way back.

A key of few images keeps them as a sorted array, four bytes each: a bitmap would spend seventy on each of
them. It is made into a bitmap whenever it is asked for, in a few microseconds.

The way back (which keys does this image have?) is needed only to replace or remove an image: `packed`.
"""

from array import array
from bisect import bisect_left
from collections.abc import Callable, Collection, Iterable, Sequence
from heapq import nlargest
from typing import TypeAlias, Union

import numpy as np
from numpy.typing import NDArray
from pyroaring import BitMap

from polybooru.search.index.bitmaps import EMPTY, Ids, bitmap_of, memory_of
from polybooru.search.index.costs import IMAGE_KEYS, joined
from polybooru.search.index.packed import PackedLists
from polybooru.search.index.snapshot import SnapshotReader, SnapshotWriter

MOST_FEW = 512
"""So many images of a key are kept as an array at most."""

_LOAD_PAIRS = 4_000_000
_MANY = 1_000
"""From so many keys on it pays to begin with the largest."""

_HEADS = 512
"""So many of the largest sets hold most of what all sets hold together."""

_SCATTERED = 200_000
"""From so many ids on a mark for each image is cheaper than sorting them."""

Few: TypeAlias = "array[int]"
"""Ascending image ids, typecode I."""

Held: TypeAlias = Union[BitMap, Few]  # noqa: UP007 — arrays take no parameter at run time
"""The images of a key as they are held."""


def bitmap(images: Held) -> BitMap:
    """As a bitmap, made anew of an array; not to be changed."""
    return images if isinstance(images, BitMap) else BitMap(images)


class Postings:
    """One relation between images and integer keys."""

    __slots__ = ("_heads", "_images", "_is_scattered", "_keys", "_moved", "_pairs")

    def __init__(self) -> None:
        self._images: dict[int, BitMap | Few] = {}
        self._is_scattered = False
        self._keys = PackedLists()
        self._pairs = 0
        self._heads: tuple[BitMap, int] = (BitMap(), 0)
        self._moved: list[Callable[[], object]] = []

    def when_moved(self, call: Callable[[], object]) -> None:
        """Call when a set that was held is held no more, as another has taken its place or none."""
        self._moved.append(call)

    def dump(self, into: SnapshotWriter) -> None:
        """Write all that is needed to restore it."""
        few = {key: images for key, images in self._images.items() if not isinstance(images, BitMap)}
        wide = {key: images for key, images in self._images.items() if isinstance(images, BitMap)}
        into.array("few keys", np.array([*few], np.uint32))
        into.pieces("few", map(memoryview, few.values()))
        into.array("wide keys", np.array([*wide], np.uint32))
        into.bitmaps("wide", wide.values())
        self._keys.dump(into)

    def restore(self, source: SnapshotReader) -> None:
        """Become what was dumped."""
        self._images.update(zip(source.array("wide keys").tolist(), source.bitmaps("wide"), strict=True))
        for key, piece in zip(source.array("few keys").tolist(), source.pieces("few"), strict=True):
            self._images[key] = images = array("I")
            images.frombytes(piece)
        self._pairs = sum(map(len, self._images.values()))
        self._keys.restore(source)

    def load(self, ids: Ids, keys: NDArray[np.integer]) -> None:
        """Add many pairs, all pairs of their images; fastest when the ids ascend.

        Takes 30 bytes a pair for a while, in portions.
        """
        if (ids[1:] < ids[:-1]).any():
            by_id = np.argsort(ids, kind="stable")
            ids, keys = ids[by_id], keys[by_id]
        first = 0
        while first < len(ids):
            last = min(first + _LOAD_PAIRS, len(ids))
            last = int(np.searchsorted(ids, ids[last - 1], side="right"))  # an image is not cut in two
            self._load(ids[first:last], keys[first:last])
            first = last
        self._tell_moved()

    def compact(self) -> None:
        """Let the parts of each set lie side by side, after a load that let all of them grow by turns.

        A search touches a part of each set for every 65,536 images, and waits for the memory of each.
        """
        if self._is_scattered:
            for key, images in self._images.items():
                if isinstance(images, BitMap):
                    self._images[key] = BitMap.deserialize(images.serialize())
            self._is_scattered = False
            self._tell_moved()

    def add(self, key: int, image_id: int) -> bool:
        """Whether the pair is new."""
        if not self._add(key, image_id):
            return False
        keys = self._keys.keys(image_id)
        keys.insert(bisect_left(keys, key), key)
        self._keys.set(image_id, keys)
        return True

    def remove(self, key: int, image_id: int) -> bool:
        """Whether the pair was there."""
        if not self._remove(key, image_id):
            return False
        keys = self._keys.keys(image_id)
        keys.remove(key)
        self._keys.set(image_id, keys)
        return True

    def keys(self, image_id: int) -> list[int]:
        """The keys of the image, ascending."""
        return self._keys.keys(image_id)

    def count(self, key: int) -> int:
        """How many images have the key."""
        return len(self._images.get(key, ()))

    def held(self, key: int) -> Held:
        """The images of the key as they are held: not to be changed."""
        return self._images.get(key, EMPTY)

    def images(self, key: int) -> BitMap:
        """The images of the key: the index's own bitmap or a fresh one, so not to be changed."""
        return bitmap(self._images.get(key, EMPTY))

    def union(self, keys: BitMap, everything: BitMap) -> BitMap:
        """The images of any of the keys, of all the images there are; a fresh bitmap.

        Of thousands of keys those with most images come first: often they leave so few images that these can
        be asked one by one.
        """
        if len(keys) <= _MANY:
            return self._union(keys)
        largest = self._largest() & keys
        union = self._union(largest)
        missing = everything - union
        if len(missing) * IMAGE_KEYS < joined(len(keys), self.expected_pairs(len(keys)), len(everything)):
            return union | self.having(keys, missing)
        return union | self._union(keys - largest)

    def having(self, keys: BitMap, images: BitMap) -> BitMap:
        """Those of a few images that have one of the keys; a fresh bitmap."""
        wanted = bytearray(keys.max() + 1 if keys else 0)
        for key in keys:
            wanted[key] = 1
        end = len(wanted)
        return BitMap([i for i in images if any(wanted[key] for key in self._keys.keys(i) if key < end)])

    def expected_pairs(self, keys: int) -> int:
        """How many pairs so many keys are likely to have at most: some keys have far more than others."""
        return min(self._pairs, 4 * keys * self._pairs // max(1, len(self._images)))

    def replace(self, image_id: int, keys: Iterable[int]) -> Collection[int]:
        """Give the image these keys and no others; which were added or removed."""
        wanted, before = sorted(set(keys)), self._keys.keys(image_id)
        if wanted == before:
            return ()
        if not before:
            for key in wanted:
                self._add(key, image_id)
            self._keys.set(image_id, wanted)
            return wanted
        added, gone = set(wanted).difference(before), set(before).difference(wanted)
        for key in added:
            self._add(key, image_id)
        for key in gone:
            self._remove(key, image_id)
        self._keys.set(image_id, wanted)
        return added | gone

    def memory_bytes(self) -> int:
        """Bytes of all sets and lists, roughly; visits each of them."""
        return self._keys.memory_bytes() + sum(
            memory_of(images) if isinstance(images, BitMap) else 4 * len(images) + 180
            for images in self._images.values()
        )

    def _union(self, keys: BitMap) -> BitMap:
        wide: list[BitMap] = []
        few: list[Few] = []
        for images in map(self._images.get, keys.to_array()):
            if isinstance(images, BitMap):
                wide.append(images)
            elif images is not None:
                few.append(images)
        if few:
            wide.append(_joined(few))
        return BitMap.union(EMPTY, *wide)

    def _largest(self) -> BitMap:
        """The keys of most images, as they were not long ago."""
        known, pairs = self._heads
        if not known or abs(self._pairs - pairs) > self._pairs // 16:
            known = BitMap(nlargest(_HEADS, self._images, key=self.count))
            self._heads = known, self._pairs
        return known

    def _add(self, key: int, image_id: int) -> bool:
        images = self._images.get(key)
        if images is None:
            self._images[key] = array("I", (image_id,))
        elif isinstance(images, BitMap):
            if image_id in images:
                return False
            images.add(image_id)
        else:
            if images[-1] < image_id:  # as a rule it is a new image
                images.append(image_id)
            else:
                place = bisect_left(images, image_id)
                if images[place] == image_id:
                    return False
                images.insert(place, image_id)
            if len(images) > MOST_FEW:
                self._images[key] = BitMap(images)
                self._tell_moved()
        self._pairs += 1
        return True

    def _remove(self, key: int, image_id: int) -> bool:
        images = self._images.get(key)
        if images is None:
            return False
        if isinstance(images, BitMap):
            if image_id not in images:
                return False
            images.discard(image_id)
        else:
            place = bisect_left(images, image_id)
            if place == len(images) or images[place] != image_id:
                return False
            del images[place]
        if not images:
            del self._images[key]
            self._tell_moved()
        self._pairs -= 1
        return True

    def _tell_moved(self) -> None:
        for call in self._moved:
            call()

    def _load(self, ids: Ids, keys: NDArray[np.integer]) -> None:
        low = np.uint64(0xFFFFFFFF)
        half = np.uint64(32)
        pairs = (ids.astype(np.uint64) << half) | keys.astype(np.uint64)
        if (pairs[1:] <= pairs[:-1]).any():
            pairs.sort()
            pairs = pairs[np.concatenate(([True], pairs[1:] != pairs[:-1]))]
        self._pairs += len(pairs)
        self._is_scattered = True
        self._keys.load((pairs >> half).astype(np.uint32), pairs.astype(np.uint32))
        pairs = (pairs << half) | (pairs >> half)
        pairs.sort()
        by_key, images = (pairs >> half).astype(np.uint32), (pairs & low).astype(np.uint32)
        starts = np.flatnonzero(np.concatenate(([True], by_key[1:] != by_key[:-1])))
        ends = [*starts[1:].tolist(), len(images)]
        for key, start, end in zip(by_key[starts].tolist(), starts.tolist(), ends, strict=True):
            self._extend(key, images[start:end])

    def _extend(self, key: int, more: Ids) -> None:
        """Add ascending ids to the images of a key."""
        images = self._images.get(key)
        if isinstance(images, BitMap):
            images |= bitmap_of(more)
            return
        few = array("I", images or ())
        few.frombytes(more.tobytes())
        if images and images[-1] >= more[0]:
            few = array("I", sorted(set(few)))
        self._images[key] = few if len(few) <= MOST_FEW else BitMap(few)


def _joined(few: Sequence[Few]) -> BitMap:
    ids = np.frombuffer(b"".join(few), np.uint32)
    if len(ids) < _SCATTERED:
        return bitmap_of(np.sort(ids))
    marks = np.zeros(int(ids.max()) + 1, np.bool_)
    marks[ids] = True
    return bitmap_of(np.flatnonzero(marks).astype(np.uint32))
