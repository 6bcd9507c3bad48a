"""Which images each category has now: a bitmap for each, kept until its query may find others.

Kept are the categories that were asked for. A change of an image has that image alone looked at again, when
the category is next asked for; names of tags, people and galleries may change what a query means, so with
them all bitmaps are made anew. Neighbours: `categories` (rows), `replica` (tells what changed).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import islice
from random import Random

from pyroaring import BitMap

from polybooru.db import Change
from polybooru.library.actors import ANONYMOUS
from polybooru.library.categories import Category, list_categories
from polybooru.library.errors import CategoryNotFound, QueryTooExpensive
from polybooru.library.image_fields import Viewer, image_fields, no_filter_here, no_watch_list_here
from polybooru.library.image_filters import any_of
from polybooru.library.image_index import OUT_OF_SIGHT
from polybooru.library.library import Library
from polybooru.library.outside_fields import OutsideLeaf, nothing_outside, outside_answers, survey
from polybooru.library.ratings import UNSAFE
from polybooru.media import MediaType
from polybooru.search.index import draw
from polybooru.search.language.fields import QueryError
from polybooru.search.language.limits import Limits
from polybooru.search.language.parser import conjunction, parse
from polybooru.search.language.tree import (
    DEFAULT_TAG_FIELD,
    Ago,
    Bound,
    Equals,
    Not,
    Nothing,
    Query,
    Range,
    leaves_of,
)

MOST_CHANGED = 10_000
"""Changes of images beyond these are not looked at one by one any more."""
PASSING_SECONDS = 60
"""A query that names a time before now, or could not be answered in time, is asked anew after so long."""
_SIZES_KEPT = 8
_OF_IMAGES = frozenset({"image", "image_tags", "interaction"})
_OF_NAMES = frozenset({"tag", "user", "gallery"})
_SHOWN: tuple[Query, ...] = (Equals("processed", True), Not(Equals(OUT_OF_SIGHT, True)))
_UNSAFE: Query = any_of(Equals(DEFAULT_TAG_FIELD, name) for name in sorted(UNSAFE))


@dataclass(frozen=True, slots=True, kw_only=True)
class Shelf:
    """A category with the images it has now; nobody changes the bitmap."""

    category: Category
    images: BitMap
    is_safe: bool
    """By the operator's word, or as none of its images is unsafe."""

    @property
    def is_open(self) -> bool:
        """Whether there is something in it to be shown."""
        return self.category.is_enabled and bool(self.images)


@dataclass(frozen=True, slots=True, kw_only=True)
class ShelfFacts:
    """What is on a shelf. types: number of images by media type."""

    total_bytes: int
    types: Mapping[str, int]


@dataclass(slots=True, kw_only=True)
class _Kept:
    shelf: Shelf
    seen: int
    tree: Query
    outside: Sequence[OutsideLeaf]
    until: datetime | None
    by_size: dict[int, BitMap] = field(default_factory=dict[int, BitMap])


