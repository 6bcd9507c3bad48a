"""The order of a column, coarsely: some 256 bitmaps of ids by value.

Exact ranks would have to be renumbered at every vote; of buckets an update touches two. Their thresholds
lie closer at both ends, where first pages come from, and a value that many images share has a bucket of its
own, inside which the ids are already in order. A bucket that grows too large is split at its median, so
they suit a library that grows from nothing as well as one loaded whole.
"""

import math
from bisect import bisect_right
from collections.abc import Iterator
from typing import Self

import numpy as np
from pyroaring import BitMap

from polybooru.search.index.bitmaps import EMPTY, bitmap_of, ids_of, memory_of
from polybooru.search.index.columns import Column, Number, Values
from polybooru.search.index.snapshot import SnapshotReader, SnapshotWriter

BUCKETS = 256
MOST_BUCKETS = 4 * BUCKETS
SMALLEST_SPLIT = 1_024
_END_BUCKET = 256
_NO_IDS = np.empty(0, np.uint32)


class Buckets:
    """Bucket i holds the ids whose value is at least `lower[i]` and less than `lower[i + 1]`."""

    __slots__ = ("_column", "_lower", "_sets", "missing")

    def __init__(self, column: Column, lower: list[Number], sets: list[BitMap], missing: BitMap) -> None:
        self._column = column
        self._lower = lower
        self._sets = sets
        self.missing = missing

    @classmethod
    def of(cls, column: Column, everything: BitMap) -> Self:
        """Made from the values of all ids there are."""
        ids = ids_of(everything)
        values = column.gather(ids)
        present = column.present(values)
        missing = bitmap_of(ids[~present])
        ids, values = ids[present], values[present]
        lower: list[Number] = [-math.inf, *_thresholds(column, values)]
        places = np.searchsorted(np.array(lower[1:], _wide(values)), values, side="right").astype(np.uint16)
        by_place = ids[np.argsort(places, kind="stable")]
        ends = np.cumsum(np.bincount(places, minlength=len(lower)))
        sets = [bitmap_of(part) for part in np.split(by_place, ends[:-1])]
        for bitmap in sets:
            bitmap.run_optimize()
            bitmap.shrink_to_fit()
        return cls(column, lower, sets, missing)

    @classmethod
    def restored(cls, column: Column, source: SnapshotReader) -> Self:
        """What was dumped, of this column."""
        missing, *sets = source.bitmaps("sets")
        return cls(column, [-math.inf, *source.array("lower").tolist()], sets, missing)

    def dump(self, into: SnapshotWriter) -> None:
        """Write all that is needed to restore it."""
        into.array("lower", np.array(self._lower[1:], _wide(self._column.gather(_NO_IDS))))
        into.bitmaps("sets", (self.missing, *self._sets))

    def move(self, image_id: int, old: Number | None, new: Number | None, images: int) -> None:
        """Follow a change that the column has already made. images: how many there are in all."""
        before = None if old is None else bisect_right(self._lower, old) - 1
        place = None if new is None else bisect_right(self._lower, new) - 1
        if before is None:
            self.missing.discard(image_id)
        elif before == place:
            return
        else:
            self._sets[before].discard(image_id)
        if place is None:
            self.missing.add(image_id)
            return
        bucket = self._sets[place]
        bucket.add(image_id)
        size = len(bucket)
        if size > SMALLEST_SPLIT and size > 2 * images // BUCKETS:
            self._split(place)
            if len(self._sets) > MOST_BUCKETS:
                self._merge(images // BUCKETS)

    def forget(self, image_id: int, old: Number | None) -> None:
        """The image is gone."""
        self.missing.discard(image_id)
        if old is not None:
            self._sets[self._place(old)].discard(image_id)

    def within(self, lower: Number, upper: Number, everything: BitMap) -> BitMap:
        """The ids whose value lies in the closed interval, of all the ids there are; a fresh bitmap."""
        clipped = self._column.clip(lower, upper)
        if clipped is None:
            return BitMap()
        lower, upper = clipped
        first, last = self._place(lower), self._place(upper)
        if last - first > len(self._sets) // 2:  # fewer lie outside
            last += 1
            below = [*self._sets[:first], self._filtered(first, -math.inf, self._column.predecessor(lower))]
            above = [self._filtered(last - 1, self._column.successor(upper), math.inf), *self._sets[last:]]
            return everything - BitMap.union(self.missing, *below, *above)
        edges = {place for place in (first, last) if not self._covers(place, lower, upper)}
        whole = [self._sets[place] for place in range(first, last + 1) if place not in edges]
        parts = [self._filtered(place, lower, upper) for place in edges]
        return BitMap.union(EMPTY, *whole, *parts)

    def touched(self, lower: Number, upper: Number) -> int:
        """How many buckets `within` joins."""
        clipped = self._column.clip(lower, upper)
        if clipped is None:
            return 0
        count = self._place(clipped[1]) - self._place(clipped[0]) + 1
        return min(count, len(self._sets) - count) + 1

    def in_order(self, *, descending: bool, begin: Number | None = None) -> Iterator[tuple[BitMap, bool]]:
        """The buckets from one end or a value on, each with whether all its values are equal."""
        first, last = 0, len(self._sets)
        if begin is not None:
            first, last = (0, self._place(begin) + 1) if descending else (self._place(begin), last)
        places = range(first, last)
        for place in reversed(places) if descending else places:
            if self._sets[place]:
                yield self._sets[place], self._is_single(place)

    def memory_bytes(self) -> int:
        """Bytes of all buckets, roughly."""
        return sum(map(memory_of, self._sets)) + memory_of(self.missing)

    def _place(self, value: Number) -> int:
        return bisect_right(self._lower, value) - 1

    def _upper(self, place: int) -> Number:
        return self._lower[place + 1] if place + 1 < len(self._lower) else math.inf

    def _is_single(self, place: int) -> bool:
        return place > 0 and self._column.successor(self._lower[place]) >= self._upper(place)

    def _covers(self, place: int, lower: Number, upper: Number) -> bool:
        return lower <= self._lower[place] and self._column.successor(upper) >= self._upper(place)

    def _filtered(self, place: int, lower: Number, upper: Number) -> BitMap:
        return bitmap_of(self._column.within(ids_of(self._sets[place]), lower, upper))

    def _split(self, place: int) -> None:
        if self._is_single(place):
            return
        ids = ids_of(self._sets[place])
        values = self._column.gather(ids)
        least: Number = values.min().item()
        cut: Number = np.partition(values, len(values) // 2)[len(values) // 2].item()
        if cut == least:  # more than half of them are equal: they get a bucket of their own
            cut = self._column.successor(least)
        if self._lower[place] < least:
            self._insert(place, least, BitMap(), self._sets[place])
            place += 1
        if not self._is_single(place):
            below = values < cut
            self._insert(place, cut, bitmap_of(ids[below]), bitmap_of(ids[~below]))

    def _insert(self, place: int, cut: Number, below: BitMap, above: BitMap) -> None:
        self._lower.insert(place + 1, cut)
        self._sets[place : place + 1] = [below, above]

    def _merge(self, size: int) -> None:
        """Join neighbours of together at most `size` ids: values that only rise leave empty ones."""
        lower, sets = self._lower[:1], self._sets[:1]
        for start, bucket in zip(self._lower[1:], self._sets[1:], strict=True):
            if len(sets[-1]) + len(bucket) <= size:
                sets[-1] |= bucket
            else:
                lower.append(start)
                sets.append(bucket)
        self._lower, self._sets = lower, sets


def _wide(values: Values) -> type[np.float64 | np.int64]:
    return np.float64 if values.dtype.kind == "f" else np.int64


def _thresholds(column: Column, values: Values) -> list[Number]:
    """Ascending; both a heavy value and its successor are among them."""
    count = len(values)
    if count <= SMALLEST_SPLIT:
        return []
    ordered = np.sort(values)
    step = count / BUCKETS
    places = {int(step * number) for number in range(1, BUCKETS)}
    size = _END_BUCKET
    while size < step:
        places |= {size, count - size}
        size *= 2
    found: list[Number] = []
    for value in ordered[sorted(places)].tolist():
        if found and value == found[-1]:
            found.append(column.successor(value))
        elif not found or value > found[-1]:
            found.append(value)
    return found
