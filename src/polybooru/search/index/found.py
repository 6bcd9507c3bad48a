"""What a search found, not taken apart until somebody has to: some images without some others.

Most searches end by leaving out what the caller may not or does not want to see, a few images or a fifth of
the library. To copy what is left would cost more than everything before it, for the sake of 25 ids and a
number.
"""

from collections.abc import Iterable, Iterator
from itertools import filterfalse, islice

from pyroaring import BitMap

from polybooru.search.index.bitmaps import EMPTY

NEAR = 1_024
"""So far from its ends a set is looked at piece by piece rather than copied."""


class Found:
    """The images of `base` that are not in `without`; neither is changed, both may belong to the index."""

    __slots__ = ("_total", "base", "without")

    def __init__(self, base: BitMap, without: BitMap = EMPTY) -> None:
        left_out = base.intersection_cardinality(without) if without else 0
        self.base = base
        self.without = without if left_out else EMPTY
        self._total = len(base) - left_out

    def __len__(self) -> int:
        """How many."""
        return self._total

    def __contains__(self, image_id: int) -> bool:
        return image_id in self.base and image_id not in self.without

    def bitmap(self) -> BitMap:
        """As one set; not to be changed."""
        if self.without:
            self.base = self.base - self.without
            self.without = EMPTY
        return self.base

    def among(self, images: BitMap) -> BitMap:
        """Those of a few images; a fresh bitmap."""
        found = images & self.base
        if self.without:
            found -= self.without
        return found

    def first(self, ids: Iterable[int], count: int) -> list[int]:
        """Of ids in an order of their own the first so many that are members; asks no further."""
        members: Iterator[int] = filter(self.base.__contains__, ids)
        if self.without:
            members = filterfalse(self.without.__contains__, members)
        return list(islice(members, count))

    def ids(self, start: int, end: int, *, descending: bool, beyond: int | None = None) -> list[int]:
        """From the place `start` to before `end` in order of id.

        beyond: count from after this id, which need not be a member.
        """
        if self.without and end > NEAR:
            self.bitmap()
        base, without = self.base, self.without
        first, last = 0, len(base)
        if beyond is not None and descending:
            last = _rank(base, beyond - 1)
        elif beyond is not None:
            first = _rank(base, beyond)
        if not without:
            return _run(base, first, last, start, end, descending=descending)
        reach = end + 8
        while True:
            run = _run(base, first, last, 0, reach, descending=descending)
            left = [image_id for image_id in run if image_id not in without]
            if len(left) >= end or reach >= last - first:
                return left[start:end]
            reach *= 4


def _run(images: BitMap, first: int, last: int, start: int, end: int, *, descending: bool) -> list[int]:
    """Of the members from place `first` to `last` those from `start` to `end`, counted from one end."""
    if descending:
        first, last = max(first, last - end), last - start
    else:
        first, last = first + start, min(last, first + end)
    if first >= last:
        return []
    # Twice as fast as a slice for a page.
    run = list(islice(images.iter_equal_or_larger(images[first]), last - first))
    if descending:
        run.reverse()
    return run


def _rank(images: BitMap, image_id: int) -> int:
    """How many members are not above this id."""
    return images.rank(image_id) if image_id >= 0 else 0
