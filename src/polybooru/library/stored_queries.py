"""Queries that people store, in filters and watch lists: whether they may stand there.

A stored query has one query a line. What it means is read where it is applied; here it is only judged, by the
fields of the person who writes it, so that the fault is told to somebody who can mend it.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from collections.abc import Set as AbstractSet

from polybooru.library.actors import Actor
from polybooru.library.errors import FilterNotFound, InvalidValue
from polybooru.library.filters import complex_query, find_filter
from polybooru.library.image_fields import Viewer, image_fields, no_filter_here, no_watch_list_here
from polybooru.library.image_index import OUTSIDE, TAG_ID_FIELD
from polybooru.library.texts import body_text, line_text
from polybooru.library.work import Reading, Work
from polybooru.search.language.fields import Fields, QueryError
from polybooru.search.language.limits import Limits
from polybooru.search.language.parser import disjunction, parse
from polybooru.search.language.tree import (
    And,
    Boost,
    Equals,
    Everything,
    Fuzzy,
    Not,
    Nothing,
    Or,
    Query,
    Range,
    Wildcard,
)

FILTER_LIMITS = Limits(text_bytes=8 * 1024)
"""Of each line, and of all lines together; of watch lists too."""
HIDDEN_TAG_US, SPOILERED_TAG_US = 10.0, 3.0
"""What a listed tag takes until the union is kept; measured with lists of 5,000 and a million images."""
WATCH_QUERIES_SHARE, WATCH_LIST_SHARE = 0.2, 0.7
"""Of what a filter may cost: what the queries of a watch list may, and what `my:watched` counts as."""
SCANNED_US = 0.1
"""What the database takes for one image, where it holds a pattern against every one's text."""
_WATCHED: Query = Equals(TAG_ID_FIELD, 0)  # no tag's id
_FREE: frozenset[Query] = frozenset({_WATCHED, Everything(), Nothing()})
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


def check_public_query(work: Work, reader: Actor, field: str, text: str) -> str:
    """A query that others ask for, as it is stored: one line, not empty. Raises InvalidValue."""
    text = line_text(field, text, max_bytes=Limits().text_bytes, min_bytes=1)
    fields = image_fields(_viewer(reader), resolve_filter=no_filter_here, watched=no_watch_list_here)
    try:
        parse(text, fields, Limits())
    except QueryError as error:
        raise InvalidValue(field, f"is invalid: {error.message}") from error
    refuse_dear(work, reader, {field: text})
    return text


def refuse_dear(
    work: Work, actor: Actor, texts: Mapping[str, str], *, besides_us: float = 0.0, share: float = 1.0
) -> None:
    """Refuse the queries of a filter, by field, if they would cost its readers too much together.

    Nobody is refused a search for what the own filter costs, so that is bounded here: by the index's estimate
    of finding each of its terms, as what makes one of them cheap beside another may change; with what a
    pattern costs where the database reads every image's text; and with the dearest list for `my:watched`.
    besides_us: what else the filter costs. share: of what a filter may cost. Raises InvalidValue.
    """
    most_us = 1_000 * work.policy.filter_budget_ms
    fields = image_fields(_viewer(actor), resolve_filter=no_filter_here, watched=lambda: _WATCHED)
    spent_us = besides_us
    for field, text in texts.items():
        terms = [*_leaves(complex_query(text, lambda line: _or_nothing(line, fields)))]
        spent_us += WATCH_LIST_SHARE * most_us * terms.count(_WATCHED) + _cost_us(work, {*terms} - _FREE)
        if text.strip() and spent_us > share * most_us:
            raise InvalidValue(field, "is invalid: It would make every search too expensive.")


def _cost_us(work: Work, terms: AbstractSet[Query]) -> float:
    """terms: not empty trees."""
    appraisal = work.appraise(disjunction([*terms])) if terms else None
    if appraisal is None:  # only programs of the operator, as the demo, run without an index
        return 0.0
    scans = sum(isinstance(term, Wildcard | Fuzzy) and term.field in OUTSIDE for term in terms)
    return appraisal.microseconds + SCANNED_US * scans * appraisal.images


def _or_nothing(line: str, fields: Fields) -> Query:
    try:
        return parse(line, fields, FILTER_LIMITS)
    except QueryError:
        return Nothing()  # it names a filter, which means nothing where a watch list is read in a filter


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
