"""What callers' filters and watch lists mean, as trees that are made once and kept until a change.

A stored query that no longer parses for its reader shows less, never more: in a filter, and in what a watch
list excludes, it means everything; in what is watched, nothing. That `filter_id` is unknown inside filters,
and `my:watched` inside watch lists, also where one stands in the other, lets every expansion come to an end.
Neighbours: `filters` (rows), `image_fields` (what may be written), `image_search` (who asks).
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from sqlalchemy import Row, select

from polybooru.db import Change
from polybooru.db.tables import users, watched_tags
from polybooru.library.actors import ANONYMOUS, Actor
from polybooru.library.errors import FilterNotFound
from polybooru.library.filters import Filter, complex_query, current_filter, find_filter, forced_filter
from polybooru.library.image_fields import Viewer, image_fields, no_filter_here, no_watch_list_here
from polybooru.library.image_index import HIDERS_FIELD, OUT_OF_SIGHT, TAG_ID_FIELD, UNAPPROVED
from polybooru.library.library import Library
from polybooru.library.outside_fields import HEAVIEST, PLAIN, OutsideLeaf, survey, take_long
from polybooru.library.stored_queries import FILTER_LIMITS
from polybooru.library.work import Reading
from polybooru.search.index import LeftOut
from polybooru.search.language.fields import Fields, QueryError
from polybooru.search.language.parser import conjunction, disjunction, parse
from polybooru.search.language.tree import Equals, Everything, Not, Nothing, Or, Query

_OUT_OF_SIGHT: Query = Equals(OUT_OF_SIGHT, True)
_UNAPPROVED: Query = Equals(UNAPPROVED, True)
_KEPT = 2_000
LONG = 256
"""From so many tags on a filter's union is not made on the event loop."""
_Key = TypeVar("_Key")
_Made = TypeVar("_Made")


@dataclass(frozen=True, slots=True, kw_only=True)
class CompiledFilter:
    """A filter as trees, with what staff forced on the caller.

    hides: what one of these matches is left out of searches.
    hits: what one of these matches is to be covered where it is shown.
    spoilers: those of the hits that do not hide.
    outside_…: their leaves that the index does not answer.
    is_quick: whether it can be applied on the event loop; of tags by id the index keeps the union.
    left_out: what its reader does not find: by whether images hidden by staff are found, and by himself.
    """

    id: int
    hides: tuple[Query, ...]
    hits: tuple[Query, ...]
    spoilers: tuple[Query, ...]
    outside_hides: tuple[OutsideLeaf, ...]
    outside_hits: tuple[OutsideLeaf, ...]
    outside_spoilers: tuple[OutsideLeaf, ...]
    is_quick: bool
    left_out: Mapping[tuple[bool, bool], LeftOut]


