"""A query tree against the tables: every name looked up, every ready bitmap at hand, nothing computed yet."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import assert_never

from pyroaring import BitMap

from polybooru.search.index.bitmaps import EMPTY
from polybooru.search.index.branches import All, Any, Complement, ReadyPart
from polybooru.search.index.errors import UnknownName, UnsupportedLeaf
from polybooru.search.index.exclusions import NOTHING_LEFT_OUT, Exclusions, LeftOut
from polybooru.search.index.found import Found
from polybooru.search.index.intervals import Interval, interval, point
from polybooru.search.index.kept import KeptUnions
from polybooru.search.index.numbers import Numbers
from polybooru.search.index.postings import Held, Postings, bitmap
from polybooru.search.index.shape import NumberKind
from polybooru.search.index.sources import Elsewhere, Flag, ImageIds, Keys, Names, Source
from polybooru.search.index.steps import Asked, Between, IdsBetween, Node, Outside, Pattern, Ready, Union
from polybooru.search.index.vocabulary import Vocabulary
from polybooru.search.language.tree import (
    Ago,
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
    leaves_of,
)

KEEP_FROM = 8
"""An `Or` of so many names or keys of one postings is worth keeping."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tables:
    """What an index holds, as far as searches go."""

    images: BitMap
    sources: Mapping[str, Source]
    gallery: Keys | None
    kept_patterns: KeptUnions
    kept_lists: KeptUnions
    exclusions: Exclusions


