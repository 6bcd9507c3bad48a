"""Searching images: text and rights and filter become one tree, the tree becomes ids.

Nothing here touches a row, except that a filter is read once and that a few fields are answered `outside` the
index.
"""

import re
import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import Enum, auto

from pyroaring import BitMap

from polybooru.db import Change
from polybooru.library.actors import Actor
from polybooru.library.errors import FilterNotFound, InvalidQuery
from polybooru.library.filters import Filter, complex_query, current_filter, find_filter
from polybooru.library.image_fields import Viewer, image_fields
from polybooru.library.image_index import TAG_ID_FIELD
from polybooru.library.library import Library
from polybooru.library.outside_fields import nothing_outside, outside_answers, reads_all_rows
from polybooru.search.index import AtRandom, ById, ByNumber, Order, Page
from polybooru.search.language.fields import Fields, QueryError
from polybooru.search.language.limits import Limits
from polybooru.search.language.parser import parse
from polybooru.search.language.tree import (
    And,
    Equals,
    Everything,
    Not,
    Nothing,
    Or,
    Query,
)

SORTS = {
    name: name
    for name in (
        "updated_at",
        "first_seen_at",
        "aspect_ratio",
        "faves",
        "upvotes",
        "downvotes",
        "width",
        "height",
        "score",
        "comment_count",
        "tag_count",
        "wilson_score",
        "pixels",
        "size",
        "duration",
    )
}
"""Names that a caller may sort by, and the columns they mean; also `id`, `random` and `random:SEED`."""
_DELETED = Equals("deleted", True)
_MERGED = Equals("merged", True)
_FILTERS_KEPT = 2_000
_LEADING_INTEGER = re.compile(r"[+-]?[0-9]{1,18}")
_VIEWERS_KEPT = 1_000
FILTER_LIMITS = Limits(text_bytes=8 * 1024)


class InteractionType(Enum):
    """What somebody did with an image, in the order in which lists give it.

    The value is the field that tells.
    """

    FAVED = "faved_by_id"
    UPVOTED = "upvoted_by_id"
    DOWNVOTED = "downvoted_by_id"


class Deleted(Enum):
    """Which hidden images a search by staff shows."""

    NOT = auto()
    TOO = auto()
    ONLY = auto()
    ONLY_UNMERGED = auto()


@dataclass(frozen=True, slots=True, kw_only=True)
class CompiledFilter:
    """A filter as trees: `hides` leaves an image out of searches, `hits` says that it is to be covered."""

    id: int
    hides: Query
    hits: Query


def order_named(name: str, *, descending: bool) -> Order:
    """The order that a sort name means; an unknown name means the default, newest first seen first."""
    if name in SORTS:
        return ByNumber(SORTS[name], descending)
    if name == "id":
        return ById(descending)
    kind, _, value = name.partition(":")
    number = _LEADING_INTEGER.match(value)
    if kind == "random":
        return AtRandom(int(number[0]) & (2**63 - 1) if number else secrets.randbits(63))
    if kind == "gallery_id" and number:
        return ById(descending=True)  # how images outside the gallery follow; there are no galleries yet
    return ByNumber("first_seen_at", descending)