class ImageFilters:
    """Kept trees of one library's filters and watch lists, by who reads them."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self._applied: dict[tuple[int | None, int | None, int | None, bool], CompiledFilter] = {}
        self._named: dict[tuple[int, int | None, bool], CompiledFilter | None] = {}
        self._watched: dict[tuple[int, bool, bool], Query] = {}
        self._fields: dict[tuple[int | None, bool], Fields] = {}
        self._known_parts: dict[tuple[bool, bool], dict[str, Query]] = {}
        library.replica.listen(self._forget)

    def fields(self, actor: Actor) -> Fields:
        """What this caller may write in a query."""
        key = (actor.user_id, actor.is_staff)
        found = self._fields.get(key)
        if found is None:
            # Callers with fields of the same names share what is known of texts.
            known = self._known_parts.setdefault((actor.user_id is None, actor.is_staff), {})
            found = _fields_in(actor, filters=self._shown_by(actor), watched=self._watched_by(actor))
            found = replace(found, known=known)
            _put(self._fields, key, found)
        return found

    def applied(self, actor: Actor, filter_id: int | None) -> CompiledFilter:
        """The filter that is named, if the caller may use it; else his own or the board's; and any forced."""
        key = (filter_id, actor.current_filter_id, actor.user_id, actor.is_staff)
        found = self._applied.get(key)
        return (
            found
            if found is not None
            else self._keep(self._applied, key, lambda: self._apply(actor, filter_id))
        )

    def _apply(self, actor: Actor, filter_id: int | None) -> CompiledFilter:
        with self._library.reading() as reading:
            try:
                stored = find_filter(reading, actor, filter_id or 0)
            except FilterNotFound:  # clients also send ids of other boards blindly
                stored = current_filter(reading, actor, self._library.policy.default_filter_id)
            forced = forced_filter(reading, actor.user_id) if actor.user_id is not None else None
        return self._compiled(actor, stored, forced)

    def _compiled(self, actor: Actor, stored: Filter, forced: Filter | None = None) -> CompiledFilter:
        fields = _fields_in(actor, filters=no_filter_here, watched=self._watched_by(actor, in_filter=True))

        def read(text: str) -> Query:
            return _stored_query(text, fields, broken=Everything())

        # Tags stay apart from queries: the index keeps unions of tags that it is asked for again.
        both = [stored] if forced is None else [stored, forced]
        queries = [read(one.hidden_complex) for one in both]
        hides = [*(any_of(_tags(one.hidden_tag_ids)) for one in both), *queries]
        hides = [tree for tree in hides if not isinstance(tree, Nothing)]
        spoilered = read(stored.spoilered_complex)
        spoilers = [any_of(_tags(stored.spoilered_tag_ids)), spoilered]
        spoilers = [tree for tree in spoilers if not isinstance(tree, Nothing)]
        hits = [*hides, *spoilers]
        return CompiledFilter(
            id=stored.id,
            hides=tuple(hides),
            hits=tuple(hits),
            spoilers=tuple(spoilers),
            outside_hides=_outside(hides),
            outside_hits=_outside(hits),
            outside_spoilers=_outside(spoilers),
            is_quick=_is_quick(hits, [*queries, spoilered]),
            left_out=_left_out(actor, hides),
        )

    def _shown_by(self, actor: Actor) -> Callable[[int], Query | None]:
        """For `filter_id:`: what a filter does not hide."""

        def shown(filter_id: int) -> Query | None:
            named = self._find(actor, filter_id)
            return None if named is None else all_of(map(Not, named.hides))

        return shown

    def _find(self, actor: Actor, filter_id: int) -> CompiledFilter | None:
        key = (filter_id, actor.user_id, actor.is_staff)
        if key in self._named:
            return self._named[key]

        def compiled() -> CompiledFilter | None:
            with self._library.reading() as reading:
                try:
                    stored = find_filter(reading, actor, filter_id)
                except FilterNotFound:
                    return None
            return self._compiled(actor, stored)

        return self._keep(self._named, key, compiled)

    def _watched_by(self, actor: Actor, *, in_filter: bool = False) -> Callable[[], Query] | None:
        """For `my:watched`; without a person there is no such field."""
        user_id = actor.user_id
        if user_id is None:
            return None

        def watched() -> Query:
            key = (user_id, actor.is_staff, in_filter)
            found = self._watched.get(key)
            if found is not None:
                return found
            return self._keep(
                self._watched, key, lambda: self._watch_list(actor, user_id, in_filter=in_filter)
            )

        return watched

    def _watch_list(self, actor: Actor, user_id: int, *, in_filter: bool) -> Query:
        """in_filter: the user's own filter cannot ask what that filter spoilers."""
        with self._library.reading() as reading:
            if in_filter:
                return _watched_in_filter(reading, actor, user_id)
            user = _watcher(reading, user_id)
            tag_ids = _watched_tag_ids(reading, user_id)
        if user is None:
            return Nothing()
        unwanted: Sequence[Query] = ()
        if user.watched_hides_spoilered:
            own = replace(actor, current_filter_id=user.current_filter_id)
            unwanted = self.applied(own, None).hits
        fields = _fields_in(actor, filters=self._shown_by(actor), watched=no_watch_list_here)
        return _watched(user, tag_ids, fields, unwanted)

    def _keep(self, kept: dict[_Key, _Made], key: _Key, make: Callable[[], _Made]) -> _Made:
        seen = self._library.replica.applied
        made = make()
        with self._library.replica.lock:  # between the look and the keeping nothing may become stale
            if seen == self._library.replica.applied:
                _put(kept, key, made)
        return made

    def _forget(self, batch: Sequence[Change]) -> None:
        if any(change.kind in {"filter", "tag", "user", "preferences"} for change in batch):
            for kept in (self._applied, self._named, self._watched):
                kept.clear()


def hiding_too(compiled: CompiledFilter, hides: Sequence[Query]) -> CompiledFilter:
    """The filter for one who hides nothing for himself, with more that it hides; made once and kept.

    hides: what the index answers by itself.
    """
    return replace(compiled, left_out=_left_out(ANONYMOUS, [*compiled.hides, *hides]))


