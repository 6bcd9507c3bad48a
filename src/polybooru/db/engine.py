"""One database behind one door: SQLite or PostgreSQL, told apart here and nowhere above.

`Database.write` is the only way to change rows. It numbers the changes of a transaction in commit order, so
that a follower that has seen number n has seen everything below it. Neighbours: `tables` (shapes),
`change_number` (the number, shared between the processes of one machine), `migrations`.
"""

import threading
from collections import deque
from collections.abc import Generator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import (
    Connection,
    Engine,
    Table,
    bindparam,
    create_engine,
    event,
    func,
    insert,
    make_url,
    select,
)
from sqlalchemy.dialects import postgresql, sqlite

from polybooru.db import moderation_log
from polybooru.db.full_text import WordTable, put_words
from polybooru.db.prepared import Prepared, commit, driver_of, tell
from polybooru.db.tables import changes, happenings

CHANGE_LOCK = 0x706F6C79  # advisory lock key: serialises the moment in which PostgreSQL numbers changes
BUSY_TIMEOUT_MS = 15_000
_MOST_READY = 8
_PRAGMAS = (
    "journal_mode = WAL",
    "synchronous = FULL",  # what is acknowledged survives a power cut
    "foreign_keys = ON",
    f"busy_timeout = {BUSY_TIMEOUT_MS}",
    "cache_size = -16384",
    # As much as SQLite maps at most: what its own cache has not, it finds without a call into the kernel.
    "mmap_size = 2147418112",
    "temp_store = MEMORY",
    "trusted_schema = OFF",
)

_LOG = Prepared(
    insert(changes)
    .values({name: bindparam(name) for name in ("kind", "object_id", "user_id", "made_at")})
    .returning(changes.c.number)
)
_LAST = Prepared(select(func.coalesce(func.max(changes.c.number), 0)))


@dataclass(frozen=True, slots=True)
class Change:
    """One cached thing that is no longer what it was."""

    kind: str
    object_id: int
    user_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Something that happened to an object. details: a JSON object."""

    kind: str
    object_id: int
    details: str


@dataclass(slots=True)
class Transaction:
    """An open transaction: its connection, and what it has changed so far.

    changes: in their order, each with what its writer knows to be stored of it now, or None.
    words: analysed texts by row, written as the last thing before the log: a new word is locked until the
    commit, and two transactions that lock words and rows in turns would wait for each other.
    events: what happened, for whoever listens; a transaction that changes nothing has none.
    actions: of staff, for the moderation log; written under the lock of the numbers: their order counts.
    last_number: set by the commit to the highest number its changes were given; None if it changed nothing.
    """

    connection: Connection
    changes: dict[Change, object] = field(default_factory=dict[Change, object])
    words: dict[WordTable, dict[int, Mapping[str, Sequence[str]]]] = field(
        default_factory=dict[WordTable, dict[int, Mapping[str, Sequence[str]]]]
    )
    actions: list[moderation_log.Entry] = field(default_factory=list[moderation_log.Entry])
    events: list[Event] = field(default_factory=list[Event])
    last_number: int | None = None


class Database:
    """Connections, transactions and the change log of one database. Safe to use from several threads."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.engine = _engine(url)
        self.is_sqlite = self.engine.dialect.name == "sqlite"
        # SQLite has one writer: queueing here is fair and wakes at once, its busy handler sleeps and retries.
        self._writer = threading.Lock() if self.is_sqlite else nullcontext()
        self.ready: deque[Connection] = deque()

    def close(self) -> None:
        """Give every connection back; also needed before a fork."""
        while self.ready:
            self.ready.pop().close()
        self.engine.dispose()

    def read(self) -> AbstractContextManager[Connection]:
        """A connection that changes nothing; on SQLite all its statements see one state."""
        return _Looking(self)

    def glance(self) -> AbstractContextManager[Connection]:
        """As `read`, for one statement alone; on SQLite it sees one state without a transaction around it."""
        return _Lent(self)

    def snapshot(self) -> AbstractContextManager[Connection]:
        """As `read`, and all statements see one state on PostgreSQL too."""
        if self.is_sqlite:
            return self.read()
        return self.engine.connect().execution_options(isolation_level="REPEATABLE READ")

    @contextmanager
    def begin(self) -> Generator[Connection]:
        """A connection that may change rows: commits on leaving, rolls back on an error. Logs nothing."""
        with self._writer, _Lent(self) as connection:
            if self.is_sqlite:
                tell(connection, "BEGIN IMMEDIATE")
            yield connection
            commit(connection)

    @contextmanager
    def write(self, made_at: datetime) -> Generator[Transaction]:
        """One transaction: commits on leaving, rolls back on an error.

        Its words are stored and its changes logged as its last steps.
        """
        with self.begin() as connection:
            transaction = Transaction(connection)
            yield transaction
            if transaction.words:
                put_words(connection, transaction.words)
            number = self._log(transaction, made_at, list(transaction.changes))
        transaction.last_number = number

    def _log(self, transaction: Transaction, made_at: datetime, pending: list[Change]) -> int | None:
        connection = transaction.connection
        if not self.is_sqlite and (pending or transaction.actions):
            # A sequence alone loses changes: a later number can become visible first.
            connection.execute(select(func.pg_advisory_xact_lock(CHANGE_LOCK)))
        if transaction.actions:
            moderation_log.append(connection, made_at, transaction.actions)
        if not pending:
            return None
        *others, last = [
            {"kind": c.kind, "object_id": c.object_id, "user_id": c.user_id, "made_at": made_at}
            for c in pending
        ]
        if others:
            _LOG.run_many(connection, others)
        [(number,)] = _LOG.run(connection, **last)
        if transaction.events:
            connection.execute(
                insert(happenings),
                [
                    {
                        "change_number": number,
                        "kind": event.kind,
                        "object_id": event.object_id,
                        "details": event.details,
                    }
                    for event in transaction.events
                ],
            )
        return int(number)

    def skip_ids(self, connection: Connection, table: Table) -> None:
        """After rows with ids of the caller's choice: let the next id of the table's own lie above them."""
        if not self.is_sqlite:
            highest = select(func.max(table.c.id)).scalar_subquery()
            connection.execute(select(func.setval(func.pg_get_serial_sequence(table.name, "id"), highest)))

    def lock_table(self, connection: Connection, table: Table) -> None:
        """Let nobody else change the table until the transaction ends; others may read it."""
        if not self.is_sqlite:  # which has one writer anyway
            connection.exec_driver_sql(f"LOCK TABLE {table.name} IN SHARE ROW EXCLUSIVE MODE")

    def insert(self, table: Table) -> Any:
        """An insert that can be told to skip or update rows already there (`on_conflict_do_…`)."""
        return sqlite.insert(table) if self.is_sqlite else postgresql.insert(table)


