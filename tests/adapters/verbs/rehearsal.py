"""A library whose changes never last: each act on its stage is undone, so that one world serves thousands.

What verbs see is a real database: their transactions are savepoints of one that is never committed. No
replica is told of anything.
"""

from collections.abc import Generator
from contextlib import contextmanager, suppress
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from polybooru.db import Database, Transaction


class Undone(Exception):
    """Ends a stage, so that its transaction is rolled back."""


class Rehearsal(Database):
    """A database that forgets what happened inside `stage`.

    transactions: those of the act, refused ones too, with what they were about to log.
    """

    def __init__(self, url: str) -> None:
        super().__init__(url)
        self.transactions: list[Transaction] = []
        self._stage: Connection | None = None

    @contextmanager
    def stage(self) -> Generator[Connection]:
        with suppress(Undone), super().begin() as connection:
            self._stage, self.transactions = connection, []
            try:
                yield connection
            finally:
                self._stage = None
            raise Undone

    def rows_written(self) -> int:
        """How many rows this connection wrote, taken back or not; 0 on PostgreSQL, which does not tell."""
        if not self.is_sqlite or self._stage is None:
            return 0
        driver: Any = self._stage.connection.driver_connection
        return int(driver.total_changes)

    @contextmanager
    def read(self) -> Generator[Connection]:
        if self._stage is None:
            with super().read() as connection:
                yield connection
        else:
            yield self._stage

    @contextmanager
    def snapshot(self) -> Generator[Connection]:
        if self._stage is None:
            with super().snapshot() as connection:
                yield connection
        else:
            yield self._stage

    @contextmanager
    def begin(self) -> Generator[Connection]:
        if self._stage is None:
            with super().begin() as connection:
                yield connection
        else:
            with self._stage.begin_nested():
                yield self._stage

    @contextmanager
    def write(self, made_at: datetime) -> Generator[Transaction]:
        with super().write(made_at) as transaction:
            self.transactions.append(transaction)
            yield transaction
        if self._stage is not None:
            transaction.last_number = None
