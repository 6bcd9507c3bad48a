"""What a search will do, as a value to be shown: its steps in the order in which they are taken.

Made by the same objects that then take them (`steps`, `branches`).
"""

from dataclasses import dataclass
from enum import Enum

from polybooru.search.language.tree import Query


class How(Enum):
    """By what means a step finds its images."""

    READY = "ready bitmap"
    ARRAY = "array of few images"
    KEPT = "kept union"
    UNION = "union of postings"
    PATTERN = "names that match, then their union"
    KEYS = "keys of each image"
    GATHER = "values of each image"
    BUCKETS = "buckets of values"
    IDS = "run of ids"
    OUTSIDE = "answered outside"
    INTERSECT = "intersect"
    JOIN = "join"
    SUBTRACT = "subtract"
    SLICE = "slice of the result"
    SORT = "sort the result"
    SHUFFLE = "walk the shuffle"
    GALLERY = "follow the gallery"
    SCORE = "classes of equal score"


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One step; those it is made of come before it, one deeper.

    query: the part of the tree that it answers; None for the order.
    images: at most so many come out of it.
    microseconds: without the steps it is made of.
    """

    how: How
    query: Query | None
    depth: int
    images: int
    microseconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """The steps of a search, and what they are likely to cost together."""

    steps: tuple[Step, ...]
    microseconds: float
