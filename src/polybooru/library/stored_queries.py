"""Queries that people store, in filters and watch lists: whether they may stand there.

A stored query has one query a line. What it means is read where it is applied; here it is only judged, by the
fields of the person who writes it, so that the fault is told to somebody who can mend it.
"""

from collections import Counter
from collections.abc import Callable, Iterator

from polybooru.library.actors import Actor
from polybooru.library.errors import FilterNotFound, InvalidValue
from polybooru.library.filters import find_filter
from polybooru.library.image_fields import Viewer, image_fields, no_filter_here, no_watch_list_here
from polybooru.library.texts import body_text
from polybooru.library.work import Reading
from polybooru.search.language.fields import Fields, QueryError
from polybooru.search.language.limits import Limits
from polybooru.search.language.parser import parse
from polybooru.search.language.tree import And, Boost, Equals, Fuzzy, Not, Nothing, Or, Query, Range, Wildcard

FILTER_LIMITS = Limits(text_bytes=8 * 1024)
"""Of each line, and of all lines together; of watch lists too."""
_DOWNVOTERS = "downvoted_by_id"


def check_filter_query(actor: Actor, field: str, text: str) -> str:
    """The query of a filter, as it is stored. Raises InvalidValue."""
    fields = image_fields(_viewer(actor), resolve_filter=no_filter_here, watched=Nothing)
    text, leaves = _check(field, text, fields)
    if Equals(_DOWNVOTERS, actor.user_id or 0) in leaves:
        raise InvalidValue(field, "cannot contain my:downvotes")
    return text


def check_watch_query(reading: Reading, actor: Actor, field: str, text: str) -> str:
    """The query of a watch list, as it is stored. Raises InvalidValue."""
    fields = image_fields(
        _viewer(actor), resolve_filter=_known_filter(reading, actor), watched=no_watch_list_here
    )
    return _check(field, text, fields)[0]


def _check(field: str, text: str, fields: Fields) -> tuple[str, list[Query]]:
    text = body_text(field, text, max_bytes=FILTER_LIMITS.text_bytes)
    leaves: list[Query] = []
    try:
        for line in text.splitlines():
            if line.strip():
                leaves.extend(_leaves(parse(line, fields, FILTER_LIMITS)))
    except QueryError as error:
        raise InvalidValue(field, f"is invalid: {error.message}") from error
    kinds = Counter(map(type, leaves))
    for found, most, what in (
        (len(leaves), FILTER_LIMITS.clauses, "terms"),
        (kinds[Wildcard], FILTER_LIMITS.wildcards, "terms with wildcards"),
        (kinds[Fuzzy], FILTER_LIMITS.fuzzy_terms, "fuzzy terms"),
        (kinds[Range], FILTER_LIMITS.ranges, "ranges"),
    ):
        if found > most:
            raise InvalidValue(field, f"is invalid: The lines have more than {most} {what} together.")
    return text, leaves


def _leaves(query: Query) -> Iterator[Query]:
    waiting = [query]
    while waiting:
        match waiting.pop():
            case And(children) | Or(children):
                waiting.extend(children)
            case Not(child) | Boost(_, child):
                waiting.append(child)
            case leaf:
                yield leaf


def _viewer(actor: Actor) -> Viewer:
    return Viewer(user_id=actor.user_id, is_staff=actor.is_staff)


def _known_filter(reading: Reading, actor: Actor) -> Callable[[int], Query | None]:
    def known(filter_id: int) -> Query | None:
        try:
            find_filter(reading, actor, filter_id)
        except FilterNotFound:
            return None
        return Nothing()  # only whether there is one matters here

    return known
