"""Searches of comments by their columns: what matches as one row of bits, what may be found as another.

Words, names and people are asked of the rows, one condition after the other; ids, images, dates and sight are
compared here. Neighbours: `comment_columns`, `comments` (the fields, and the same search in SQL), `search`.
"""

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from functools import reduce
from typing import Any, TypeAlias

import numpy as np
from msgspec.structs import replace
from numpy.typing import NDArray
from pyroaring import BitMap
from sqlalchemy import Select, bindparam, select

from polybooru.db import joined
from polybooru.db.prepared import Prepared
from polybooru.db.tables import comments, filter_tags
from polybooru.db.types import EPOCH
from polybooru.library.filters import HIDE
from polybooru.library.image_fields import Viewer
from polybooru.library.image_index import OUT_OF_SIGHT, TAG_ID_FIELD
from polybooru.library.kept import Kept
from polybooru.library.library import Library
from polybooru.library.row_search.comment_columns import (
    DESTROYED,
    HIDDEN,
    WAITING,
    Columns,
    CommentColumns,
)
from polybooru.library.row_search.comments import IMAGE_FIELDS, IMAGE_TAGS
from polybooru.library.row_search.noun import Noun
from polybooru.library.work import Reading
from polybooru.search.index import Page
from polybooru.search.language.parser import disjunction
from polybooru.search.language.tree import (
    DEFAULT_TAG_FIELD,
    Ago,
    And,
    Boost,
    Bound,
    Equals,
    Everything,
    Fuzzy,
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
from polybooru.search.sql.answers import Words
from polybooru.search.sql.conditions import selection
from polybooru.search.sql.leaves import FieldLeaf, LeafReader

MOST_LEAVES = 24
"""So many conditions are asked of the rows one by one; more of them are dearer so than as one statement."""
_IMAGE_KINDS = frozenset({"image", "image_tags", "tag"})
_MOST_SETS = 64
_OF_BOTH = IMAGE_FIELDS | {"deleted"}
_MICROSECOND = timedelta(microseconds=1)
_HIDDEN_TAGS = Prepared(
    select(filter_tags.c.tag_id).where(
        joined.among_asked(filter_tags.c.filter_id), filter_tags.c.effect == bindparam("effect", HIDE)
    )
)
_Bits: TypeAlias = NDArray[np.bool_]


class CommentSearch:
    """Searches of one library whose index is loaded. Safe to use from several threads."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self._columns = CommentColumns(library)
        self._images: Kept[tuple[frozenset[int], bool], _Bits] = Kept(
            library.replica, is_stale=_IMAGE_KINDS.__contains__, most=_MOST_SETS
        )

    def columns_for(self, query: Query) -> Columns | None:
        """What the query is to be answered from; None where the rows do it better."""
        if not self._library.replica.is_loaded or sum(1 for _ in leaves_of(query)) > MOST_LEAVES:
            return None
        return self._columns.current()

    def find(
        self,
        reading: Reading,
        columns: Columns,
        noun: Noun,
        query: Query,
        viewer: Viewer,
        filter_ids: Iterable[int],
        *,
        sees_hidden: bool,
        offset: int,
        limit: int,
    ) -> Page:
        """noun: of the caller. sees_hidden: staff who ask for what is hidden. Raises TooBroad."""
        asked = _Asked(reading, columns, noun, self._images_with)
        found = asked.matching(query)
        unseen = DESTROYED | (0 if viewer.is_staff else WAITING) | (0 if sees_hidden else HIDDEN)
        found &= (columns.state & unseen) == 0
        hidden_tags = frozenset(row[0] for row in reading.run(_HIDDEN_TAGS, **joined.asked(filter_ids)))
        found &= _below(self._shown_images(hidden_tags, sees_hidden=sees_hidden), columns)
        return _page(columns, found, offset, limit)

    def _shown_images(self, hidden_tags: frozenset[int], *, sees_hidden: bool) -> _Bits:
        """By id; the last is that of no image."""
        left_out: list[Query] = [Equals(TAG_ID_FIELD, tag_id) for tag_id in sorted(hidden_tags)]
        if not sees_hidden:
            left_out.append(Equals(OUT_OF_SIGHT, True))

        def find() -> _Bits:
            return self._images_with(Not(disjunction(left_out)) if left_out else Everything())

        return self._images.find((hidden_tags, sees_hidden), find)

    def _images_with(self, query: Query) -> _Bits:
        """By id; the last is that of no image."""
        replica = self._library.replica
        with replica.lock:
            found = replica.index.select(query, now=self._library.clock(), outside=_nothing)
        bits = np.zeros((found.max() if found else 0) + 2, np.bool_)
        bits[np.array(found.to_array(), np.int64)] = True
        return bits


class _Asked:
    """One query over the columns."""

    def __init__(
        self, reading: Reading, columns: Columns, noun: Noun, images_with: Callable[[Query], _Bits]
    ) -> None:
        self._reading = reading
        self._columns = columns
        self._noun = noun
        self._images_with = images_with

    def matching(self, query: Query) -> _Bits:
        """Which comments match, sight aside; the caller's to change."""
        columns = self._columns
        match query:
            case Everything():
                return np.ones(len(columns), np.bool_)
            case Nothing():
                return np.zeros(len(columns), np.bool_)
            case Not(child):
                return ~self.matching(child)
            case Boost(_, child):
                return self.matching(child)
            case And(children):
                return reduce(np.logical_and, map(self.matching, children))
            case Or(children):
                return reduce(np.logical_or, map(self.matching, children))
            case Equals("image_id", int(value)):
                return np.equal(columns.images, value)
            case Equals("id", int(value)):
                return np.equal(columns.ids, value)
            case Range("id", lower, upper):
                return self._between(columns.ids, lower, upper)
            case Range("created_at", lower, upper):
                return self._between(columns.created, lower, upper)
            case Equals(field) | Wildcard(field) | Fuzzy(field) as leaf if field == IMAGE_TAGS:
                return _below(self._images_with(replace(leaf, field=DEFAULT_TAG_FIELD)), columns)
            case Equals() | Wildcard() | Fuzzy() | Phrase() as leaf:
                answer = self._noun.answers.get(leaf.field)
                if isinstance(answer, Words):
                    return self._bits(self._with_words(answer, leaf))
                return self._bits(self._with_leaf(leaf))
            case leaf:
                return self._bits(self._with_leaf(leaf))

    def _between(self, values: NDArray[np.int64], lower: Bound | None, upper: Bound | None) -> _Bits:
        found = np.ones(len(values), np.bool_)
        if lower is not None:
            least = self._number(lower)
            found &= values >= least if lower.inclusive else values > least
        if upper is not None:
            most = self._number(upper)
            found &= values <= most if upper.inclusive else values < most
        return found

    def _number(self, bound: Bound) -> int | float:
        match bound.value:
            case Ago(seconds):
                return (self._reading.now - timedelta(seconds=seconds) - EPOCH) // _MICROSECOND
            case datetime() as moment:
                return (moment - EPOCH) // _MICROSECOND
            case number:
                return number

    def _with_words(self, answer: Words, leaf: FieldLeaf) -> Select[Any] | None:
        """Of the word table alone: to look the comments up costs more than to find the words."""
        reader = LeafReader(self._noun.answers, self._reading.connection, self._reading.now)
        phrases = [phrase for phrase in reader.phrases(answer.known, leaf) if phrase]
        if not phrases:
            return None
        place = answer.elsewhere
        wanted: Any = place.key
        return select(joined.joined_numbers(wanted)).select_from(place.table).where(answer.contains(phrases))

    def _with_leaf(self, leaf: Leaf) -> Select[Any]:
        meant = selection(leaf, self._noun.answers, self._reading.connection, self._reading.now)
        # Only what became of it does a comment share with its image.
        is_of_both = isinstance(leaf, Equals) and leaf.field in _OF_BOTH
        rows: Any = self._noun.rows if is_of_both else comments
        for place in meant.joined:
            rows = rows.outerjoin(place.table, place.key == place.link)
        return select(joined.joined_numbers(comments.c.id)).select_from(rows).where(meant.condition)

    def _bits(self, statement: Select[Any] | None) -> _Bits:
        bits = np.zeros(len(self._columns), np.bool_)
        text = "" if statement is None else self._reading.execute(statement).scalar_one()
        if text:
            bits[self._columns.places(np.fromstring(text, np.int64, sep=","))] = True
        return bits


def _below(images: _Bits, columns: Columns) -> _Bits:
    """Which comments stand below these images."""
    found: _Bits = images[np.minimum(columns.images, len(images) - 1)]
    return found


def _page(columns: Columns, found: _Bits, offset: int, limit: int) -> Page:
    """Newest first; of equal ones that with the higher id."""
    places = np.flatnonzero(found)
    total = len(places)
    if not columns.is_ordered:
        places = places[np.lexsort((columns.ids[places], columns.created[places]))]
    end = total - offset
    ids = columns.ids[places[max(0, end - limit) : max(0, end)]][::-1]
    return Page(ids=ids.tolist(), total=total)


def _nothing(leaf: Leaf) -> BitMap:
    raise AssertionError(f"{leaf!r} is answered by the index")
