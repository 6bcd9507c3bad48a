"""What the rooms of the nouns are made of."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Column, ColumnElement, FromClause

from polybooru.db.full_text import WordTable, containing
from polybooru.db.tables import words as known_words
from polybooru.search.language.fields import Field, Fields, Kind, QueryError, fold
from polybooru.search.language.tree import Equals, Query
from polybooru.search.sql.answers import Answer, Condition, Elsewhere, Values, Words

OWNER = "owner"
"""Whose a row is, also an anonymous one; nobody can write it in a query, `my` means it."""


@dataclass(frozen=True, slots=True)
class Sort:
    """The order of a noun; nobody can ask for another."""

    value: ColumnElement[Any]
    is_descending: bool
    is_id_descending: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Noun:
    """One kind of row as one caller may search it.

    rows: the tables that every search reads. sort: what comes first; among equals, the id decides.
    reveals: fields whose use in a query calls for `visible_when_asked` instead of `visible`.
    """

    fields: Fields
    answers: Mapping[str, Answer]
    rows: FromClause
    id: Column[int]
    sort: Sort
    visible: Sequence[Condition] = ()
    reveals: frozenset[str] = frozenset()
    visible_when_asked: Sequence[Condition] = ()


def named(kind: Kind, *names: str, normalise: Callable[[str], str] = fold) -> dict[str, Field]:
    """Fields of one kind."""
    return {name: Field(name=name, kind=kind, normalise=normalise) for name in names}


def my(user_id: int | None, value: str) -> dict[str, Field]:
    """The field `my` of a person, which knows one value; nobody else has the field."""
    if user_id is None:
        return {}

    def read(asked: str) -> Query:
        if asked != value:
            raise QueryError("Unknown `my' value.")
        return Equals(OWNER, user_id)

    return {"my": Field(name="my", kind=Kind.CUSTOM, expand=read)}


def full_text(words: WordTable, row_id: Column[int], *, is_sqlite: bool) -> dict[str, Words]:
    """The answers of the analysed fields of one word table, whose rows belong to `row_id`."""
    place = Elsewhere(link=row_id, table=words.clause, key=words.clause.c.rowid, is_single=True)

    def answer(field: str) -> Words:
        def contains(phrases: Sequence[Sequence[str]]) -> Condition:
            return containing(words, field, phrases, is_sqlite=is_sqlite)

        return Words(contains=contains, known=known_words.c.word, elsewhere=place)

    return {field: answer(field) for field in words.fields}


def of_person(user_id: Column[int], name: Column[str], *conditions: Condition) -> Values:
    """The answer of the name, a column of `users` or an alias of it, of somebody whose id the row has."""
    people = name.table
    place = Elsewhere(link=user_id, table=people, key=people.c.id, is_single=True)
    return Values(value=name, elsewhere=place, conditions=conditions)
