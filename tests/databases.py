"""The databases that tests run on: SQLite files and a PostgreSQL server of our own.

A template is migrated once; every test gets a copy of it, made far faster than by a migration. A copy still
takes PostgreSQL a tenth of a second: one that has served a test is emptied and lent again, and so is a
`Database` with the statements that it has compiled. The fixtures over this are in `conftest.py`.
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
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
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
_LENT_AT_MOST = 50  # times: emptied tables keep what was in them until somebody cleans up


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


@dataclass(frozen=True, slots=True, kw_only=True)
class _Copy:
    """A database made from a template. structure: as it was made."""

    name: str
    structure: object
    times_lent: int = 0


@dataclass(slots=True, kw_only=True)
class PostgresqlServer:
    """A server on a Unix socket in a folder of its own; it dies with the process that started it."""

    folder: Path
    process: subprocess.Popen[bytes]
    _numbers: Iterator[int] = field(default_factory=count)
    _free: defaultdict[str, list[_Copy]] = field(default_factory=lambda: defaultdict(list))

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

    @contextlib.contextmanager
    def lent_database(self, template: str) -> Iterator[str]:
        """As `fresh_database`, of a template without rows: one that served before, emptied, or a new one."""
        free = self._free[template]
        copy = free.pop() if free else self._copy(template)
        is_kept = False
        try:
            yield self.url(copy.name)
            is_kept = copy.times_lent < _LENT_AT_MOST and self._empty(copy)
        finally:
            if is_kept:
                free.append(replace(copy, times_lent=copy.times_lent + 1))
            else:
                self._administer("DROP DATABASE {name} WITH (FORCE)", name=copy.name)

    def _copy(self, template: str) -> _Copy:
        name = f"lent_{next(self._numbers)}"
        self._administer("CREATE DATABASE {name} TEMPLATE {template}", name=name, template=template)
        with psycopg.connect(self._conninfo(name)) as connection:
            return _Copy(name=name, structure=_structure(connection))

    def _empty(self, copy: _Copy) -> bool:
        """Whether there is again what was in it when it was made; whoever is connected is thrown out."""
        with psycopg.connect(self._conninfo(copy.name)) as connection:
            connection.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
            if _structure(connection) != copy.structure:
                return False
            tables = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
            names = {name for (name,) in tables} - {"alembic_version"}
            emptied = [sql.SQL("DELETE FROM {}").format(sql.Identifier(name)) for name in sorted(names)]
            # No foreign key is looked at: in the end there are no rows on either side.
            connection.execute("SET LOCAL session_replication_role = replica")
            connection.execute(sql.SQL(";").join(emptied))
            connection.execute(
                "SELECT setval(format('%I', sequencename)::regclass, start_value, false) FROM pg_sequences"
            )
        return True


def _structure(connection: psycopg.Connection) -> object:
    """Changes with every table, column and index of a database."""
    return connection.execute(
        "SELECT count(*), max(xmin::text::bigint), (SELECT array_agg(version_num) FROM alembic_version)"
        " FROM (SELECT xmin FROM pg_class UNION ALL SELECT xmin FROM pg_attribute) AS parts"
    ).fetchone()


_databases: defaultdict[str, list[Database]] = defaultdict(list)


@contextlib.contextmanager
def opened(url: str) -> Iterator[Database]:
    """A database as a new process opens it, but for the statements compiled by one that was closed."""
    free = _databases[url]
    database = free.pop() if free else Database(url)
    try:
        yield database
    finally:
        database.close()
        free.append(database)


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


def lent_sqlite(template: Path, folder: Path) -> str:
    """As `fresh_sqlite`, in place of the last one in this folder, so that its address is known already."""
    for path in folder.glob("test.sqlite3*"):
        path.unlink()
    return fresh_sqlite(template, folder)


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
