"""Leaves of a query -> condition on the rows that are searched, as the answer of their field has it.

Patterns over words, and misspellings, are looked up at once: what comes of them is a list of texts.
Neighbours: `answers`, `patterns`, and `conditions`, which puts leaves together.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, TypeAlias, assert_never

from sqlalchemy import Column, ColumnElement, Connection, and_, false, not_, or_, select, true

from polybooru.search.language.patterns import edit_limit, within
from polybooru.search.language.tree import (
    Ago,
    Bound,
    Equals,
    Everything,
    Fuzzy,
    InGallery,
    Leaf,
    Nothing,
    Phrase,
    Range,
    Wildcard,
)
from polybooru.search.language.words import analyse
from polybooru.search.sql.answers import Answer, Condition, Elsewhere, Truth, Unknown, Values, Words
from polybooru.search.sql.errors import TooBroad, UnsupportedLeaf
from polybooru.search.sql.patterns import fits, is_storable, may_be_near

MOST_TEXTS = 1_000
"""So many texts one pattern over words, or one misspelling, may stand for."""
MOST_CANDIDATES = 20_000
"""So many texts are held against one misspelling, after the database has chosen them."""
FieldLeaf: TypeAlias = Equals | Range | Wildcard | Fuzzy | Phrase


@dataclass(slots=True)
class LeafReader:
    """Reads the leaves of one query.

    joined: what the conditions made so far read besides the rows, to be outer-joined by key and link.
    """

    answers: Mapping[str, Answer]
    connection: Connection
    now: datetime
    joined: dict[Elsewhere, None] = field(default_factory=dict[Elsewhere, None])

    @property
    def is_sqlite(self) -> bool:
        """Which of the two databases it is."""
        return self.connection.dialect.name == "sqlite"

    def one_of(self, leaves: Sequence[Leaf], *, is_demanded: bool) -> Condition:
        """That one of the leaves matches; several are values, or phrases, of one field.

        is_demanded: no row comes into question without it. Raises TooBroad, UnsupportedLeaf.
        """
        match leaves[0]:
            case Nothing():
                return false()
            case Everything():
                return true()
            case InGallery():
                raise UnsupportedLeaf("galleries are of images")
            case Equals(name) | Range(name) | Wildcard(name) | Fuzzy(name) | Phrase(name):
                pass
        asked = [leaf for leaf in leaves if isinstance(leaf, FieldLeaf) and _is_storable(leaf)]
        answer = self._answer(name)
        match answer:
            case Unknown():
                return false()
            case Truth(condition=condition):
                return or_(false(), *(_is_true(condition, leaf) for leaf in asked))
            case Values(conditions=conditions):
                told = self._value(answer.value, asked)
            case Words():
                told, conditions = self._words(answer, asked), ()
            case _:
                assert_never(answer)
        if told is None:
            return false()
        if answer.elsewhere is None:
            return and_(*conditions, told)
        return and_(*conditions, self._elsewhere(answer.elsewhere, told, is_demanded=is_demanded))

    def _answer(self, name: str) -> Answer:
        try:
            return self.answers[name]
        except KeyError:
            raise UnsupportedLeaf(f"no answer for the field {name}") from None

    def _elsewhere(self, place: Elsewhere, told: Condition, *, is_demanded: bool) -> Condition:
        """What is told of a row there, of the row that is searched."""
        if is_demanded and place.is_single and not self.is_sqlite:
            self.joined[place] = None
            return and_(place.key.is_not(None), told)
        keys = select(place.key).select_from(place.table).where(told).correlate(None)
        if not self.is_sqlite:
            # Else the planner may make a join of it, and of a few dozen joins one plan takes it seconds.
            return place.link.in_(keys).is_(True)
        if isinstance(place.key, Column) and place.key.nullable:
            keys = keys.where(place.key.is_not(None))
        found = place.link.in_(keys)
        return and_(place.link.is_not(None), found) if place.link.nullable else found

    def _value(self, value: ColumnElement[Any], leaves: Sequence[FieldLeaf]) -> Condition | None:
        """What the leaves say of a value; None where no value will do."""
        match leaves:
            case []:
                return None
            case [Phrase(name), *_]:
                raise UnsupportedLeaf(f"{name} has no words")
            case [Range(_, lower, upper)]:
                return self._between(value, lower, upper)
            case [Wildcard(_, pattern)]:
                return fits(value, pattern, is_sqlite=self.is_sqlite)
            case [Fuzzy(_, text, fuzz)] if edit_limit(text, fuzz):
                near = self._near(value, text, edit_limit(text, fuzz))
                return value.in_(near) if near else None
            case [Fuzzy(_, text)]:
                return value == text
            case [Equals(_, only)]:
                return value == only
            case _:
                return value.in_([leaf.value for leaf in leaves if isinstance(leaf, Equals)])

    def _words(self, answer: Words, leaves: Sequence[FieldLeaf]) -> Condition | None:
        phrases = [phrase for leaf in leaves for phrase in self.phrases(answer.known, leaf) if phrase]
        return answer.contains(phrases) if phrases else None

    def phrases(self, known: ColumnElement[str], leaf: FieldLeaf) -> list[list[str]]:
        """Of which one stands in a text that the leaf matches; empty ones stand in none. Raises TooBroad."""
        match leaf:
            case Phrase(_, text):
                return [analyse(text)]
            case Wildcard(_, pattern):
                fitting = select(known).where(fits(known, pattern, is_sqlite=self.is_sqlite))
                found = self.connection.execute(fitting.limit(MOST_TEXTS + 1)).scalars().all()
                return [[word] for word in _few(found, pattern)]
            case Fuzzy(_, text, fuzz) if edit_limit(text, fuzz):
                return [[word] for word in self._near(known, text, edit_limit(text, fuzz))]
            case Equals(_, word) | Fuzzy(_, word):
                return [[str(word)]] if str(word).isalnum() else []
            case Range():
                raise UnsupportedLeaf(f"{leaf.field} has no order")
            case _:
                assert_never(leaf)

    def _between(self, value: ColumnElement[Any], lower: Bound | None, upper: Bound | None) -> Condition:
        bounds: list[Condition] = []
        if lower is not None:
            least = self._limit(lower)
            bounds.append(value >= least if lower.inclusive else value > least)
        if upper is not None:
            most = self._limit(upper)
            bounds.append(value <= most if upper.inclusive else value < most)
        return and_(true(), *bounds)

    def _limit(self, bound: Bound) -> int | float | datetime:
        value = bound.value
        return self.now - timedelta(seconds=value.seconds) if isinstance(value, Ago) else value

    def _near(self, texts: ColumnElement[str], text: str, distance: int) -> list[str]:
        likely = select(texts).where(may_be_near(texts, text, distance, is_sqlite=self.is_sqlite))
        rows = self.connection.execute(likely.distinct().limit(MOST_CANDIDATES + 1)).scalars().all()
        if len(rows) > MOST_CANDIDATES:
            raise TooBroad(f"Too many texts are near `{text}'. Ask for a longer one.")
        return _few([found for found in rows if within(distance, text, found)], text)


def _is_true(condition: Condition, leaf: FieldLeaf) -> Condition:
    if not isinstance(leaf, Equals):
        raise UnsupportedLeaf(f"{leaf.field} is neither text nor number")
    return condition if leaf.value else not_(condition)


def _few(found: Sequence[str], asked: str) -> list[str]:
    if len(found) > MOST_TEXTS:
        raise TooBroad(f"`{asked}' stands for more than {MOST_TEXTS} texts. Ask for more of it.")
    return sorted(found)


def _is_storable(leaf: FieldLeaf) -> bool:
    match leaf:
        case Fuzzy(_, text, fuzz) if edit_limit(text, fuzz):
            return True
        case Equals(_, str(text)) | Wildcard(_, text) | Fuzzy(_, text):
            return is_storable(text)
        case _:
            return True
