"""Query tree -> one SQL condition on the rows that are searched.

Neighbours: `answers` (what each field is to the rows), `leaves` (what each leaf is), `language.matcher` (says
what every condition must mean).

The condition stays flat: negations are pushed down to the leaves, lists of one operator are one list, equal
fields of an OR one IN. SQLite reads `a AND b AND c` as pairs in pairs, at most 1,000 deep, and its parser
keeps all that stands before an open parenthesis on a stack of 100: so in a list the deepest list comes first,
and what is no list stands behind it in groups of its own.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, and_, not_, or_
from sqlalchemy.sql.elements import Grouping

from polybooru.search.language.parser import conjunction, disjunction
from polybooru.search.language.tree import And, Boost, Equals, Leaf, Not, Or, Phrase, Query
from polybooru.search.sql.answers import Answer, Condition, Elsewhere
from polybooru.search.sql.leaves import LeafReader

_SIDE_BY_SIDE = 32


@dataclass(frozen=True, slots=True)
class _Part:
    """A condition, and how many places on the stack of a parser its parentheses take."""

    condition: Condition
    stacked: int = 0


@dataclass(frozen=True, slots=True)
class Selection:
    """Which rows a query means. joined: what the condition reads besides, to be outer-joined by its key."""

    condition: Condition
    joined: tuple[Elsewhere, ...]


def selection(
    query: Query, answers: Mapping[str, Answer], connection: Connection, now: datetime
) -> Selection:
    """What the query means in SQL, at the moment `now`.

    Patterns over words and misspellings are looked up on the connection at once. Raises TooBroad,
    UnsupportedLeaf.
    """
    leaves = LeafReader(answers, connection, now)
    part = _read(_flat(query, negated=False), leaves, is_demanded=True)
    return Selection(part.condition, tuple(leaves.joined))


def _flat(query: Query, *, negated: bool) -> Query:
    """The same meaning without boosts, negations only of leaves, no list in a list of its kind."""
    match query:
        case Not(child):
            return _flat(child, negated=not negated)
        case Boost(_, child):
            return _flat(child, negated=negated)
        case And(children) | Or(children):
            flat = [_flat(child, negated=negated) for child in children]
            return conjunction(flat) if isinstance(query, And) is not negated else disjunction(flat)
        case _:
            return Not(query) if negated else query


def _read(query: Query, leaves: LeafReader, *, is_demanded: bool) -> _Part:
    """is_demanded: no row comes into question without it."""
    match query:
        case And(children):
            found = [child for child in dict.fromkeys(children) if not isinstance(child, Not)]
            parts = [_read(child, leaves, is_demanded=is_demanded) for child in found]
            denied = _groups([child.child for child in children if isinstance(child, Not)])
            parts += [_Part(not_(leaves.one_of(group, is_demanded=False))) for group in denied]
            return _list(and_, parts)
        case Or(children):
            lists = [child for child in dict.fromkeys(children) if isinstance(child, And | Not)]
            parts = [_read(child, leaves, is_demanded=False) for child in lists]
            groups = _groups([child for child in children if not isinstance(child, And | Not)])
            is_only = is_demanded and not parts and len(groups) == 1
            parts += [_Part(leaves.one_of(group, is_demanded=is_only)) for group in groups]
            return _list(or_, parts)
        case Not(child):
            return _Part(not_(_read(child, leaves, is_demanded=False).condition))
        case Boost():
            raise AssertionError("a flat query has no boosts")
        case _:
            return _Part(leaves.one_of([query], is_demanded=is_demanded))


def _groups(alternatives: Iterable[Query]) -> list[list[Leaf]]:
    """Values and phrases of one field stand together, every other leaf by itself."""
    groups: dict[object, list[Leaf]] = {}
    for leaf in dict.fromkeys(alternatives):
        assert not isinstance(leaf, Not | And | Or | Boost), (
            "a flat query negates leaves, and lists are in lists"
        )
        key = (type(leaf), leaf.field) if isinstance(leaf, Equals | Phrase) else leaf
        groups.setdefault(key, []).append(leaf)
    return list(groups.values())


class _Apart(Grouping[bool]):
    """A list in parentheses, which SQLAlchemy does not take into another list of the same operator."""

    inherit_cache = True
    operator = None


def _list(combine: Callable[..., Condition], parts: Sequence[_Part]) -> _Part:
    lists = sorted((part for part in parts if part.stacked), key=lambda part: part.stacked, reverse=True)
    single = [part for part in parts if not part.stacked]
    if len(single) > (1 if lists else _SIDE_BY_SIDE):
        starts = range(0, len(single), _SIDE_BY_SIDE)
        single = [_group(combine, single[start : start + _SIDE_BY_SIDE]) for start in starts]
    return _combined(combine, [*lists, *single])


def _group(combine: Callable[..., Condition], parts: Sequence[_Part]) -> _Part:
    whole = _combined(combine, parts)
    return _Part(_Apart(whole.condition), whole.stacked)


def _combined(combine: Callable[..., Condition], parts: Sequence[_Part]) -> _Part:
    first, *others = parts
    behind = [part.stacked + 2 for part in others]  # what came before, and the operator
    return _Part(combine(*(part.condition for part in parts)), stacked=1 + max([first.stacked, *behind]))
