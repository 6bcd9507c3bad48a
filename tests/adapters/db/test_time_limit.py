"""Statements that take too long are stopped by either database."""

from collections.abc import Iterator

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from polybooru.db import Database
from polybooru.db.time_limit import TookTooLong, time_limit

ENDLESS = text("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n")


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    database = Database(database_url)
    yield database
    database.close()


def test_an_endless_statement_ends(database: Database) -> None:
    with database.read() as connection, pytest.raises(TookTooLong), time_limit(connection, 0.05):
        connection.execute(ENDLESS)


def test_a_connection_that_was_stopped_serves_the_next(database: Database) -> None:
    for _ in range(12):  # more often than there are connections to give
        with database.read() as connection, pytest.raises(TookTooLong), time_limit(connection, 0.01):
            connection.execute(ENDLESS)
        with database.read() as connection, time_limit(connection, 30):
            assert connection.execute(text("SELECT 1")).scalar_one() == 1


def test_without_time_nothing_is_asked(database: Database) -> None:
    with database.read() as connection, pytest.raises(TookTooLong), time_limit(connection, 0):
        connection.execute(ENDLESS)


def test_other_errors_are_not_taken_for_it(database: Database) -> None:
    nonsense = text("SELECT * FROM nothing_of_that_name")
    with (
        database.read() as connection,
        pytest.raises(DBAPIError, match="nothing_of_that_name"),
        time_limit(connection, 30),
    ):
        connection.execute(nonsense)


def test_the_limit_ends_with_its_block(database: Database) -> None:
    some = text(
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 300000) "
        "SELECT max(i) FROM n"
    )
    with database.read() as connection, pytest.raises(TookTooLong), time_limit(connection, 0.001):
        connection.execute(ENDLESS)
    with database.read() as connection:
        assert connection.execute(some).scalar_one() == 300_000
