"""How a field of a query is answered by rows: what a caller of `conditions` hands in for each.

Every condition made here or handed in is true or false for a row, never null: else a query and its negation
could both leave a row out.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from sqlalchemy import Column, ColumnElement, FromClause, Select, and_

Condition: TypeAlias = ColumnElement[bool]


@dataclass(frozen=True, slots=True, eq=False)
class Joined:
    """Another table that an answer reads: at most one of its rows belongs to a row that is searched.

    The same one is joined once, however many answers read it; an equal one would be joined again.
    """

    table: FromClause
    on: Condition


def _as_it_is(condition: Condition) -> Condition:
    return condition


@dataclass(frozen=True, slots=True, kw_only=True)
class Values:
    """Numbers, times or texts; of several values of a row, one suffices.

    value: what is compared, and what candidates for a misspelling are read from.
    holds: a condition on the value -> one on the row.
    """

    value: ColumnElement[Any]
    holds: Callable[[Condition], Condition] = _as_it_is
    joined: tuple[Joined, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Truth:
    """Yes or no."""

    condition: Condition


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """Analysed text, kept as words that are letters and digits only.

    contains: one of these phrases stands in the row's text; neither their list nor one of them is empty.
    known: the list of all words there are, for patterns.
    """

    contains: Callable[[Sequence[Sequence[str]]], Condition]
    known: ColumnElement[str]
    joined: tuple[Joined, ...] = ()


@dataclass(frozen=True, slots=True)
class Unknown:
    """Not kept: no row matches."""


Answer: TypeAlias = Values | Truth | Words | Unknown


def of_column(value: Column[Any], *conditions: Condition) -> Values:
    """The answer of one column of the rows that are searched; only rows with these conditions have it."""
    told = (*conditions, value.is_not(None)) if value.nullable else conditions
    return (
        Values(value=value, holds=lambda condition: and_(*told, condition)) if told else Values(value=value)
    )


def of_joined(value: Column[Any], joined: Joined, key: Column[Any], *conditions: Condition) -> Values:
    """The answer of a column of a joined table; key: one that is null where nothing was joined."""
    return Values(
        value=value,
        holds=lambda condition: and_(*conditions, key.is_not(None), condition),
        joined=(joined,),
    )


def of_several(
    link: Column[Any], keys: Select[*tuple[Any, ...]], value: ColumnElement[Any], *, is_sqlite: bool
) -> Values:
    """The answer of values in rows of their own; keys: what these rows say of `link`, not yet narrowed."""

    def holds(condition: Condition) -> Condition:
        found = link.in_(keys.where(condition))
        if is_sqlite:
            return and_(link.is_not(None), found) if link.nullable else found
        # A bare IN becomes a join; for PostgreSQL's planner a few dozen of them take seconds.
        return found.is_(True)

    return Values(value=value, holds=holds)