class ImageSearch:
    """Search over one library's replica, with the filters that callers use compiled and kept."""

    def __init__(self, library: Library, limits: Limits) -> None:
        self._library = library
        self._limits = limits
        self._filters: dict[tuple[int | None, int | None, bool], CompiledFilter] = {}
        self._fields_by_viewer: dict[Viewer, Fields] = {}
        library.replica.listen(self._forget)

    def parse(self, actor: Actor, text: str) -> Query:
        """What the text means for this caller. Raises InvalidQuery."""
        try:
            return parse(text, self._fields(actor), self._limits)
        except QueryError as error:
            raise InvalidQuery(error.message, error.column) from error

    def filter_for(self, actor: Actor, filter_id: int | None) -> CompiledFilter:
        """The filter the request names, if the caller may use it; else the one that applies to the caller."""
        key = (filter_id, actor.user_id, actor.is_staff)
        found = self._filters.get(key)
        if found is None:
            seen = self._library.replica.applied
            found = self._compile(actor, filter_id)
            if len(self._filters) >= _FILTERS_KEPT:
                self._filters.clear()
            with self._library.replica.lock:  # between the look and the keeping nothing may become stale
                if seen == self._library.replica.applied:
                    self._filters[key] = found
        return found

    def find(
        self,
        actor: Actor,
        query: Query,
        *,
        order: Order,
        offset: int,
        limit: int,
        hidden_by: CompiledFilter,
        deleted: Deleted = Deleted.NOT,
    ) -> Page:
        """Ids in order and the number of all matches, of images that this caller may find.

        deleted: counts only for staff.
        """
        if isinstance(query, Nothing):
            return Page(ids=[], total=0)
        clauses = list(query.children) if isinstance(query, And) else [query]
        clauses += _visible(deleted if actor.is_staff else Deleted.NOT)
        if not isinstance(hidden_by.hides, Nothing):
            clauses.append(Not(hidden_by.hides))
        whole = And(tuple(clauses)) if len(clauses) > 1 else clauses[0]
        outside = outside_answers(self._library, whole)  # before the lock: it may have to read many rows
        replica = self._library.replica
        with replica.lock:
            return replica.index.search(
                whole,
                order=order,
                offset=offset,
                limit=limit,
                now=self._library.clock(),
                outside=outside,
            )

    def hit_by(self, compiled: CompiledFilter, image_ids: Sequence[int]) -> set[int]:
        """Those of a few images that the filter hides or spoilers."""
        if isinstance(compiled.hits, Nothing) or not image_ids:
            return set()
        outside = outside_answers(self._library, compiled.hits)
        replica = self._library.replica
        with replica.lock:
            return set(
                replica.index.select(
                    compiled.hits,
                    now=self._library.clock(),
                    outside=outside,
                    within=BitMap(image_ids),
                )
            )

    def interactions(self, user_id: int, image_ids: Sequence[int]) -> list[tuple[InteractionType, int]]:
        """What the user did with a few images, and the image's id: by type, then by id."""
        replica = self._library.replica
        within, now = BitMap(image_ids), self._library.clock()
        with replica.lock:
            return [
                (kind, image_id)
                for kind in InteractionType
                for image_id in replica.index.select(
                    Equals(kind.value, user_id), now=now, outside=nothing_outside, within=within
                )
            ]

    def is_quick(self, query: Query) -> bool:
        """Whether the answer comes from memory and indexed rows alone: as a rule well under a millisecond."""
        return self._library.database.is_sqlite and not reads_all_rows(query)

    def _fields(self, actor: Actor) -> Fields:
        viewer = Viewer(user_id=actor.user_id, is_staff=actor.is_staff)
        found = self._fields_by_viewer.get(viewer)
        if found is not None:
            return found

        def not_hidden(filter_id: int) -> Query | None:
            with self._library.reading() as reading:
                try:
                    found = find_filter(reading, actor, filter_id)
                except FilterNotFound:
                    return None
            return Not(self._trees(actor, found).hides)

        if len(self._fields_by_viewer) >= _VIEWERS_KEPT:
            self._fields_by_viewer.clear()
        return self._fields_by_viewer.setdefault(viewer, image_fields(viewer, resolve_filter=not_hidden))

    def _compile(self, actor: Actor, filter_id: int | None) -> CompiledFilter:
        default_id = self._library.policy.default_filter_id
        with self._library.reading() as reading:
            if filter_id is not None:
                try:
                    return self._trees(actor, find_filter(reading, actor, filter_id))
                except FilterNotFound:
                    pass  # clients send ids of other boards blindly: the caller's own filter applies
            return self._trees(actor, current_filter(reading, actor, default_id))

    def _trees(self, actor: Actor, stored: Filter) -> CompiledFilter:
        fields = image_fields(
            Viewer(user_id=actor.user_id, is_staff=actor.is_staff), resolve_filter=_no_filters_in_filters
        )

        def read(text: str) -> Query:
            try:
                return complex_query(text, lambda line: parse(line, fields, FILTER_LIMITS))
            except QueryError:
                return Everything()  # a stored query that means nothing to this caller hides, not shows

        hides = _any([*_tags(stored.hidden_tag_ids), read(stored.hidden_complex)])
        spoilers = _any([*_tags(stored.spoilered_tag_ids), read(stored.spoilered_complex)])
        return CompiledFilter(id=stored.id, hides=hides, hits=_any([hides, spoilers]))

    def _forget(self, batch: Sequence[Change]) -> None:
        if any(change.kind in {"filter", "tag", "user"} for change in batch):
            self._filters.clear()


def _visible(deleted: Deleted) -> list[Query]:
    match deleted:
        case Deleted.NOT:
            return [Not(_DELETED)]
        case Deleted.TOO:
            return []
        case Deleted.ONLY:
            return [_DELETED]
        case Deleted.ONLY_UNMERGED:
            return [_DELETED, Not(_MERGED)]


def _tags(tag_ids: Iterable[int]) -> list[Query]:
    return [Equals(TAG_ID_FIELD, tag_id) for tag_id in tag_ids]


def _any(queries: Iterable[Query]) -> Query:
    flat: list[Query] = []
    for query in queries:
        match query:
            case Nothing():
                continue
            case Or(children):
                flat.extend(children)
            case _:
                flat.append(query)
    match flat:
        case []:
            return Nothing()
        case [only]:
            return only
        case _:
            return Or(tuple(flat))


def _no_filters_in_filters(_: int) -> Query | None:
    raise QueryError("Filter queries inside filters are not allowed.")
