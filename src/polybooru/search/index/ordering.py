"""One page of a result in a wanted order, without sorting the whole result.

Wide results by number: `by_number`; by relevance: `scores`; at random: as much of `shuffle` as the page
needs.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import assert_never

import numpy as np
from msgspec import Struct
from pyroaring import BitMap

from polybooru.search.index import by_number, scores
from polybooru.search.index.bitmaps import Ids, bitmap_of, ids_of
from polybooru.search.index.by_number import FEW, ordered
from polybooru.search.index.costs import gathered, split, walked
from polybooru.search.index.errors import UnknownName
from polybooru.search.index.found import NEAR, Found
from polybooru.search.index.numbers import Numbers
from polybooru.search.index.orders import AtRandom, ByGallery, ById, ByNumber, ByScore, Order, Position
from polybooru.search.index.plan import How
from polybooru.search.index.scores import Scored
from polybooru.search.index.shuffle import ROUNDS, Places, Shuffle, chunks_of, round_of

_LARGEST_BLOCK = 65_536
_SMALLEST_BLOCK = 256
ASKED_SINGLY = 1_024
PASSED_BUCKETS = 320
"""So many buckets a column has, about."""


class Page(
    Struct, frozen=True, kw_only=True, gc=False
):  # made for every search, a tenth of a dataclass's time
    """Some ids in the order that was asked for, and the exact number of all that match.

    last: where the last of them stands; None when there are none, and unless it was asked for.
    """

    ids: list[int]
    total: int
    last: Position | None = None


def page(
    found: Found,
    order: Order,
    numbers: Mapping[str, Numbers],
    start: int,
    end: int,
    after: Position | None,
    leaves: Callable[[], Sequence[Scored]],
) -> list[int]:
    """From place `start` to before `end`, counted from after the position, where one is given.

    leaves: what the leaves of the query match, asked only for the order by score.
    Raises UnknownName for a column.
    """
    match order:
        case ById(descending):
            beyond = None if after is None else after.image_id
            return found.ids(start, end, descending=descending, beyond=beyond)
        case ByNumber(column):
            return by_number.page(found, _column(numbers, column), order, start, end, after)
        case AtRandom(seed):
            return _at_random(found, Shuffle(seed), start, end, after)
        case ByScore():
            return scores.page(found, leaves(), order, start, end, after)
        case ByGallery():
            return _by_gallery(found, order, start, end, after)
        case _:
            assert_never(order)


def position(
    image_id: int,
    order: Order,
    numbers: Mapping[str, Numbers],
    leaves: Callable[[], Sequence[Scored]],
) -> Position:
    """Where an image of the result stands in the order."""
    match order:
        case ById():
            return Position(image_id)
        case ByNumber(column):
            return Position(image_id, _column(numbers, column).column.get(image_id))
        case AtRandom(seed):
            return Position(image_id, Shuffle(seed).place(image_id))
        case ByScore():
            return Position(image_id, sum(leaf.weight for leaf in leaves() if image_id in leaf.images))
        case ByGallery():
            return Position(image_id, order.placed().get(image_id))
        case _:
            assert_never(order)


def effort(
    order: Order, images: int, everything: int, end: int, leaves: Sequence[tuple[int, int]]
) -> tuple[How, float]:
    """How a page that ends at place `end` is made of so many images, and what it costs, in microseconds.

    leaves: of the order by score: how many images each finds at most, and its weight.
    """
    match order:
        case ById():
            return How.SLICE, 4.0 + (walked(images, everything) if end > NEAR else 0.0)
        case ByNumber():
            if by_number.is_narrow(images, end):
                return How.SORT, 20.0 + gathered(images)
            passed = min(1.0, end / images) * PASSED_BUCKETS
            return How.BUCKETS, 250.0 + walked(images, everything) + passed * walked(1, everything) * 5
        case AtRandom():
            steps = 2 * end * everything // max(1, images)
            return How.SHUFFLE, 100.0 + min(0.03 * images, 0.1 * steps)
        case ByScore():
            sizes, weights = [size for size, _ in leaves], {weight for _, weight in leaves}
            return How.SCORE, 10.0 + split(sizes, len(weights), images, everything)
        case ByGallery(ids):
            return How.GALLERY, 10.0 + 0.5 * len(ids) + walked(images, everything)
        case _:
            assert_never(order)


def _column(numbers: Mapping[str, Numbers], name: str) -> Numbers:
    try:
        return numbers[name]
    except KeyError:
        raise UnknownName(f"the shape has no column {name!r}") from None


def _by_gallery(found: Found, order: ByGallery, start: int, end: int, after: Position | None) -> list[int]:
    places = order.placed()
    gallery = BitMap(places)
    rest = Found(found.bitmap(), gallery)
    if after is not None and after.value is None:
        return rest.ids(start, end, descending=True, beyond=after.image_id)
    inside = found.among(gallery)
    members = [image_id for image_id in places if image_id in inside]
    if order.descending:
        members.reverse()
    if after is not None and after.value is not None:
        reached = after.value
        members = [i for i in members if (places[i] < reached if order.descending else places[i] > reached)]
    page = members[start:end]
    if end <= len(members):
        return page
    return page + rest.ids(max(0, start - len(members)), end - len(members), descending=True)


def _at_random(found: Found, shuffle: Shuffle, start: int, end: int, after: Position | None) -> list[int]:
    begin = -1 if after is None or after.value is None else int(after.value)
    if len(found) <= FEW:
        few = sorted((shuffle.place(image_id), image_id) for image_id in found.bitmap())
        return [image_id for place, image_id in few if place > begin][start:end]
    chunks = chunks_of(found.base.max())
    steps = 2 * end * chunks * ROUNDS // len(found)  # of the walk that is likely to meet `end` members
    if len(found) <= steps:
        ids = ids_of(found.bitmap())
        places = shuffle.places(ids)
        if begin >= 0:
            left = places > begin
            ids, places = ids[left], places[left]
        return ordered(ids, places, start, end, descending=False)
    page: list[int] = []
    at = max(0, round_of(begin)) if begin >= 0 else 0
    block = max(1, max(_SMALLEST_BLOCK, min(steps, _LARGEST_BLOCK)) // chunks)
    while end > 0 and at < ROUNDS:
        some = _met(found, shuffle, shuffle.rounds(at, min(at + block, ROUNDS), chunks), begin, end)
        at += block
        page += some[start:end]
        start, end = max(0, start - len(some)), end - len(some)
    return page


def _met(found: Found, shuffle: Shuffle, walked: tuple[Ids, Places], begin: int, end: int) -> list[int]:
    """Those that are in the result, in the order of their places, from after a place; at least `end`."""
    ids, places = walked
    are_many = len(ids) > ASKED_SINGLY
    if are_many:
        ids = ids_of(found.among(bitmap_of(np.sort(ids))))
        places = shuffle.places(ids)
    if begin >= 0:
        left = places > begin
        ids, places = ids[left], places[left]
    in_order: list[int] = ids[places.argsort()].tolist()
    return in_order if are_many else found.first(in_order, end)
