"""The leaves of a prepared query: each knows how it will find its images, and at what cost.

Prepared means that every name is looked up and every bitmap that is ready is at hand, but nothing has been
computed. `prepare` makes leaves from a tree, `branches` puts them together.
"""

from collections.abc import Callable, Iterator
from typing import Protocol, TypeAlias

from pyroaring import BitMap

from polybooru.search.index.bitmaps import EMPTY
from polybooru.search.index.columns import Number
from polybooru.search.index.costs import IMAGE_KEYS, bucketed, compared, gathered, joined, scanned, walked
from polybooru.search.index.numbers import Numbers
from polybooru.search.index.plan import How, Step
from polybooru.search.index.postings import Held, Postings, bitmap
from polybooru.search.index.sources import Names
from polybooru.search.language.patterns import edit_limit
from polybooru.search.language.tree import And, Fuzzy, Leaf, Or, Query, Wildcard

READY, MADE, SUBTRACTED, RANGED, OUTSIDE = range(5)
"""When `And` comes to a part: the lower the sooner."""

FUZZY_SHARE = 10
"""One name in so many is near a text at most, as a rule."""

Keep: TypeAlias = Callable[[BitMap, BitMap], BitMap]
"""Takes keys and their union, and gives back the union, kept from now on."""

Outside: TypeAlias = Callable[[Leaf], BitMap]
"""Answers a leaf on an `OutsideField`; ids that the index does not hold are ignored."""


class Node(Protocol):
    """A part of a prepared query."""

    @property
    def query(self) -> Query:
        """The part of the tree that it answers."""
        ...

    @property
    def size(self) -> int:
        """At most so many images match."""
        ...

    @property
    def rank(self) -> int:
        """When `And` comes to it."""
        ...

    def find(self, within: BitMap | None) -> BitMap:
        """Its images, of those in `within` where that is given. Not to be changed."""
        ...

    def cost(self, within: int | None) -> float:
        """What `find` is likely to take beside so many images, in microseconds."""
        ...

    def steps(self, within: int | None, depth: int) -> Iterator[Step]:
        """What `find` does, parts first."""
        ...


class LeafNode:
    """A node without parts: a subclass says how it finds its images and at what cost."""

    __slots__ = ("query", "size")

    def __init__(self, query: Query, size: int) -> None:
        self.query = query
        self.size = size

    def choose(self, within: int | None) -> tuple[How, float]:
        """The way it takes beside so many images, and what that costs."""
        raise NotImplementedError

    def cost(self, within: int | None) -> float:
        """See `Node`."""
        return self.choose(within)[1]

    def steps(self, within: int | None, depth: int) -> Iterator[Step]:
        """See `Node`."""
        how, cost = self.choose(within)
        images = self.size if within is None else min(self.size, within)
        yield Step(how=how, query=self.query, depth=depth, images=images, microseconds=cost)


class Ready(LeafNode):
    """Images that are there: a bitmap, or the sorted array of few."""

    __slots__ = ("_images",)
    rank = READY

    def __init__(self, query: Query, images: Held) -> None:
        super().__init__(query, len(images))
        self._images = images

    @classmethod
    def of(cls, part: tuple[Query, Held]) -> "Ready":
        """The node of a leaf and its images."""
        return cls(*part)

    def choose(self, within: int | None) -> tuple[How, float]:  # noqa: ARG002 — the same beside any
        """See `LeafNode`."""
        if not isinstance(self._images, BitMap):
            return How.ARRAY, 1.0 + 0.02 * self.size
        return How.KEPT if isinstance(self.query, Wildcard | Fuzzy | Or) else How.READY, 1.0

    def find(self, within: BitMap | None) -> BitMap:
        """See `Node`."""
        return _inside(bitmap(self._images), within)


class Union(LeafNode):
    """The images of several known keys."""

    __slots__ = ("_images", "_keep", "_keys", "_postings")
    rank = MADE

    def __init__(self, query: Query, images: BitMap, postings: Postings, keys: BitMap, keep: Keep) -> None:
        super().__init__(query, min(sum(map(postings.count, keys)), len(images)))
        self._images = images
        self._postings = postings
        self._keys = keys
        self._keep = keep

    def choose(self, within: int | None) -> tuple[How, float]:  # noqa: ARG002
        """See `LeafNode`."""
        everything = len(self._images)
        return How.UNION, 5.0 + sum(walked(self._postings.count(key), everything) for key in self._keys)

    def find(self, within: BitMap | None) -> BitMap:
        """See `Node`."""
        return _inside(self._keep(self._keys, self._postings.union(self._keys, self._images)), within)


