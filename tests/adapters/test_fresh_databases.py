"""The databases that tests are given: migrated, and nobody else's."""

import os
import select
import shutil
import signal
import sqlite3
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.exc import DBAPIError
from tests.databases import PostgresqlServer, fresh_sqlite, prepare_sqlite_template

from polybooru.db import Database, schema


def create_words(url: str) -> None:
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE notes (word TEXT)"))
    engine.dispose()


def words_after_adding(url: str, word: str) -> list[str]:
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.execute(text("INSERT INTO notes VALUES (:word)"), {"word": word})
        words = connection.execute(text("SELECT word FROM notes")).scalars().all()
    engine.dispose()
    return list(words)


def test_a_test_finds_the_current_schema(database_url: str) -> None:
    database = Database(database_url)
    assert schema.is_current(database)
    database.close()


@pytest.mark.parametrize("round_", [1, 2])
def test_what_one_test_creates_another_does_not_find(database_url: str, round_: int) -> None:
    create_words(database_url)
    assert words_after_adding(database_url, "cat") == ["cat"]


def test_each_copy_of_a_postgresql_template_has_its_schema_and_only_its_own_rows(
    postgresql_server: PostgresqlServer,
) -> None:
    template = postgresql_server.prepare_template(create_words)
    with (
        postgresql_server.fresh_database(template) as one,
        postgresql_server.fresh_database(template) as other,
    ):
        assert words_after_adding(one, "cat") == ["cat"]
        assert words_after_adding(other, "dog") == ["dog"]


def test_each_copy_of_an_sqlite_template_has_its_schema_and_only_its_own_rows(tmp_path: Path) -> None:
    template = prepare_sqlite_template(tmp_path, create_words)
    (tmp_path / "other").mkdir()
    assert words_after_adding(fresh_sqlite(template, tmp_path), "cat") == ["cat"]
    assert words_after_adding(fresh_sqlite(template, tmp_path / "other"), "dog") == ["dog"]


def test_a_database_goes_away_although_someone_is_connected(postgresql_server: PostgresqlServer) -> None:
    with postgresql_server.fresh_database() as url:
        engine = create_engine(url)
        connection = engine.connect()
    with pytest.raises(DBAPIError):
        connection.execute(text("SELECT 1"))
    connection.close()
    engine.dispose()


def test_a_lent_database_comes_back_as_it_was(
    postgresql_server: PostgresqlServer, postgresql_template: str
) -> None:
    lent: list[str] = []
    for _ in range(2):
        with postgresql_server.lent_database(postgresql_template) as url:
            lent.append(url)
            engine = create_engine(url)
            connection = engine.connect()
            made = text("INSERT INTO words (word) VALUES ('cat')")
            numbered = text(
                "INSERT INTO changes (kind, object_id, made_at) VALUES ('tag', 1, 0) RETURNING number"
            )
            connection.execute(made)
            assert connection.execute(numbered).scalar_one() == 1
            connection.commit()
            connection.execute(text("SELECT 1"))  # left open, within a transaction
        with pytest.raises(DBAPIError):
            connection.execute(text("SELECT 1"))
        connection.close()
        engine.dispose()
    assert lent[0] == lent[1]


def test_a_lent_database_with_another_table_is_not_lent_again(
    postgresql_server: PostgresqlServer, postgresql_template: str
) -> None:
    with postgresql_server.lent_database(postgresql_template) as url:
        create_words(url)
    with postgresql_server.lent_database(postgresql_template) as other:
        assert other != url


@pytest.mark.postgresql
def test_a_stopped_server_leaves_nothing_behind() -> None:
    server = PostgresqlServer.start()
    server.stop()
    assert server.process.returncode is not None
    assert not server.folder.exists()


@pytest.mark.postgresql
def test_a_server_ends_with_the_process_that_started_it() -> None:
    program = (
        "from tests.databases import PostgresqlServer as Server\n"
        "server = Server.start(); print(server.folder, flush=True); input()"
    )
    root = Path(__file__).parents[2]
    with subprocess.Popen(
        [sys.executable, "-c", program], cwd=root, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as owner:
        assert owner.stdout is not None
        folder = Path(owner.stdout.readline().strip())
        server = int((folder / "data/postmaster.pid").read_text().split()[0])
        gone = os.pidfd_open(server)
        os.kill(owner.pid, signal.SIGKILL)
    try:
        assert_ends(gone)
    finally:
        shutil.rmtree(folder)
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(f"host={folder} user=postgres")


def assert_ends(process: int) -> None:
    """process: a pidfd, which becomes readable when the process ends."""
    readable, _, _ = select.select([process], [], [], 10)
    os.close(process)
    assert readable


def test_a_migration_that_leaves_its_connection_open_is_noticed(tmp_path: Path) -> None:
    left: list[sqlite3.Connection] = []

    def careless(url: str) -> None:
        connection = sqlite3.connect(url.removeprefix("sqlite:///"))
        left.append(connection)
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("CREATE TABLE notes (word TEXT)")

    with pytest.raises(AssertionError, match="left a connection open"):
        prepare_sqlite_template(tmp_path, careless)
    left[0].close()
