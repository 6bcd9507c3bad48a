"""The handle that verbs work with: one transaction, its clock and its change log."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import Connection, CursorResult, Executable, Table

from polybooru.db import Change, Database, Event, Transaction, moderation_log
from polybooru.db.full_text import WordTable
from polybooru.db.prepared import Prepared
from polybooru.library.happenings import Happening
from polybooru.library.policy import Policy
from polybooru.search.language.tree import Query


@dataclass(frozen=True, slots=True, kw_only=True)
class Appraisal:
    """What a search would cost. images: how many the library has."""

    microseconds: float
    images: int


_encode = msgspec.json.Encoder().encode
Appraise = Callable[[Query], Appraisal | None]
"""None where there is no index, in a process that serves no searches."""


def unknown(_: Query) -> None:
    """Where there is no index."""


@dataclass(frozen=True, slots=True)
class Reading:
    """A consistent look at the rows; what a verb that changes nothing asks for."""

    connection: Connection
    now: datetime

    @property
    def is_sqlite(self) -> bool:
        """Which of the two databases it is, for what they do differently."""
        return self.connection.dialect.name == "sqlite"

    def execute(
        self, statement: Executable, rows: Sequence[dict[str, Any]] | None = None
    ) -> CursorResult[*tuple[Any, ...]]:
        """Run one statement, or the same one for many rows."""
        return self.connection.execute(statement, rows)

    def run(self, statement: Prepared, /, **values: Any) -> list[tuple[Any, ...]]:
        """Run a prepared statement; all its rows."""
        return statement.run(self.connection, **values)


@dataclass(frozen=True, slots=True)
class Work(Reading):
    """One transaction: rows and their change records are committed together or not at all.

    now: aware UTC; the same for everything in this transaction. policy: what the operator has set.
    appraise: what a query would cost here.
    """

    database: Database
    transaction: Transaction
    policy: Policy
    appraise: Appraise = unknown

    def changed(self, kind: str, object_id: int, user_id: int | None = None, *, known: object = None) -> None:
        """Log that a cached thing is stale: index, caches and other processes follow this log.

        known: what the index holds of it from now on, where the verb knows: an `Interaction`.
        """
        change = Change(kind, object_id, user_id)
        self.transaction.changes.pop(change, None)  # the last to say what is known comes last
        self.transaction.changes[change] = known

    def told(self, kind: Happening, object_id: int, **details: object) -> None:
        """Let those who listen hear of it once it is committed. details: JSON's types."""
        event = Event(kind=kind.value, object_id=object_id, details=_encode(details).decode())
        self.transaction.events.append(event)

    def logged(
        self, user_id: int | None, action: str, object_kind: str, object_id: int, **details: object
    ) -> None:
        """Enter what staff did into the moderation log. action: as image.hide; details: JSON's types."""
        entry = moderation_log.Entry(
            user_id=user_id, action=action, object_kind=object_kind, object_id=object_id, details=details
        )
        self.transaction.actions.append(entry)

    def put_words(self, table: WordTable, object_id: int, by_field: Mapping[str, Sequence[str]]) -> None:
        """Replace the analysed words of one row when all else is done; a field not named has none."""
        self.transaction.words.setdefault(table, {})[object_id] = by_field

    def insert(self, table: Table) -> Any:
        """An insert that can be told to skip or update rows already there."""
        return self.database.insert(table)
