"""The databases that tests run on: SQLite files and a PostgreSQL server of our own.

A template is migrated once; every test gets a copy of it, made far faster than by a migration.
The fixtures over this are in `conftest.py`.
"""

import contextlib
import os
import pwd
import shutil
import signal
import sqlite3
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Self

import psycopg
from psycopg import sql
from sqlalchemy import event

from polybooru.db import Database

Migrate = Callable[[str], None]
"""Brings the empty database at an SQLAlchemy URL to the current schema, and leaves no connection open."""

START_SECONDS = 30.0


def _binaries() -> Path:
    """Where the newest PostgreSQL is. Debian keeps it out of PATH."""
    folders = sorted(
        Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: float(path.parent.name), reverse=True
    )
    for folder in folders:
        if (folder / "initdb").exists():
            return folder
    if found := shutil.which("initdb"):
        return Path(found).resolve().parent
    raise RuntimeError("PostgreSQL is missing. As root, type: apt-get install -y postgresql")


@dataclass(slots=True, kw_only=True)
class PostgresqlServer:
    """A server on a Unix socket in a folder of its own; it dies with the process that started it."""

    folder: Path
    process: subprocess.Popen[bytes]
    _numbers: Iterator[int] = field(default_factory=count)

    @classmethod
    def start(cls, **settings: str) -> Self:
        """Start one; settings: of the server, over those that suit tests."""
        binaries = _binaries()
        # Not below pytest's folder: the postgres user may not enter it, and a socket's path is short.
        folder = Path(tempfile.mkdtemp(prefix="polybooru-pg-"))
        as_owner = ["setpriv", "--pdeathsig", "QUIT"]
        if os.geteuid() == 0:  # initdb and postgres refuse to run as root
            owner = pwd.getpwnam("postgres")
            os.chown(folder, owner.pw_uid, owner.pw_gid)
            as_owner += ["--reuid", "postgres", "--regid", "postgres", "--clear-groups"]
        data, log = folder / "data", folder / "log"
        # A linguistic default collation, as most servers have: a query that relies on byte order must say so.
        locale = ["--encoding=UTF8", "--locale=C.UTF-8", "--locale-provider=icu", "--icu-locale=en"]
        initdb = [binaries / "initdb", "-D", data, "-U", "postgres", "-A", "trust", "--no-sync", *locale]
        options = {
            "listen_addresses": "",
            "unix_socket_directories": folder,
            "fsync": "off",
            "full_page_writes": "off",
            "synchronous_commit": "off",
            "shared_buffers": "32MB",
            "autovacuum": "off",
            **settings,
        }
        flags = [flag for name, value in options.items() for flag in ("-c", f"{name}={value}")]
        with log.open("wb") as output:
            subprocess.run([*as_owner, *initdb], check=True, cwd="/", stdout=output)
            process = subprocess.Popen(
                [*as_owner, binaries / "postgres", "-D", data, *flags], cwd="/", stdout=output, stderr=output
            )
        server = cls(folder=folder, process=process)
        server._wait_until_ready(log)
        return server

    def _wait_until_ready(self, log: Path) -> None:
        deadline = time.monotonic() + START_SECONDS
        while True:
            try:
                psycopg.connect(self._conninfo("postgres")).close()
            except psycopg.OperationalError:
                if self.process.poll() is None and time.monotonic() < deadline:
                    time.sleep(0.02)  # a server still starting gives no other sign
                    continue
                text = log.read_text()
                self.stop()
                raise RuntimeError(f"PostgreSQL did not start:\n{text}") from None
            else:
                return

    def stop(self) -> None:
        """Stop by process id, without saving anything, and remove the folder."""
        self.process.send_signal(signal.SIGQUIT)  # immediate shutdown
        self.process.wait(timeout=START_SECONDS)
        shutil.rmtree(self.folder)

    def url(self, name: str = "postgres") -> str:
        """SQLAlchemy's address of one database; `postgres` is the administrator's."""
        return f"postgresql+psycopg://postgres@/{name}?host={self.folder}"

    def _conninfo(self, name: str) -> str:
        return f"host={self.folder} user=postgres dbname={name}"

    def _administer(self, statement: str, **names: str) -> None:
        identifiers = {key: sql.Identifier(name) for key, name in names.items()}
        with psycopg.connect(self._conninfo("postgres"), autocommit=True) as connection:
            connection.execute(sql.SQL(statement).format(**identifiers))

    def prepare_template(self, migrate: Migrate) -> str:
        """Make and migrate a database that `fresh_database` can copy; returns its name."""
        name = f"template_{next(self._numbers)}"
        self._administer("CREATE DATABASE {name}", name=name)
        migrate(self.url(name))
        return name

    @contextlib.contextmanager
    def fresh_database(self, template: str = "template1") -> Iterator[str]:
        """The URL of a copy of the template for the caller alone; dropped at the end even if in use."""
        name = f"test_{next(self._numbers)}"
        self._administer("CREATE DATABASE {name} TEMPLATE {template}", name=name, template=template)
        try:
            yield self.url(name)
        finally:
            self._administer("DROP DATABASE {name} WITH (FORCE)", name=name)


def prepare_sqlite_template(folder: Path, migrate: Migrate) -> Path:
    """Make and migrate the file that `fresh_sqlite` copies."""
    path = folder / "template.sqlite3"
    sqlite3.connect(path).close()
    migrate(sqlite_url(path))
    assert not path.with_name(f"{path.name}-wal").exists(), "the migration left a connection open"
    return path


def fresh_sqlite(template: Path, folder: Path) -> str:
    """The URL of a copy of the template in the folder."""
    return sqlite_url(Path(shutil.copyfile(template, folder / "test.sqlite3")))


def sqlite_url(path: Path) -> str:
    return f"sqlite:///{path}"


@contextlib.contextmanager
def uses(database: Database) -> Iterator[list[object]]:
    """One entry at least if the database is asked for anything meanwhile."""
    database.close()  # so that whoever asks has to connect first
    connected: list[object] = []

    def note(connection: object, _record: object) -> None:
        connected.append(connection)

    event.listen(database.engine, "connect", note)
    try:
        yield connected
    finally:
        event.remove(database.engine, "connect", note)
