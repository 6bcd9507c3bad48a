"""How a field of a query is answered by rows: what a caller of `conditions` hands in for each.

Every condition made here or handed in is true or false for a row, never null: else a query and its negation
could both leave a row out.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from sqlalchemy import Column, ColumnElement, FromClause

Condition: TypeAlias = ColumnElement[bool]


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Elsewhere:
    """Rows of another table; they belong to the row that is searched whose `link` their `key` equals.

    is_single: at most one of them does. Answers from the same table and link share one of these.
    """

    link: Column[Any]
    key: ColumnElement[Any]
    table: FromClause
    is_single: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Values:
    """Numbers, times or texts; of several values of a row, one suffices.

    value: what is compared; candidates for a misspelling are read from it alone. conditions: what else must
    be true of the row that is searched, among it that a value in this row is not null.
    """

    value: ColumnElement[Any]
    elsewhere: Elsewhere | None = None
    conditions: tuple[Condition, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Truth:
    """Yes or no."""

    condition: Condition


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """Analysed text, kept elsewhere as words that are letters and digits only.

    contains: one of these phrases stands in the text; neither their list nor one of them is empty.
    known: all words there are, for patterns.
    """

    contains: Callable[[Sequence[Sequence[str]]], Condition]
    known: ColumnElement[str]
    elsewhere: Elsewhere


@dataclass(frozen=True, slots=True)
class Unknown:
    """Not kept: no row matches."""


Answer: TypeAlias = Values | Truth | Words | Unknown


def of_column(value: Column[Any], *conditions: Condition) -> Values:
    """The answer of one column of the rows that are searched; only rows with these conditions have it."""
    told = (*conditions, value.is_not(None)) if value.nullable else conditions
    return Values(value=value, conditions=told)