class Preparation:
    """One reading of the tables; `now` is what `Ago` counts back from."""

    __slots__ = ("_now", "_outside", "_tables", "images", "sources")

    def __init__(self, tables: Tables, now: datetime, outside: Outside) -> None:
        self._tables = tables
        self._now = now
        self._outside = outside
        self.images = tables.images
        self.sources = tables.sources

    def node(self, query: Query) -> Node:
        """The tree, prepared. Raises UnknownName, UnsupportedLeaf."""
        images = self._ready(query)
        return self._node(query) if images is None else Ready(query, images)

    def found(self, query: Query, left_out: LeftOut = NOTHING_LEFT_OUT) -> Found:
        """The images that match, without what is left out, not copied where that can wait."""
        without = self._without(left_out) if left_out.trees else EMPTY
        if type(query) is And:
            return All(query, self.images, *self._parts(query.children)).found(None, without)
        images = self._ready(query)
        return Found(self._node(query).find(None) if images is None else bitmap(images), without)

    def among(self, query: Query, image_ids: Sequence[int]) -> Iterable[int]:
        """Those of a few images that match: looked for one by one where a set is ready."""
        images = self._ready(query)
        if images is None:
            return self._node(query).find(BitMap(image_ids))
        members = images if isinstance(images, BitMap) else set(images)
        return filter(members.__contains__, image_ids)

    def planned(self, query: Query, left_out: LeftOut) -> Node:
        """As the tree that `found` stands for, prepared; what is kept already is ready."""
        if not left_out.trees:
            return self.node(query)
        ready, less, made = self._parts(query.children if type(query) is And else (query,))
        union = _union(left_out.trees)
        kept = self._tables.exclusions.find(left_out)
        if kept is None:
            made.append(Complement(Not(union), self.images, self.node(union)))
        else:
            less.append((union, kept))
        return All(query, self.images, ready, less, made)

    def _ready(self, query: Query) -> Held | None:
        """The images of a leaf, or a kept union, as they are held; None of what has to be found."""
        if type(query) is Equals:  # first, as most are
            source = self.sources.get(query.field) or self._source(query.field)
            value = query.value
            if type(source) is Names:
                return source.held(value) if type(value) is str else EMPTY
            if type(source) is Keys:
                return source.postings.held(value) if isinstance(value, int) else EMPTY
            return source.images if type(source) is Flag and value is True else None
        match query:
            case Or(children):
                return self._tables.kept_lists.find(id(query)) if len(children) >= KEEP_FROM else None
            case Wildcard() | Fuzzy():
                return self._tables.kept_patterns.find(query)
            case Everything():
                return self.images
            case Nothing():
                return EMPTY
            case InGallery(gallery_id):
                if self._tables.gallery is None:
                    raise UnknownName("the shape names no postings for galleries")
                return self._tables.gallery.postings.held(gallery_id)
            case _:
                return None

    def _parts(self, children: Iterable[Query]) -> tuple[list[ReadyPart], list[ReadyPart], list[Node]]:
        """Of an `And`: what is ready, what is ready to be subtracted, and the rest."""
        ready: list[ReadyPart] = []
        less: list[ReadyPart] = []
        made: list[Node] = []
        for child in children:
            into, leaf = (less, child.child) if isinstance(child, Not) else (ready, child)
            images = self._ready(leaf)
            if images is None:
                made.append(self._node(child))
            else:
                into.append((leaf, images))
        return ready, less, _narrowed(made) if len(made) > 1 else made

    def _node(self, query: Query) -> Node:
        """Of what is not ready."""
        match query:
            case And(children):
                return All(query, self.images, *self._parts(children))
            case Or(children):
                return self._or(query, children)
            case Not(child):
                return Complement(query, self.images, self.node(child))
            case Boost(_, child):
                return self.node(child)
            case Equals():
                return self._equals(query)
            case Range():
                return self._range(query)
            case Wildcard() | Fuzzy():
                return self._pattern(query)
            case Phrase():
                if isinstance(self._source(query.field), Elsewhere):
                    return Asked(query, self.images, self._outside)
                raise self._unsupported(query)
            case Everything() | Nothing() | InGallery():
                raise AssertionError(f"{query!r} is always ready")
            case _:
                assert_never(query)

    def _without(self, left_out: LeftOut) -> BitMap:
        exclusions = self._tables.exclusions
        kept = exclusions.find(left_out)
        if kept is not None:
            return kept
        union = _union(left_out.trees)
        if isinstance(union, Equals) and isinstance(self._source(union.field), Flag):
            images = self._ready(union)
            if isinstance(images, BitMap):  # which the index keeps
                return exclusions.take(left_out, images)
        if not all(map(self._lasts, leaves_of(union))):
            return self.node(union).find(None)
        by_name = any(
            isinstance(self._source(field), Names) for field in map(_field, leaves_of(union)) if field
        )
        return exclusions.keep(left_out, self.node(union).find, by_name=by_name)

    def _lasts(self, leaf: Leaf) -> bool:
        """Whether the answer depends on nothing but the tables."""
        if isinstance(leaf, Range):
            bounds = (leaf.lower, leaf.upper)
            if any(bound is not None and isinstance(bound.value, Ago) for bound in bounds):
                return False
        field = _field(leaf)
        return not field or not isinstance(self._source(field), Elsewhere)

    def _equals(self, query: Equals) -> Node:
        value = query.value
        match self._source(query.field):
            case Names(postings, vocabulary) if isinstance(value, str):  # of several keys
                return Ready(query, postings.union(BitMap(vocabulary.keys(value)), self.images))
            case Flag(images) if isinstance(value, bool):
                return Complement(query, self.images, Ready(query, images))
            case Numbers() as numbers if not isinstance(value, str):
                return Between(query, self.images, numbers, *point(numbers.column.kind, value))
            case ImageIds() if not isinstance(value, str):
                return IdsBetween(query, self.images, *point(NumberKind.INTEGER, value))
            case Elsewhere():
                return Asked(query, self.images, self._outside)
            case _:
                raise self._unsupported(query)

    def _range(self, query: Range) -> Node:
        match self._source(query.field):
            case Numbers() as numbers:
                bounds: Interval = interval(numbers.column.kind, query, self._now)
                return Between(query, self.images, numbers, *bounds)
            case ImageIds():
                return IdsBetween(query, self.images, *interval(NumberKind.INTEGER, query, self._now))
            case Elsewhere():
                return Asked(query, self.images, self._outside)
            case _:
                raise self._unsupported(query)

    def _pattern(self, query: Wildcard | Fuzzy) -> Node:
        match self._source(query.field):
            case Names(postings, vocabulary) as names:
                keep = partial(self._tables.kept_patterns.keep, query, query, postings, vocabulary)
                return Pattern(query, self.images, names, keep)
            case Elsewhere():
                return Asked(query, self.images, self._outside)
            case _:
                raise self._unsupported(query)

    def _or(self, query: Or, children: tuple[Query, ...]) -> Node:
        if len(children) >= KEEP_FROM:
            found = self._list(children)
            if found is not None:
                postings, vocabulary, keys = found
                keep = partial(self._tables.kept_lists.keep, id(query), query, postings, vocabulary)
                return Union(query, self.images, postings, keys, keep)
        ready: list[ReadyPart] = []
        made: list[Node] = []
        for child in children:
            images = self._ready(child)
            if images is None:
                made.append(self._node(child))
            else:
                ready.append((child, images))
        return Any(query, self.images, ready, made)

    def _list(self, children: tuple[Query, ...]) -> tuple[Postings, Vocabulary | None, BitMap] | None:
        """The keys, when all children are values of one field that has postings."""
        leaves = [child for child in children if isinstance(child, Equals)]
        field = leaves[0].field if leaves else ""
        if len(leaves) < len(children) or any(leaf.field != field for leaf in leaves):
            return None
        match self._source(field):
            case Keys(postings):
                numbers = [leaf.value for leaf in leaves if isinstance(leaf.value, int)]
                return postings, None, BitMap([key for key in numbers if 0 <= key < 2**32])
            case Names(postings, vocabulary):
                names = [leaf.value for leaf in leaves if isinstance(leaf.value, str)]
                return postings, vocabulary, BitMap([key for name in names for key in vocabulary.keys(name)])
            case _:
                return None

    def _source(self, field: str) -> Source:
        try:
            return self.sources[field]
        except KeyError:
            raise UnknownName(f"the shape has no field {field!r}") from None

    def _unsupported(self, query: Leaf) -> UnsupportedLeaf:
        field = _field(query)
        return UnsupportedLeaf(
            f"{type(self._source(field)).__name__} of field {field!r} cannot answer {query!r}"
        )


def _narrowed(nodes: Iterable[Node]) -> list[Node]:
    """With one interval for all ranges of a column: "from 1.7" and "to 1.8" are each most of a library."""
    rest: list[Node] = []
    ranges: dict[Numbers, Between] = {}
    for node in nodes:
        if isinstance(node, Between):
            before = ranges.get(node.numbers)
            ranges[node.numbers] = node if before is None else before.narrowed(node)
        else:
            rest.append(node)
    return [*rest, *ranges.values()]


def _union(trees: tuple[Query, ...]) -> Query:
    return trees[0] if len(trees) == 1 else Or(trees)


def _field(leaf: Leaf) -> str:
    """The field that it asks; empty for one that asks none."""
    return "" if isinstance(leaf, (Nothing, Everything, InGallery)) else leaf.field