class Pattern(LeafNode):
    """The images of the keys whose names match; which keys these are is not known before."""

    __slots__ = ("_images", "_keep", "_names", "_query")
    rank = MADE

    def __init__(self, query: Wildcard | Fuzzy, images: BitMap, names: Names, keep: Keep) -> None:
        super().__init__(query, len(images))
        self._query = query
        self._images = images
        self._names = names
        self._keep = keep

    def choose(self, within: int | None) -> tuple[How, float]:
        """See `LeafNode`."""
        match self._query:
            case Wildcard(_, pattern):
                names, matches, pairs = self._names.expect(pattern)
                scan = scanned(names, matches)
            case Fuzzy(_, text, fuzz):
                names, matches, pairs = self._names.expect(None)
                matches, pairs = matches // FUZZY_SHARE, pairs // FUZZY_SHARE
                limit = edit_limit(text, fuzz)
                close = self._names.vocabulary.table.of_length(len(text) - limit, len(text) + limit)
                scan = scanned(names, matches) + compared(close, len(text) * (2 * limit + 1))
        if self._looks_up(within, matches):
            return How.KEYS, scan + 0.05 * matches + (within or 0) * IMAGE_KEYS
        return How.PATTERN, scan + joined(matches, pairs, len(self._images))

    def find(self, within: BitMap | None) -> BitMap:
        """See `Node`."""
        vocabulary, postings = self._names.vocabulary, self._names.postings
        match self._query:
            case Wildcard(_, pattern):
                keys = vocabulary.keys_matching(pattern)
            case Fuzzy(_, text, fuzz):
                keys = vocabulary.keys_near(text, edit_limit(text, fuzz))
        if within is not None and self._looks_up(len(within), len(keys)):
            return postings.having(keys, within)
        return _inside(self._keep(keys, postings.union(keys, self._images)), within)

    @staticmethod
    def _looks_up(within: int | None, keys: int) -> bool:
        """Whether the keys of each image are asked, rather than the images of each key."""
        return within is not None and within * IMAGE_KEYS < 0.3 * keys


class Between(LeafNode):
    """The images with a value in a closed interval."""

    __slots__ = ("_images", "lower", "numbers", "upper")
    rank = RANGED

    def __init__(self, query: Query, images: BitMap, numbers: Numbers, lower: Number, upper: Number) -> None:
        super().__init__(query, len(images))
        self._images = images
        self.numbers = numbers
        self.lower, self.upper = lower, upper

    def narrowed(self, other: "Between") -> "Between":
        """What is in this and another interval of the same column."""
        queries = [*_both(self.query), *_both(other.query)]
        lower, upper = max(self.lower, other.lower), min(self.upper, other.upper)
        return Between(And(tuple(queries)), self._images, self.numbers, lower, upper)

    def choose(self, within: int | None) -> tuple[How, float]:
        """See `LeafNode`."""
        numbers, everything = self.numbers, len(self._images)
        if numbers.keeps(self.lower, self.upper):
            return How.KEPT, 1.0
        if numbers.gathers(within):
            return How.GATHER, gathered(within or 0)
        return How.BUCKETS, bucketed(numbers.buckets.touched(self.lower, self.upper), everything)

    def find(self, within: BitMap | None) -> BitMap:
        """See `Node`."""
        return self.numbers.select(self.lower, self.upper, within)


class IdsBetween(LeafNode):
    """The images with an id in a closed interval."""

    __slots__ = ("_images", "_lower", "_upper")
    rank = MADE

    def __init__(self, query: Query, images: BitMap, lower: Number, upper: Number) -> None:
        self._images = images
        self._lower = int(max(lower, images.min())) if images else 1
        self._upper = int(min(upper, images.max())) if images else 0
        super().__init__(query, max(0, self._upper - self._lower + 1))

    def choose(self, within: int | None) -> tuple[How, float]:  # noqa: ARG002
        """See `LeafNode`."""
        return How.IDS, 2.0 + walked(self.size, len(self._images))

    def find(self, within: BitMap | None) -> BitMap:
        """See `Node`."""
        if self._lower > self._upper:
            return EMPTY
        return BitMap(range(self._lower, self._upper + 1)) & (self._images if within is None else within)


class Asked(LeafNode):
    """Answered by whoever searches."""

    __slots__ = ("_images", "_leaf", "_outside")
    rank = OUTSIDE

    def __init__(self, query: Leaf, images: BitMap, outside: Outside) -> None:
        super().__init__(query, len(images))
        self._leaf = query
        self._images = images
        self._outside = outside

    def choose(self, within: int | None) -> tuple[How, float]:  # noqa: ARG002
        """See `LeafNode`. What the answer itself costs is not known here."""
        return How.OUTSIDE, walked(self.size, len(self._images))

    def find(self, within: BitMap | None) -> BitMap:
        """See `Node`."""
        return _inside(self._outside(self._leaf) & self._images, within)


def _both(query: Query) -> tuple[Query, ...]:
    return query.children if isinstance(query, And) else (query,)


def _inside(images: BitMap, within: BitMap | None) -> BitMap:
    return images if within is None else images & within
