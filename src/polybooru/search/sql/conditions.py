"""Query tree -> one SQL condition on the rows that are searched.

Neighbours: `answers` (what each field is to the rows), `patterns` (wildcards), `language.matcher` (says what
every condition must mean).

The condition stays flat: negations are pushed down to the leaves, lists of one operator are one list, equal
fields of an OR one IN. SQLite reads `a AND b AND c` as pairs in pairs, at most 1,000 deep, and its parser
keeps all that stands before an open parenthesis on a stack of 100: so in a list the deepest list comes first,
and what is no list stands behind it in groups of its own.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TypeAlias, assert_never

from sqlalchemy import ColumnElement, Connection, and_, false, not_, or_, select, true
from sqlalchemy.sql.elements import Grouping

from polybooru.search.language.parser import conjunction, disjunction
from polybooru.search.language.patterns import edit_limit, within
from polybooru.search.language.tree import (
    Ago,
    And,
    Boost,
    Bound,
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
from polybooru.search.language.words import analyse
from polybooru.search.sql.answers import Answer, Condition, Joined, Truth, Unknown, Values, Words
from polybooru.search.sql.errors import TooBroad, UnsupportedLeaf
from polybooru.search.sql.patterns import fits, may_be_near

MOST_TEXTS = 1_000
"""So many texts one pattern over words, or one misspelling, may stand for."""
MOST_CANDIDATES = 20_000
"""So many texts are held against one misspelling, after the database has chosen them."""
_SIDE_BY_SIDE = 32
_Value: TypeAlias = str | int | float | bool
_HALVES = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class _Part:
    """A condition, and how many places on the stack of a parser its parentheses take."""

    condition: Condition
    stacked: int = 0


@dataclass(frozen=True, slots=True)
class Selection:
    """Which rows a query means. joined: what the condition reads besides, each to be outer-joined."""

    condition: Condition
    joined: tuple[Joined, ...]


def selection(
    query: Query, answers: Mapping[str, Answer], connection: Connection, now: datetime
) -> Selection:
    """What the query means in SQL, at the moment `now`.

    Patterns over words and misspellings are looked up on the connection at once. Raises TooBroad,
    UnsupportedLeaf.
    """
    reader = _Reader(answers, connection, now)
    part = reader.read(_flat(query, negated=False))
    return Selection(part.condition, tuple(reader.joined))


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


@dataclass(slots=True)
class _Reader:
    """Reads one flat query; `joined` collects what its answers read besides."""

    answers: Mapping[str, Answer]
    connection: Connection
    now: datetime
    joined: dict[Joined, None] = field(default_factory=dict[Joined, None])

    @property
    def is_sqlite(self) -> bool:
        return self.connection.dialect.name == "sqlite"

    def read(self, query: Query) -> _Part:
        match query:
            case And(children):
                parts = self._several([child for child in children if not isinstance(child, Not)])
                denied = self._one_of([child.child for child in children if isinstance(child, Not)])
                return _list(and_, [*parts, *(_Part(not_(part.condition)) for part in denied)])
            case Or(children):
                lists = [child for child in children if isinstance(child, And | Not)]
                leaves = [child for child in children if not isinstance(child, And | Not)]
                return _list(or_, [*self._several(lists), *self._one_of(leaves)])
            case Not(child):
                return _Part(not_(self.read(child).condition))
            case Boost():
                raise AssertionError("a flat query has no boosts")
            case _:
                return _Part(self._leaf(query))

    def _several(self, queries: Iterable[Query]) -> list[_Part]:
        return [self.read(query) for query in dict.fromkeys(queries)]

    def _one_of(self, leaves: Iterable[Query]) -> list[_Part]:
        """Parts of which one must hold; values and phrases of one field are asked for together."""
        values: dict[str, list[_Value]] = {}
        phrases: dict[str, list[list[str]]] = {}
        found: list[Condition] = []
        for leaf in dict.fromkeys(leaves):
            match leaf:
                case Equals(name, value):
                    values.setdefault(name, []).append(value)
                case Phrase(name, text):
                    phrases.setdefault(name, []).append(analyse(text))
                case _:
                    found.append(self.read(leaf).condition)
        found += [self._equal(name, asked) for name, asked in values.items()]
        found += [self._contains(name, asked) for name, asked in phrases.items()]
        return [_Part(condition) for condition in found]

    def _leaf(self, leaf: Leaf) -> Condition:
        match leaf:
            case Nothing():
                return false()
            case Everything():
                return true()
            case Equals(name, value):
                return self._equal(name, [value])
            case Phrase(name, text):
                return self._contains(name, [analyse(text)])
            case Range(name, lower, upper):
                return self._between(name, lower, upper)
            case Wildcard(name, pattern):
                return self._fits(name, pattern)
            case Fuzzy(name, text, fuzz):
                return self._near(name, text, edit_limit(text, fuzz))
            case InGallery():
                raise UnsupportedLeaf("galleries are of images")
            case _:
                assert_never(leaf)

    def _answer(self, name: str) -> Answer:
        try:
            answer = self.answers[name]
        except KeyError:
            raise UnsupportedLeaf(f"no answer for the field {name}") from None
        if isinstance(answer, Values | Words):
            self.joined.update(dict.fromkeys(answer.joined))
        return answer

    def _equal(self, name: str, asked: Sequence[_Value]) -> Condition:
        answer = self._answer(name)
        match answer:
            case Values(value=column, holds=holds):
                known = [value for value in asked if _is_storable(value)]
                return (
                    holds(column.in_(known) if len(known) > 1 else column == known[0]) if known else false()
                )
            case Truth(condition=condition):
                return or_(*(condition if value else not_(condition) for value in asked))
            case Words():
                return self._contains(name, [[str(value)] for value in asked if str(value).isalnum()])
            case Unknown():
                return false()
            case _:
                assert_never(answer)

    def _contains(self, name: str, phrases: Sequence[Sequence[str]]) -> Condition:
        answer = self._answer(name)
        if not isinstance(answer, Words):
            raise UnsupportedLeaf(f"{name} has no words")
        asked = [phrase for phrase in phrases if phrase]
        return answer.contains(asked) if asked else false()

    def _between(self, name: str, lower: Bound | None, upper: Bound | None) -> Condition:
        answer = self._answer(name)
        if not isinstance(answer, Values):
            raise UnsupportedLeaf(f"{name} has no order")
        bounds: list[Condition] = []
        if lower is not None:
            least = self._limit(lower)
            bounds.append(answer.value >= least if lower.inclusive else answer.value > least)
        if upper is not None:
            most = self._limit(upper)
            bounds.append(answer.value <= most if upper.inclusive else answer.value < most)
        return answer.holds(and_(true(), *bounds))

    def _limit(self, bound: Bound) -> int | float | datetime:
        value = bound.value
        return self.now - timedelta(seconds=value.seconds) if isinstance(value, Ago) else value

    def _fits(self, name: str, pattern: str) -> Condition:
        answer = self._answer(name)
        if isinstance(answer, Unknown) or not _is_storable(pattern):
            return false()
        match answer:
            case Values(value=column, holds=holds):
                return holds(fits(column, pattern, is_sqlite=self.is_sqlite))
            case Words(known=known):
                fitting = select(known).where(fits(known, pattern, is_sqlite=self.is_sqlite))
                found = self.connection.execute(fitting.limit(MOST_TEXTS + 1)).scalars().all()
                return self._contains(name, [[word] for word in _few(found, pattern)])
            case Truth():
                raise UnsupportedLeaf(f"{name} is no text")
            case _:
                assert_never(answer)

    def _near(self, name: str, text: str, distance: int) -> Condition:
        if not distance:
            return self._equal(name, [text])
        answer = self._answer(name)
        if isinstance(answer, Unknown) or not _is_storable(text):
            return false()
        match answer:
            case Values(value=column, holds=holds):
                near = self._texts_near(column, text, distance)
                return holds(column.in_(near)) if near else false()
            case Words(known=known):
                return self._contains(name, [[word] for word in self._texts_near(known, text, distance)])
            case Truth():
                raise UnsupportedLeaf(f"{name} is no text")
            case _:
                assert_never(answer)

    def _texts_near(self, column: ColumnElement[str], text: str, distance: int) -> list[str]:
        likely = (
            select(column).where(may_be_near(column, text, distance, is_sqlite=self.is_sqlite)).distinct()
        )
        candidates = self.connection.execute(likely.limit(MOST_CANDIDATES + 1)).scalars().all()
        if len(candidates) > MOST_CANDIDATES:
            raise TooBroad(f"Too many texts are near `{text}'. Ask for a longer one.")
        return _few([found for found in candidates if within(distance, text, found)], text)


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


def _few(found: Sequence[str], asked: str) -> list[str]:
    if len(found) > MOST_TEXTS:
        raise TooBroad(f"`{asked}' stands for more than {MOST_TEXTS} texts. Ask for more of it.")
    return sorted(found)


def _is_storable(value: _Value) -> bool:
    """Not a NUL or half a character: no row has them, and the databases refuse to be asked."""
    return not isinstance(value, str) or ("\0" not in value and not _HALVES.search(value))