def forced_hides(reading: Reading, actor: Actor) -> Query:
    """What staff hide from this caller by a filter that he cannot leave; read from the rows at each call."""
    user_id = actor.user_id
    forced = None if user_id is None else forced_filter(reading, user_id)
    if user_id is None or forced is None:
        return Nothing()
    fields = _fields_in(
        actor, filters=no_filter_here, watched=lambda: _watched_in_filter(reading, actor, user_id)
    )
    hidden = _stored_query(forced.hidden_complex, fields, broken=Everything())
    return any_of([*_tags(forced.hidden_tag_ids), hidden])


def _watched_in_filter(reading: Reading, actor: Actor, user_id: int) -> Query:
    """The watch list as a filter may name it: it cannot ask in turn what that filter spoilers."""
    user = _watcher(reading, user_id)
    fields = _fields_in(actor, filters=no_filter_here, watched=no_watch_list_here)
    return Nothing() if user is None else _watched(user, _watched_tag_ids(reading, user_id), fields)


def _watched(user: Row[Any], tag_ids: Sequence[int], fields: Fields, unwanted: Sequence[Query] = ()) -> Query:
    wanted = any_of([*_tags(tag_ids), _stored_query(user.watched_query, fields, broken=Nothing())])
    without = [_stored_query(user.watched_exclude, fields, broken=Everything()), *unwanted]
    return all_of([wanted, *(Not(tree) for tree in without if not isinstance(tree, Nothing))])


def _watcher(reading: Reading, user_id: int) -> Row[Any] | None:
    return reading.execute(select(users).where(users.c.id == user_id)).one_or_none()


def _watched_tag_ids(reading: Reading, user_id: int) -> Sequence[int]:
    watched = select(watched_tags.c.tag_id).where(watched_tags.c.user_id == user_id)
    return reading.execute(watched.order_by(watched_tags.c.tag_id)).scalars().all()


def _fields_in(
    actor: Actor, *, filters: Callable[[int], Query | None], watched: Callable[[], Query] | None
) -> Fields:
    viewer = Viewer(user_id=actor.user_id, is_staff=actor.is_staff)
    return image_fields(viewer, resolve_filter=filters, watched=watched)


def _put(kept: dict[_Key, _Made], key: _Key, made: _Made) -> None:
    if len(kept) >= _KEPT:
        kept.clear()
    kept[key] = made


def _stored_query(text: str, fields: Fields, *, broken: Query) -> Query:
    """broken: what a line that does not parse stands for, and lines that are too heavy together."""

    def read(line: str) -> Query:
        try:
            return parse(line, fields, FILTER_LIMITS)
        except QueryError:
            return broken

    query = any_of([complex_query(text, read)])
    return broken if survey(query)[1] > HEAVIEST else query


def _tags(tag_ids: Iterable[int]) -> list[Query]:
    return [Equals(TAG_ID_FIELD, tag_id) for tag_id in tag_ids]


def _left_out(actor: Actor, hides: Sequence[Query]) -> Mapping[tuple[bool, bool], LeftOut]:
    own = [] if actor.user_id is None else [Equals(HIDERS_FIELD, actor.user_id)]
    return {
        (with_hidden, with_own_hidden): LeftOut(
            _UNAPPROVED if with_hidden else _OUT_OF_SIGHT, *hides, *([] if with_own_hidden else own)
        )
        for with_hidden in (False, True)
        for with_own_hidden in (False, True)
    }


def _outside(trees: Iterable[Query]) -> tuple[OutsideLeaf, ...]:
    return tuple(leaf for tree in trees for leaf in survey(tree)[0])


def _is_quick(trees: Sequence[Query], stored: Sequence[Query]) -> bool:
    """stored: those of them that were written as queries, without the tags by id."""
    return (
        sum(survey(tree)[1] for tree in stored) <= PLAIN
        and not take_long(_outside(trees))
        and not any(isinstance(tree, Or) and len(tree.children) > LONG for tree in trees)
    )


def any_of(queries: Iterable[Query]) -> Query:
    """What one of the queries matches; flat."""
    flat: list[Query] = []
    waiting = [*queries][::-1]
    while waiting:
        match waiting.pop():
            case Everything() as query:
                return query
            case Nothing():
                continue
            case Or(children):
                waiting.extend(reversed(children))
            case query:
                flat.append(query)
    if not flat:
        return Nothing()
    return disjunction(flat)


def all_of(queries: Iterable[Query]) -> Query:
    """What all of the queries match; flat."""
    found = [query for query in queries if not isinstance(query, Everything)]
    if any(isinstance(query, Nothing) for query in found):
        return Nothing()
    return conjunction(found) if found else Everything()
