"""A library whose changes never last: each act on its stage is undone, so that one world serves thousands.

What verbs see is a real database: their transactions are savepoints of one that is never committed. No
replica is told of anything.
"""

from collections.abc import Generator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from polybooru.db import Database, Transaction
from polybooru.db.full_text import put_words


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
        with self.engine.connect().execution_options(is_writer=True) as connection:
            outer = connection.begin()
            self._stage, self.transactions = connection, []
            try:
                yield connection
            finally:
                self._stage = None
                outer.rollback()

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
    def write(self, made_at: datetime) -> Generator[Transaction]:
        if self._stage is None:
            with super().write(made_at) as transaction:
                yield transaction
            return
        with self._stage.begin_nested():
            transaction = Transaction(self._stage)
            self.transactions.append(transaction)
            yield transaction
            put_words(self._stage, transaction.words)
            self._log(transaction, made_at, list(transaction.changes))
