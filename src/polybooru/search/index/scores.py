"""Relevance: which positive leaves of a query each found image matches, as classes of equal score.

Most queries have few leaves that some of the results match and others do not, and so few classes; they are
made by splitting bitmaps, and pages come out of them by id. Where there are too many classes, each image gets
a number.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import assert_never

import numpy as np
from pyroaring import BitMap

from polybooru.search.index.bitmaps import ids_of
from polybooru.search.index.by_number import ordered
from polybooru.search.index.costs import most_classes
from polybooru.search.index.found import Found
from polybooru.search.index.orders import ByScore, Position
from polybooru.search.language.tree import (
    And,
    Boost,
    Equals,
    Everything,
    Fuzzy,
    InGallery,
    Leaf,
    Not,
    Nothing,
    Or,
    Phrase,
    Query,
    Range,
    Wildcard,
)

MILLIONTHS = 10**6
_HEAVIEST = 2**42  # so that 2,000 leaves stay exact in a float

Weighed = tuple[Leaf, int]
"""A positive leaf and what it counts, in millionths."""


def weighed(query: Query, factor: Decimal = Decimal(1)) -> Iterator[Weighed]:
    """The positive leaves, with the product of the boosts around each."""
    match query:
        case Boost(written, child):
            yield from weighed(child, factor * Decimal(written))
        case And(children) | Or(children):
            for child in children:
                yield from weighed(child, factor)
        case Not():
            pass
        case Nothing() | Everything() | Equals() | Range() | Wildcard() | Fuzzy() | Phrase() | InGallery():
            yield query, int(min(factor * MILLIONTHS, Decimal(_HEAVIEST)))
        case _:
            assert_never(query)


@dataclass(frozen=True, slots=True)
class Scored:
    """What a positive leaf matches, and what it counts."""

    images: BitMap
    weight: int


def page(
    found: Found, leaves: Sequence[Scored], order: ByScore, start: int, end: int, after: Position | None
) -> list[int]:
    """From place `start` to before `end`, counted from after the position."""
    images = found.bitmap()
    classes, most = {0: images}, most_classes(len(leaves))
    for place, leaf in enumerate(leaves):
        if leaf.weight:
            classes = _split(classes, leaf)
        if len(classes) > most:
            return _singly(classes, leaves[place + 1 :], order, start, end, after)
    page: list[int] = []
    for value in sorted(classes, reverse=order.descending):
        beyond = None
        if after is not None and after.value is not None:
            if value > after.value if order.descending else value < after.value:
                continue
            beyond = after.image_id if value == after.value else None
        part = Found(classes[value])
        page += part.ids(start, end, descending=order.descending, beyond=beyond)
        start, end = _passed(part, start, end, beyond, descending=order.descending)
        if end <= 0:
            break
    return page


def _passed(part: Found, start: int, end: int, beyond: int | None, *, descending: bool) -> tuple[int, int]:
    count = len(part)
    if beyond is not None:
        upto = part.base.rank(beyond)
        count = upto - (beyond in part.base) if descending else count - upto
    return max(0, start - count), end - count


def _split(classes: dict[int, BitMap], leaf: Scored) -> dict[int, BitMap]:
    split: dict[int, list[BitMap]] = {}
    for score, images in classes.items():
        matched = images & leaf.images
        if matched:
            split.setdefault(score + leaf.weight, []).append(matched)
        if len(matched) < len(images):
            split.setdefault(score, []).append(images - matched)
    return {score: parts[0] if len(parts) == 1 else BitMap.union(*parts) for score, parts in split.items()}


def _singly(
    classes: dict[int, BitMap],
    leaves: Sequence[Scored],
    order: ByScore,
    start: int,
    end: int,
    after: Position | None,
) -> list[int]:
    images = BitMap.union(*classes.values())
    ids = ids_of(images)
    places = np.empty(int(ids[-1]) + 1, np.int32)  # of images alone: elsewhere it is never read
    places[ids] = np.arange(len(ids), dtype=np.int32)
    scores = np.zeros(len(ids), np.int64)
    begun = [Scored(members, score) for score, members in classes.items()]
    for leaf in (*begun, *leaves):
        scores[places[ids_of(images & leaf.images)]] += leaf.weight
    if after is not None and after.value is not None:
        later = ids < after.image_id if order.descending else ids > after.image_id
        beyond = scores < after.value if order.descending else scores > after.value
        left = beyond | (scores == after.value) & later
        ids, scores = ids[left], scores[left]
    return ordered(ids, scores, start, end, descending=order.descending)
