"""One number an image: a dense array indexed by image id.

Image ids are serial, so an array slot for every id up to the highest is the smallest and fastest map there
is. Integers take the narrowest type that holds them (a tag count one byte, a moment four) and widen when
one does not fit. Order and wide ranges come from `buckets`; both see the world as closed intervals, because
"greater than v" is "from the successor of v".
"""

import math
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from polybooru.search.index.bitmaps import Ids
from polybooru.search.index.errors import ImageIdOutOfRange
from polybooru.search.index.shape import NumberKind
from polybooru.search.index.snapshot import SnapshotReader, SnapshotWriter

MAX_IMAGE_ID = 2**27 - 1
"""134 million, some thirteen times the largest board: a stray id must not cost gigabytes of empty slots."""

MISSING = int(np.iinfo(np.int64).min)
"""Stands for "no value" in the int64 arrays of a bulk load; in float arrays NaN does."""

Values: TypeAlias = NDArray[Any]
"""Numbers of one column; their type is the narrowest that holds them, known only at run time."""

_INTEGERS = (np.int8, np.int16, np.int32, np.int64)
_GROWTH = 1.25

Number = int | float


def check_image_id(image_id: int) -> None:
    """Raises ImageIdOutOfRange."""
    if not 0 <= image_id <= MAX_IMAGE_ID:
        raise ImageIdOutOfRange(f"image id {image_id} is not in 0..{MAX_IMAGE_ID}")


class Column:
    """The values of one field; a slot without a value holds the type's least integer, or NaN."""

    __slots__ = ("_greatest", "_is_float", "_missing", "_values", "kind")

    def __init__(self, kind: NumberKind) -> None:
        self.kind = kind
        self._is_float = kind is NumberKind.FLOAT
        self._values: Values = np.empty(0, np.float64 if self._is_float else np.int8)
        self._missing: Number = math.nan if self._is_float else -128
        self._greatest = 127

    def dump(self, into: SnapshotWriter) -> None:
        """Write all that is needed to restore it."""
        into.array("values", self._values)

    def restore(self, source: SnapshotReader) -> None:
        """Become what was dumped."""
        self._values = source.array("values")
        if not self._is_float:
            limits = np.iinfo(self._values.dtype)
            self._missing, self._greatest = int(limits.min), int(limits.max)

    def load(self, ids: Ids, values: Values) -> None:
        """Set many at once; missing ones are `MISSING` or NaN."""
        if not len(ids):
            return
        self._reach(int(ids.max()))
        if self._is_float:
            self._values[ids] = values.astype(np.float64, copy=False)
            return
        wide = values.astype(np.int64, copy=False)
        present = wide != MISSING
        if present.any():
            self._hold(int(wide[present].min()), int(wide[present].max()))
        self._values[ids] = np.where(present, wide, self._missing).astype(self._values.dtype)

    def set(self, image_id: int, value: Number | None) -> Number | None:
        """None removes the value. Returns what it was before. Raises ValueError as `check` does."""
        if image_id >= len(self._values):
            self._reach(image_id)
        old: Number | None = self._values.item(image_id)
        if old == self._missing or old != old:  # noqa: PLR0124 — quicker than isnan
            old = None
        if value == old:
            return old
        if value is None:
            self._values[image_id] = self._missing
        elif self._fits(value):
            self._values[image_id] = value
        else:
            self.check(value)
            if not self._is_float:
                self._hold(int(value), int(value))
            self._values[image_id] = value
        return old

    def check(self, value: Number) -> None:
        """Raises ValueError for NaN and infinity, and for a fraction or more than 64 bits among integers."""
        if not self._fits(value) and (
            not math.isfinite(value)
            or not (self._is_float or (value == int(value) and MISSING < value < 2**63))
        ):
            raise ValueError(f"{value!r} does not fit a column of kind {self.kind.name}")

    def get(self, image_id: int) -> Number | None:
        """The value, or None."""
        if image_id >= len(self._values):
            return None
        value: Number = self._values.item(image_id)
        return None if value == self._missing or value != value else value  # noqa: PLR0124 — quicker than isnan

    def gather(self, ids: Ids) -> Values:
        """The raw values of these ids, which must have slots; see `present` for the missing ones."""
        return self._values[ids]

    def present(self, values: Values) -> NDArray[np.bool_]:
        """Which of the gathered values are values."""
        present: NDArray[np.bool_] = ~np.isnan(values) if self._is_float else values != self._missing
        return present

    def within(self, ids: Ids, lower: Number, upper: Number) -> Ids:
        """Those of the ids whose value lies in the closed interval."""
        clipped = self.clip(lower, upper)
        if clipped is None:
            return ids[:0]
        values = self._values[ids]
        low, high = clipped
        return ids[(values >= low) & (values <= high)]

    def clip(self, lower: Number, upper: Number) -> tuple[Number, Number] | None:
        """The part of a closed interval that the present type can hold; None when nothing is left."""
        if not self._is_float:
            lower, upper = max(lower, self._missing + 1), min(upper, self._greatest)
        return (lower, upper) if lower <= upper else None

    def successor(self, value: Number) -> Number:
        """The least value above."""
        return math.nextafter(value, math.inf) if self._is_float else int(value) + 1

    def predecessor(self, value: Number) -> Number:
        """The greatest value below."""
        return math.nextafter(value, -math.inf) if self._is_float else int(value) - 1

    def memory_bytes(self) -> int:
        """Bytes of the array."""
        return self._values.nbytes

    def reserve(self, image_id: int) -> None:
        """Make a slot, so that `gather` may ask for it."""
        self._reach(image_id)

    def _fits(self, value: Number) -> bool:
        """As a rule it does, and this is on the way of every update."""
        return type(value) is int and not self._is_float and self._missing < value <= self._greatest

    def _reach(self, image_id: int) -> None:
        if image_id < len(self._values):
            return
        size = min(max(image_id + 1, int(len(self._values) * _GROWTH)), MAX_IMAGE_ID + 1)
        grown = np.full(size, self._missing, self._values.dtype)
        grown[: len(self._values)] = self._values
        self._values = grown

    def _hold(self, least: int, greatest: int) -> None:
        """Widen until both fit; the least integer of each type is taken, it means "missing"."""
        if self._missing < least and greatest <= self._greatest:
            return
        for candidate in _INTEGERS:
            limits = np.iinfo(candidate)
            if (
                limits.min < least
                and greatest <= limits.max
                and candidate(0).itemsize > self._values.itemsize
            ):
                missing = self._values == self._missing
                self._values = self._values.astype(candidate)
                self._missing, self._greatest = int(limits.min), int(limits.max)
                self._values[missing] = self._missing
                return
