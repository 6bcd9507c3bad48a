"""How the rows of one part of a dump are read: page by page, in the order of their keys.

Neighbour: `parts`, which says what the parts are.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Column, ColumnElement, FromClause, func, select, true

from polybooru.db import joined
from polybooru.library.dumps.lines import Line
from polybooru.library.work import Reading

Facts = dict[str, Any]


def as_they_are(facts: Facts) -> Facts:
    """Where the columns are the fields of the line."""
    return facts


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """Values of other rows that belong to one. order: None: that of the values."""

    rows: FromClause
    value: ColumnElement[Any]
    belongs_to: Column[Any]
    condition: ColumnElement[bool] = field(default_factory=true)
    order: Column[Any] | None = None

    def of(self, reading: Reading, keys: Sequence[int]) -> dict[int, list[Any]]:
        """By the key of what they belong to; each value once."""
        wanted = select(self.belongs_to, self.value.label("value")).select_from(self.rows)
        wanted = wanted.where(joined.among_asked(self.belongs_to), self.condition)
        order = self.value if self.order is None else self.order
        rows = reading.connection.execute(wanted.order_by(self.belongs_to, order), joined.asked(keys))
        found: dict[int, dict[Any, None]] = {}
        for key, value in rows:
            found.setdefault(key, {})[value] = None
        return {key: [*values] for key, values in found.items()}


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One file.

    key: rises with the first field of the lines. condition: which rows are public. columns: that are not
    called as the fields are, and `finished` makes fields of them.
    """

    name: str
    line: type[Line]
    rows: FromClause
    key: Column[Any]
    condition: ColumnElement[bool] = field(default_factory=true)
    columns: Mapping[str, ColumnElement[Any]] = field(default_factory=dict[str, ColumnElement[Any]])
    listed: Mapping[str, Listed] = field(default_factory=dict[str, Listed])
    finished: Callable[[Facts], Facts] = as_they_are

    @property
    def file_name(self) -> str:
        """In the folder of the dump."""
        return f"{self.name}.jsonl.gz"

    def count(self, reading: Reading) -> int:
        """How many lines it has."""
        wanted = select(func.count()).select_from(self.rows).where(self.condition)
        number: int = reading.execute(wanted).scalar_one()
        return number

    def page(self, reading: Reading, after: int, limit: int) -> list[Line]:
        """The next lines after this key."""
        known = self.key.table.c
        plain = [
            known[name]
            for name in self.line.__struct_fields__
            if name in known and name not in self.columns and name not in self.listed
        ]
        made = [value.label(name) for name, value in self.columns.items()]
        wanted = select(*plain, *made, self.key.label("key_of_row")).select_from(self.rows)
        page = wanted.where(self.condition, self.key > after).order_by(self.key).limit(limit)
        rows = [dict(row) for row in reading.execute(page).mappings()]
        keys = [row.pop("key_of_row") for row in rows]
        for name, listed in self.listed.items():
            found = listed.of(reading, keys)
            for key, row in zip(keys, rows, strict=True):
                row[name] = found.get(key, [])
        return [self.line(**self.finished(row)) for row in rows]
