"""Pages in the order of a column, without sorting the whole result.

Of a narrow result the column is gathered and sorted as far as the page reaches; of a wide one only the
buckets that the page touches.
"""

from math import isqrt

import numpy as np
from numpy.typing import NDArray
from pyroaring import BitMap

from polybooru.search.index.bitmaps import Ids, ids_of
from polybooru.search.index.columns import Number, Values
from polybooru.search.index.found import Found
from polybooru.search.index.numbers import Numbers
from polybooru.search.index.orders import ByNumber, Position

NARROW = 5_000
DEPTH = 400
"""A deep page passes so many buckets that also a result of so many times the root of its end is narrow."""
FEW = 12
"""So few are sorted without arrays, which would cost more to make."""

SORTED_WHOLE = 512
"""So few are sorted sooner than parted."""

COUNTED_FROM = 1_000
"""A page that begins so deep counts what it passes over; one that begins sooner takes it out."""


def page(
    found: Found, numbers: Numbers, order: ByNumber, start: int, end: int, after: Position | None
) -> list[int]:
    """From place `start` to before `end`, counted from after the position."""
    if is_narrow(len(found), end):
        return by_value(found.bitmap(), numbers, start, end, descending=order.descending, after=after)
    return _by_bucket(found, numbers, start, end, descending=order.descending, after=after)


def is_narrow(images: int, end: int) -> bool:
    """Whether so many images are sorted for a page that ends there."""
    return images <= max(NARROW, DEPTH * isqrt(end))


def by_value(
    images: BitMap, numbers: Numbers, start: int, end: int, *, descending: bool, after: Position | None = None
) -> list[int]:
    """The page of a narrow set."""
    if len(images) <= FEW and after is None:
        return _few_by_value(images, numbers, descending=descending)[start:end]
    ids = ids_of(images)
    values = numbers.column.gather(ids)
    if numbers.is_whole and after is None:
        return ordered(ids, values, start, end, descending=descending)
    present = numbers.column.present(values)
    if after is not None:
        left = _left(ids, values, present, after, descending=descending)
        ids, values, present = ids[left], values[left], present[left]
    count = int(np.count_nonzero(present))
    if count == len(ids):
        return ordered(ids, values, start, end, descending=descending)
    page: list[int] = []
    if start < count:
        page = ordered(ids[present], values[present], start, end, descending=descending)
    if end > count:
        without = ids[~present]
        page += (without[::-1] if descending else without)[max(0, start - count) : end - count].tolist()
    return page


def ordered(ids: Ids, values: Values, start: int, end: int, *, descending: bool) -> list[int]:
    """From `start` to before `end` of the ascending ids by value and id; only what lies between is sorted."""
    end = min(end, len(ids))
    if start >= end:
        return []
    if len(ids) <= SORTED_WHOLE:
        whole = ids[values.argsort(kind="stable")]
        some: list[int] = (whole[::-1] if descending else whole)[start:end].tolist()
        return some
    first, last = (len(ids) - end, len(ids) - start - 1) if descending else (start, end - 1)
    parted = np.partition(values, (first, last))
    low, high = parted[first], parted[last]
    between = (values >= low) & (values <= high)
    below = int(np.count_nonzero(values < low))
    ids, values = ids[between], values[between]
    places = values.argsort(kind="stable")[first - below : last - below + 1]
    found: list[int] = ids[places[::-1] if descending else places].tolist()
    return found


def _few_by_value(images: BitMap, numbers: Numbers, *, descending: bool) -> list[int]:
    valued: list[tuple[Number, int]] = []
    without: list[int] = []
    for image_id in images:
        value = numbers.column.get(image_id)
        if value is None:
            without.append(image_id)
        else:
            valued.append((value, image_id))
    valued.sort(reverse=descending)
    if descending:
        without.reverse()
    return [image_id for _, image_id in valued] + without


def _left(
    ids: Ids, values: Values, present: NDArray[np.bool_], after: Position, *, descending: bool
) -> NDArray[np.bool_]:
    """Which of them come after the position."""
    later = ids < after.image_id if descending else ids > after.image_id
    if after.value is None:
        return ~present & later
    beyond = values < after.value if descending else values > after.value
    left: NDArray[np.bool_] = ~present | beyond | (values == after.value) & later
    return left


def _by_bucket(
    found: Found, numbers: Numbers, start: int, end: int, *, descending: bool, after: Position | None
) -> list[int]:
    page: list[int] = []
    buckets = numbers.buckets
    begin = None if after is None else after.value
    passes_all = after is not None and after.value is None  # only images without a value are left
    for bucket, is_single in () if passes_all else buckets.in_order(descending=descending, begin=begin):
        if start >= COUNTED_FROM and after is None:
            count = bucket.intersection_cardinality(found.bitmap())
            if start >= count:
                start, end = start - count, end - count
                continue
        part = found.among(bucket)
        if not part:
            continue
        if is_single and after is None:
            page += Found(part).ids(start, end, descending=descending)
            count = len(part)
        else:
            left = by_value(part, numbers, 0, len(part), descending=descending, after=after)
            page += left[start:end]
            count = len(left)
        after = None
        start, end = max(0, start - count), end - count
        if end <= 0:
            return page
    beyond = after.image_id if after is not None and passes_all else None
    return page + Found(found.among(buckets.missing)).ids(start, end, descending=descending, beyond=beyond)