class CategoryImages:
    """The categories of one library. statement_seconds: for what the database is asked of one query."""

    def __init__(self, library: Library, *, statement_seconds: float = 2.0) -> None:
        self._library = library
        self._statement_seconds = statement_seconds
        self._categories: Mapping[str, Category] | None = None
        self._kept: dict[str, _Kept] = {}
        self._changed: list[int] = []
        self._begin = 0  # number of the first of `_changed`; all changes ever are numbered
        library.replica.listen(self._note)

    def listed(self) -> list[Shelf]:
        """All, enabled or not, by path."""
        return [self._shelf(category) for category in self._all().values()]

    def find(self, path: str) -> Shelf:
        """The category of that very path. Raises CategoryNotFound."""
        category = self._all().get(path)
        if category is None:
            raise CategoryNotFound(f"There is no category {path!r}.")
        return self._shelf(category)

    def are_at_hand(self, paths: Sequence[str]) -> bool:
        """Whether these can be told without looking at index or rows."""
        categories = self._categories
        if categories is None:
            return False
        return all(self._is_fresh(categories[path]) for path in paths if path in categories)

    def path_of(self, image_id: int) -> str:
        """The first category, by path, that shows the image; empty if none does."""
        holding = (s.category.path for s in self.listed() if image_id in s.images and s.category.is_enabled)
        return next(holding, "")

    def facts(self, shelf: Shelf) -> ShelfFacts:
        """What is on it; one pass over the sizes."""
        replica, now = self._library.replica, self._library.clock()
        with replica.lock:
            index = replica.index
            types = {
                one.mime_type: len(
                    index.select(
                        Equals("mime_type", one.mime_type),
                        now=now,
                        outside=nothing_outside,
                        within=shelf.images,
                    )
                )
                for one in MediaType
            }
            total = int(index.total("size", shelf.images))
        return ShelfFacts(total_bytes=total, types={name: found for name, found in types.items() if found})

    def draw(self, shelf: Shelf, count: int, rng: Random, *, max_bytes: int | None = None) -> list[int]:
        """Different images, each as likely as any other, in random order; all if there are fewer.

        max_bytes: of the file of each.
        """
        images = shelf.images if max_bytes is None else self._small(shelf, max_bytes)
        return draw(images, count, rng)

    def _small(self, shelf: Shelf, max_bytes: int) -> BitMap:
        kept = self._kept.get(shelf.category.path)
        by_size = kept.by_size if kept is not None and kept.shelf is shelf else {}
        found = by_size.get(max_bytes)
        if found is None:
            replica, now = self._library.replica, self._library.clock()
            within = Range("size", upper=Bound(max_bytes, inclusive=True))
            with replica.lock:
                found = replica.index.select(within, now=now, outside=nothing_outside, within=shelf.images)
            if len(by_size) >= _SIZES_KEPT:
                by_size.clear()
            by_size[max_bytes] = found
        return found

    def _all(self) -> Mapping[str, Category]:
        categories = self._categories
        if categories is None:
            seen = self._library.replica.applied
            with self._library.reading() as reading:
                categories = {category.path: category for category in list_categories(reading)}
            with self._library.replica.lock:  # between the look and the keeping nothing may become stale
                if seen == self._library.replica.applied:
                    self._categories = categories
        return categories

    def _is_fresh(self, category: Category) -> bool:
        kept = self._kept.get(category.path)
        return (
            kept is not None
            and kept.shelf.category == category
            and kept.seen == self._begin + len(self._changed)
            and (kept.until is None or self._library.clock() < kept.until)
        )

    def _shelf(self, category: Category) -> Shelf:
        kept = self._kept.get(category.path)
        if kept is not None and self._is_fresh(category):
            return kept.shelf
        if kept is None or kept.shelf.category != category or kept.until is not None:
            kept = None
        made = self._made(category, kept)
        self._kept[category.path] = made
        return made.shelf

    def _made(self, category: Category, before: _Kept | None) -> _Kept:
        """before: what was kept of this very category, so that only what changed since is looked at."""
        replica, now = self._library.replica, self._library.clock()
        tree = before.tree if before is not None else _tree(category)
        outside = before.outside if before is not None else survey(tree)[0]
        with replica.lock:
            seen, changed = self._begin + len(self._changed), None
            if before is not None and before.seen >= self._begin:
                changed = BitMap(islice(self._changed, before.seen - self._begin, None))
        try:  # asked without the lock; what changes meanwhile is looked at the next time
            answers = outside_answers(
                self._library,
                outside,
                seconds=self._statement_seconds,
                among=None if changed is None else [*changed],
            )
            is_passing = any(_is_relative(leaf) for leaf in leaves_of(tree))
        except QueryTooExpensive:
            tree, answers, is_passing = Nothing(), nothing_outside, True
        with replica.lock:
            found = replica.index.select(tree, now=now, outside=answers, within=changed)
            if changed is not None and before is not None:
                found = (before.shelf.images - changed) | found
            unsafe = None
            if not category.is_safe:
                unsafe = replica.index.select(_UNSAFE, now=now, outside=nothing_outside, within=found)
        return _Kept(
            shelf=Shelf(category=category, images=found, is_safe=not unsafe),
            seen=seen,
            tree=tree,
            outside=outside,
            until=now + timedelta(seconds=PASSING_SECONDS) if is_passing else None,
        )

    def _note(self, batch: Sequence[Change]) -> None:
        kinds = {change.kind for change in batch}
        if "category" in kinds:
            self._categories = None
        self._changed.extend(change.object_id for change in batch if change.kind in _OF_IMAGES)
        if kinds & _OF_NAMES or len(self._changed) > MOST_CHANGED:
            self._begin += len(self._changed) + 1  # so that nothing kept is fresh
            self._changed.clear()
            self._kept = {}


def _tree(category: Category) -> Query:
    """What the category means; one that no longer parses finds nothing."""
    viewer = Viewer(user_id=ANONYMOUS.user_id, is_staff=False)
    fields = image_fields(viewer, resolve_filter=no_filter_here, watched=no_watch_list_here)
    try:
        query = parse(category.query, fields, Limits())
    except QueryError:
        return Nothing()
    safe = (Not(_UNSAFE),) if category.is_safe else ()
    return conjunction([query, *_SHOWN, *safe])


def _is_relative(leaf: Query) -> bool:
    return isinstance(leaf, Range) and any(
        bound is not None and isinstance(bound.value, Ago) for bound in (leaf.lower, leaf.upper)
    )
