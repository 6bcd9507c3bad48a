"""A query tree against the tables: the set of images that it matches.

The work is done by `Evaluation._near(query, within)`, whose answer need only be right *inside* `within`: a
single tag is then its own bitmap, untouched, and a range beside few images looks at those images alone.
`And` makes the most of it: ready bitmaps first, smallest first, then what has to be put together, then the
subtractions, then the ranges, and what is answered outside last of all; each step sees only what the
earlier ones left.

Bitmaps that come out may belong to the index: whoever keeps or changes one copies it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias, assert_never

from pyroaring import BitMap

from polybooru.search.index.bitmaps import EMPTY
from polybooru.search.index.errors import UnknownName, UnsupportedLeaf
from polybooru.search.index.intervals import Interval, interval, point
from polybooru.search.index.kept import KeptUnions
from polybooru.search.index.numbers import Numbers
from polybooru.search.index.shape import NumberKind
from polybooru.search.index.sources import Elsewhere, Flag, ImageIds, Keys, Names, Source
from polybooru.search.language.patterns import edit_limit
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

Outside: TypeAlias = Callable[[Leaf], BitMap]
"""Answers a leaf on an `OutsideField`; ids that the index does not hold are ignored."""

KEEP_FROM = 8
"""An `Or` of so many names or keys of one postings is worth keeping."""

_READY, _MADE, _SUBTRACTED, _RANGE, _OUTSIDE = range(5)


@dataclass(slots=True, kw_only=True)  # one a search: a frozen one takes 2 µs to make, a tenth of the search
class Evaluation:
    """One reading of the tables; `now` is what `Ago` counts back from."""

    images: BitMap
    sources: Mapping[str, Source]
    gallery: Keys | None
    kept_patterns: KeptUnions
    kept_lists: KeptUnions
    now: datetime
    outside: Outside

    def select(self, query: Query, within: BitMap | None = None) -> BitMap:
        """The images that match, of those in `within`. Raises UnknownName, UnsupportedLeaf."""
        found = self._near(query, within)
        return found if within is None else found & within

    def _near(self, query: Query, within: BitMap | None) -> BitMap:
        match query:
            case Equals() | InGallery():
                ready = self._ready(query)
                return self._leaf(query, within) if ready is None else ready
            case And(children):
                return self._and(children, within)
            case Not(child):
                return (self.images if within is None else within) - self._near(child, within)
            case Or(children):
                return self._or(query, children, within)
            case Boost(_, child):
                return self._near(child, within)
            case Everything():
                return self.images
            case Nothing():
                return EMPTY
            case Range() | Wildcard() | Fuzzy() | Phrase():
                return self._leaf(query, within)
            case _:
                assert_never(query)

    def _and(self, children: tuple[Query, ...], within: BitMap | None) -> BitMap:
        ready: list[BitMap] = []
        later: list[tuple[int, Query]] = []
        for child in children:
            bitmap = self._ready(child)
            if bitmap is None:
                later.append((self._rank(child), child))
            else:
                ready.append(bitmap)
        ready.sort(key=len)
        left = within
        for bitmap in ready:
            left = bitmap if left is None else left & bitmap
            if not left:
                return EMPTY
        later.sort(key=_first)
        for _, child in later:
            if isinstance(child, Not):
                left = (self.images if left is None else left) - self._near(child.child, left)
            else:
                found = self._near(child, left)
                left = found if left is None else left & found
            if not left:
                return EMPTY
        return self.images if left is None else left

    def _or(self, query: Or, children: tuple[Query, ...], within: BitMap | None) -> BitMap:
        if len(children) >= KEEP_FROM:
            kept = self._kept_or(query, children)
            if kept is not None:
                return kept
        found = [self._near(child, within) for child in children]
        if within is not None and sum(map(len, found)) > 4 * len(within):
            found = [bitmap & within for bitmap in found]
        return BitMap.union(EMPTY, *found)

    def _kept_or(self, query: Or, children: tuple[Query, ...]) -> BitMap | None:
        """The kept union, when all children are values of one field that has postings."""
        found = self.kept_lists.find(id(query))
        if found is not None:
            return found
        leaves = [child for child in children if isinstance(child, Equals)]
        field = leaves[0].field if leaves else ""
        if len(leaves) < len(children) or any(leaf.field != field for leaf in leaves):
            return None
        match self._source(field):
            case Keys(postings):
                keys = BitMap(
                    [leaf.value for leaf in leaves if isinstance(leaf.value, int) and _is_key(leaf.value)]
                )
                return self.kept_lists.keep(id(query), query, postings, None, keys)
            case Names(postings, vocabulary):
                names = [leaf.value for leaf in leaves if isinstance(leaf.value, str)]
                keys = BitMap([key for name in names for key in vocabulary.keys(name)])
                return self.kept_lists.keep(id(query), query, postings, vocabulary, keys)
            case _:
                return None

    def _ready(self, query: Query) -> BitMap | None:
        """The bitmap of a leaf that the index has as it stands."""
        match query:
            case Equals(field, value):
                match self._source(field):
                    case Names(postings, vocabulary):
                        keys = vocabulary.keys(value) if isinstance(value, str) else ()
                        return postings.images(keys[0]) if len(keys) == 1 else postings.union(BitMap(keys))
                    case Keys(postings):
                        return postings.images(value) if isinstance(value, int) else EMPTY
                    case Flag(images) if value is True:
                        return images
                    case _:
                        return None
            case InGallery(gallery_id):
                if self.gallery is None:
                    raise UnknownName("the shape names no postings for galleries")
                return self.gallery.postings.images(gallery_id)
            case Boost(_, child):
                return self._ready(child)
            case Everything():
                return self.images
            case Nothing():
                return EMPTY
            case _:
                return None

    def _rank(self, query: Query) -> int:
        """When `And` comes to a child that is not ready: the lower the sooner."""
        match query:
            case Not(child):
                return max(_SUBTRACTED, self._rank(child))
            case Boost(_, child):
                return self._rank(child)
            case And(children) | Or(children):
                return max(self._rank(child) for child in children)
            case Equals(field) | Range(field) | Phrase(field) | Wildcard(field) | Fuzzy(field):
                return _RANKS.get(type(self._source(field)), _MADE)
            case _:
                return _READY

    def _leaf(
        self, query: Equals | Range | Wildcard | Fuzzy | Phrase | InGallery, within: BitMap | None
    ) -> BitMap:
        assert not isinstance(query, InGallery), "galleries are ready"
        match (self._source(query.field), query):
            case (Elsewhere(), _):
                return self.outside(query) & self.images
            case (Numbers() as numbers, Range()):
                return numbers.select(*interval(numbers.column.kind, query, self.now), within)
            case (Numbers() as numbers, Equals(_, int() | float() as value)):
                return numbers.select(*point(numbers.column.kind, value), within)
            case (ImageIds(), Range()):
                return self._ids(interval(NumberKind.INTEGER, query, self.now))
            case (ImageIds(), Equals(_, int() | float() as value)):
                return self._ids(point(NumberKind.INTEGER, value))
            case (Flag(images), Equals(_, bool())):
                return (self.images if within is None else within) - images
            case (Names() as names, Wildcard() | Fuzzy()):
                return self._pattern(names, query)
            case (source, _):
                raise UnsupportedLeaf(
                    f"{type(source).__name__} of field {query.field!r} cannot answer {query!r}"
                )

    def _pattern(self, names: Names, query: Wildcard | Fuzzy) -> BitMap:
        found = self.kept_patterns.find(query)
        if found is not None:
            return found
        match query:
            case Wildcard(_, pattern):
                keys = names.vocabulary.keys_matching(pattern)
            case Fuzzy(_, text, fuzz):
                keys = names.vocabulary.keys_near(text, edit_limit(text, fuzz))
            case _:
                assert_never(query)
        return self.kept_patterns.keep(query, query, names.postings, names.vocabulary, keys)

    def _ids(self, bounds: Interval) -> BitMap:
        if not self.images:
            return EMPTY
        lower, upper = max(self.images.min(), int(bounds[0])), min(self.images.max(), int(bounds[1]))
        return BitMap(range(lower, upper + 1)) & self.images if lower <= upper else EMPTY

    def _source(self, field: str) -> Source:
        try:
            return self.sources[field]
        except KeyError:
            raise UnknownName(f"the shape has no field {field!r}") from None


_RANKS: dict[type[Source], int] = {Numbers: _RANGE, ImageIds: _MADE, Elsewhere: _OUTSIDE}


def _first(ranked: tuple[int, Query]) -> int:
    return ranked[0]


def _is_key(value: int) -> bool:
    return 0 <= value < 2**32
