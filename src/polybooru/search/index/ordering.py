"""One page of a result in a wanted order, without sorting the whole result.

Narrow results are sorted as far as the page reaches; of wide ones only the buckets that the page touches,
or, at random, only as much of the shuffle as the page needs.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias, assert_never

import numpy as np
from numpy.typing import NDArray
from pyroaring import BitMap

from polybooru.search.index.bitmaps import Ids, bitmap_of, ids_of
from polybooru.search.index.columns import Values
from polybooru.search.index.errors import UnknownName
from polybooru.search.index.numbers import Numbers
from polybooru.search.index.permutation import Permutation

NARROW = 20_000
_LARGEST_BLOCK = 65_536
_WALK = 1_024


@dataclass(frozen=True, slots=True)
class ById:
    """By image id."""

    descending: bool = True


@dataclass(frozen=True, slots=True)
class ByNumber:
    """By a column, then by id, both in one direction; images without a value come last in either."""

    column: str
    descending: bool = True


@dataclass(frozen=True, slots=True)
class AtRandom:
    """A shuffle that a seed (any integer) repeats until the highest id passes the next power of two."""

    seed: int


Order: TypeAlias = ById | ByNumber | AtRandom


def page(result: BitMap, order: Order, numbers: Mapping[str, Numbers], offset: int, limit: int) -> list[int]:
    """At most `limit` ids from `offset` on. Raises UnknownName for a column, ValueError below zero."""
    if offset < 0 or limit < 0:
        raise ValueError("a page begins at 0 or later and has 0 or more images")
    if offset >= len(result) or limit == 0:
        return []
    end = min(offset + limit, len(result))
    match order:
        case ById(descending):
            return _by_id(result, offset, end, descending=descending)
        case ByNumber(column, descending):
            if column not in numbers:
                raise UnknownName(f"the shape has no column {column!r}")
            if len(result) <= NARROW:
                return _by_value(result, numbers[column], offset, end, descending=descending)
            return _by_bucket(result, numbers[column], offset, end, descending=descending)
        case AtRandom(seed):
            return _at_random(result, seed, offset, end)
        case _:
            assert_never(order)


def _by_id(result: BitMap, start: int, end: int, *, descending: bool) -> list[int]:
    if not descending:
        return result[start:end].to_array().tolist()
    size = len(result)
    found: list[int] = result[size - end : size - start].to_array().tolist()
    found.reverse()
    return found


def _by_value(result: BitMap, numbers: Numbers, start: int, end: int, *, descending: bool) -> list[int]:
    ids = ids_of(result)
    values = numbers.column.gather(ids)
    present = numbers.column.present(values)
    count = int(np.count_nonzero(present))
    if count == len(ids):
        return _sorted(ids, values, start, end, descending=descending)
    page: list[int] = []
    if start < count:
        page = _sorted(ids[present], values[present], start, min(end, count), descending=descending)
    if end > count:
        without = ids[~present]
        page += (without[::-1] if descending else without)[max(0, start - count) : end - count].tolist()
    return page


def _sorted(ids: Ids, values: Values, start: int, end: int, *, descending: bool) -> list[int]:
    """From `start` to `end` of the ascending ids by value and id; only what lies between is sorted."""
    first, last = (len(ids) - end, len(ids) - start - 1) if descending else (start, end - 1)
    parted = np.partition(values, (first, last))
    low, high = parted[first], parted[last]
    between = (values >= low) & (values <= high)
    below = int(np.count_nonzero(values < low))
    ids, values = ids[between], values[between]
    places = np.argsort(values, kind="stable")[first - below : last - below + 1]
    found: list[int] = ids[places[::-1] if descending else places].tolist()
    return found


def _by_bucket(result: BitMap, numbers: Numbers, start: int, end: int, *, descending: bool) -> list[int]:
    page: list[int] = []
    buckets = numbers.buckets
    for bucket, is_single in buckets.in_order(descending=descending):
        count = bucket.intersection_cardinality(result)
        if start < count:
            part = bucket & result
            if is_single:
                page += _by_id(part, start, min(end, count), descending=descending)
            else:
                page += _by_value(part, numbers, start, min(end, count), descending=descending)
        start, end = max(0, start - count), end - count
        if end <= 0:
            return page
    return page + _by_id(buckets.missing & result, start, end, descending=descending)


def _at_random(result: BitMap, seed: int, start: int, end: int) -> list[int]:
    shuffle = Permutation(seed, result.max().bit_length())
    steps = 2 * end * shuffle.size // len(result)  # of the walk that is likely to meet `end` members
    if len(result) <= steps:
        ids = ids_of(result)
        return _sorted(ids, shuffle.positions(ids), start, end, descending=False)
    page: list[int] = []
    at = 0
    while end > 0 and at < shuffle.size:
        block = np.arange(at, min(at + max(_WALK // 4, min(steps, _LARGEST_BLOCK)), shuffle.size))
        at += len(block)
        found = _shuffled(result, shuffle, block)
        page += found[start:end]
        start, end = max(0, start - len(found)), end - len(found)
    return page


def _shuffled(result: BitMap, shuffle: Permutation, positions: NDArray[np.int64]) -> list[int]:
    """The members of the result at these positions, in their order."""
    ids = shuffle.ids(positions)
    if len(ids) <= _WALK:
        return [image_id for image_id in ids.tolist() if image_id in result]
    ids.sort()
    members = ids_of(bitmap_of(ids) & result)
    found: list[int] = members[np.argsort(shuffle.positions(members))].tolist()
    return found
