"""A column with its order: filtered value by value beside few ids, bucket by bucket across the library."""

from collections import OrderedDict

from pyroaring import BitMap

from polybooru.search.index.bitmaps import Ids, bitmap_of, ids_of, memory_of
from polybooru.search.index.buckets import Buckets
from polybooru.search.index.columns import Column, Number, Values
from polybooru.search.index.shape import NumberKind
from polybooru.search.index.snapshot import SnapshotReader, SnapshotWriter

GATHER_BELOW, GATHER_SHARE = 5_000, 50
"""Beside fewer ids than this, or than one image of so many, looking at values beats joining buckets."""

MOST_KEPT = 4
"""Wide ranges kept for each column, and corrected at every change: the same few are asked again and again."""


class Numbers:
    """The values of one field. `images` is the set of all images, shared and kept by the owner."""

    __slots__ = ("_buckets", "_images", "_kept", "column")

    def __init__(self, kind: NumberKind, images: BitMap) -> None:
        self.column = Column(kind)
        self._images = images
        self._buckets: Buckets | None = None
        self._kept: OrderedDict[tuple[Number, Number], BitMap] = OrderedDict()

    def dump(self, into: SnapshotWriter) -> None:
        """Write values and order; the order is made if it is not there."""
        self.column.dump(into)
        self.buckets.dump(into)

    def restore(self, source: SnapshotReader) -> None:
        """Become what was dumped."""
        self.column.restore(source)
        self._buckets = Buckets.restored(self.column, source)

    def load(self, ids: Ids, values: Values | None) -> None:
        """Set many, or make room for ids without values; the order is made again at its next use."""
        if values is None:
            self.column.reserve(int(ids.max()))
        else:
            self.column.load(ids, values)
        self._buckets = None
        self._kept.clear()

    def set(self, image_id: int, value: Number | None) -> bool:
        """Set or (None) remove the value of an image; whether it was another before.

        Raises ValueError when it does not fit the kind.
        """
        old = self.column.set(image_id, value)
        if value is not None and value == old:
            return False
        if self._buckets is not None:
            self._buckets.move(image_id, old, value, len(self._images))
        for (lower, upper), images in self._kept.items():
            if value is not None and lower <= value <= upper:
                images.add(image_id)
            else:
                images.discard(image_id)
        return True

    def forget(self, image_id: int) -> None:
        """The image has gone."""
        old = self.column.set(image_id, None)
        if self._buckets is not None:
            self._buckets.forget(image_id, old)
        for images in self._kept.values():
            images.discard(image_id)

    @property
    def buckets(self) -> Buckets:
        """The order of all images; made at the first use after a bulk load, 0.1 s a million."""
        if self._buckets is None:
            self._buckets = Buckets.of(self.column, self._images)
        return self._buckets

    @property
    def is_whole(self) -> bool:
        """Whether it is known that every image has a value."""
        return self._buckets is not None and not self._buckets.missing

    def gathers(self, within: int | None) -> bool:
        """Whether `select` looks at single values beside so many images."""
        return within is not None and within < max(GATHER_BELOW, len(self._images) // GATHER_SHARE)

    def keeps(self, lower: Number, upper: Number) -> bool:
        """Whether this interval has been asked lately."""
        return (lower, upper) in self._kept

    def select(self, lower: Number, upper: Number, within: BitMap | None) -> BitMap:
        """Images in the closed interval, of those in `within` where that is given. Not to be changed."""
        if lower > upper:
            return BitMap()
        kept = self._kept.get((lower, upper))
        if kept is not None:
            self._kept.move_to_end((lower, upper))
        elif within is not None and self.gathers(len(within)):
            return bitmap_of(self.column.within(ids_of(within), lower, upper))
        else:
            kept = self._kept[lower, upper] = self.buckets.within(lower, upper, self._images)
            if len(self._kept) > MOST_KEPT:
                self._kept.popitem(last=False)
        return kept if within is None else kept & within

    def memory_bytes(self) -> int:
        """Bytes of values and buckets."""
        kept = sum(map(memory_of, self._kept.values()))
        buckets = self._buckets.memory_bytes() if self._buckets is not None else 0
        return self.column.memory_bytes() + buckets + kept