class _Lent:
    """A connection for one transaction; it is rolled back in the end, where nobody has committed.

    On SQLite those of before are lent again, the last one first: a pool takes as long as some statements,
    and what a connection has read of the file may still hold.
    """

    __slots__ = ("_connection", "_database")

    def __init__(self, database: Database) -> None:
        self._database = database
        try:
            self._connection = database.ready.pop()
        except IndexError:
            self._connection = database.engine.connect()

    def __enter__(self) -> Connection:
        return self._connection

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        connection, database = self._connection, self._database
        if kind is not None or not database.is_sqlite or len(database.ready) == _MOST_READY:
            connection.close()
            return
        connection.rollback()  # ends what SQLAlchemy knows of
        driver = driver_of(connection)
        if driver.in_transaction:
            driver.rollback()
        database.ready.append(connection)


class _Looking(_Lent):
    """A connection for one look. A class, as a function that yields takes as long as finding a row."""

    __slots__ = ()

    def __enter__(self) -> Connection:
        if self._database.is_sqlite:
            try:
                tell(self._connection, "BEGIN")
            except BaseException:
                self._connection.close()
                raise
        return self._connection


def last_change_number(connection: Connection) -> int:
    """The highest number that is visible to this connection; 0 in a new library."""
    [(number,)] = _LAST.run(connection)
    return int(number)


def _engine(url: str) -> Engine:
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite":
        engine = create_engine(
            parsed, pool_size=8, max_overflow=64, connect_args={"check_same_thread": False}
        )
        event.listen(engine, "connect", _configure_sqlite)
        return engine
    if parsed.drivername == "postgresql":
        parsed = parsed.set(drivername="postgresql+psycopg")
    # A backend that hangs must not hang us: statements are cut off, and dead connections found before use.
    return create_engine(parsed, pool_size=8, max_overflow=24, pool_pre_ping=True)


def _configure_sqlite(connection: Any, _record: object) -> None:
    connection.isolation_level = None  # the driver's own BEGIN comes too late and is never IMMEDIATE
    cursor = connection.cursor()
    for pragma in _PRAGMAS:
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()
