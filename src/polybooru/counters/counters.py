"""States by key in one SQLite file, changed by one process at a time."""

import os
import sqlite3
import threading
import time
from array import array
from collections.abc import Callable
from pathlib import Path
from typing import Final, TypeAlias, TypeVar

State: TypeAlias = tuple[float, ...]
"""What a rule remembers of one caller: a few numbers; empty at first and after it was forgotten."""

_Answer = TypeVar("_Answer")

_BUSY_MS: Final = 5_000
_AGAIN_SECONDS: Final = 0.001
_SWEEP_EVERY: Final = 1_024  # steps of one process
_SWEPT_AT_ONCE: Final = 2_048
_PRAGMAS: Final = (
    "journal_mode = WAL",
    "synchronous = OFF",  # a power cut may forget who asked lately
    f"busy_timeout = {_BUSY_MS}",
    "cache_size = -2048",
)
_TABLE: Final = """
create table if not exists counters (key text primary key, state blob not null, keep_until real not null)
without rowid
"""
_FIND: Final = "select state from counters where key = ? and keep_until > ?"
_PUT: Final = """
insert into counters values (?, ?, ?)
on conflict (key) do update set state = excluded.state, keep_until = excluded.keep_until
"""
_SWEEP: Final = "delete from counters where key in (select key from counters where keep_until <= ? limit ?)"


class Counters:
    """See the module. Safe to use from several threads and after a fork.

    path: the file; made if need be, and made anew if it is no database.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.Lock()
        self._connection: sqlite3.Connection | None = None
        self._process = 0
        self._steps = 0

    def step(
        self, key: str, now: float, keep_seconds: float, take: Callable[[State], tuple[State, _Answer]]
    ) -> _Answer:
        """Change the state of the key by one step, as no other process can meanwhile; some ten microseconds.

        now: seconds since 1970. keep_seconds: after so long without a step the state is forgotten.
        """
        with self._lock:
            connection = self._connected()
            connection.execute("begin immediate")
            try:
                row = connection.execute(_FIND, (key, now)).fetchone()
                before = () if row is None else tuple(array("d", row[0]))
                after, answer = take(before)
                if after != before:
                    connection.execute(_PUT, (key, array("d", after).tobytes(), now + keep_seconds))
                self._steps += 1
                if self._steps % _SWEEP_EVERY == 0:
                    connection.execute(_SWEEP, (now, _SWEPT_AT_ONCE))
            except BaseException:
                connection.execute("rollback")
                raise
            connection.execute("commit")
            return answer

    def close(self) -> None:
        """Give the file back."""
        with self._lock:
            if self._connection is not None and self._process == os.getpid():
                self._connection.close()
            self._connection = None

    def _connected(self) -> sqlite3.Connection:
        # SQLite's connections do not survive a fork: a child leaves the parent's alone and opens its own.
        if self._connection is None or self._process != os.getpid():
            self._connection = self._opened()
            self._process = os.getpid()
        return self._connection

    def _opened(self) -> sqlite3.Connection:
        try:
            return _connect(self._path)
        except sqlite3.DatabaseError as error:
            if error.sqlite_errorcode not in (sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT):
                raise
            for suffix in ("", "-wal", "-shm"):
                Path(f"{self._path}{suffix}").unlink(missing_ok=True)
            return _connect(self._path)


def _connect(path: Path) -> sqlite3.Connection:
    deadline = time.monotonic() + _BUSY_MS / 1_000
    while True:
        connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        try:
            for pragma in _PRAGMAS:
                connection.execute(f"pragma {pragma}")
            connection.execute(_TABLE)
        except sqlite3.DatabaseError as error:
            connection.close()
            # Of two that give one file its log at once SQLite sends one away, without any wait.
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() > deadline:
                raise
            time.sleep(_AGAIN_SECONDS)
        else:
            return connection
