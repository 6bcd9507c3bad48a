"""Prepared statements: what the driver is given and gives is what SQLAlchemy would have made of it."""

import sqlite3
from contextlib import closing
from datetime import UTC, datetime

import pytest
from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.exc import IntegrityError, OperationalError, SQLAlchemyError

from polybooru.db import Database
from polybooru.db.prepared import Prepared
from polybooru.db.tables import filters, jobs

NOON = datetime(2025, 6, 1, 12, tzinfo=UTC)
ADD = Prepared(
    insert(jobs)
    .values(kind=bindparam("what"), object_id=bindparam("number"), created_at=bindparam("now"), attempts=3)
    .returning(jobs.c.created_at, jobs.c.attempts, jobs.c.leased_until)
)
FIND = Prepared(
    select(jobs.c.object_id, jobs.c.created_at)
    .where(jobs.c.kind == bindparam("what"), jobs.c.attempts < 4)
    .order_by(jobs.c.object_id)
)


@pytest.fixture
def database(database_url: str):
    database = Database(database_url)
    yield database
    database.close()


def test_values_and_rows_are_converted_by_their_types(database: Database) -> None:
    with database.begin() as connection:
        assert ADD.run(connection, what="x", number=7, now=NOON) == [(NOON, 3, None)]
        assert FIND.run(connection, what="x") == [(7, NOON)]
        assert FIND.run(connection, what="y") == []
        [row] = connection.execute(select(jobs)).all()
    assert (row.kind, row.object_id, row.created_at, row.attempts) == ("x", 7, NOON, 3)


def test_truth_values_come_back_as_such(database: Database) -> None:
    add = insert(filters).values(name="f", is_public=bindparam("is_public"), created_at=NOON)
    known = Prepared(add.returning(filters.c.is_public, filters.c.is_system))
    with database.begin() as connection:
        [(is_public, is_system)] = known.run(connection, is_public=True)
    assert is_public is True
    assert is_system is False


def test_a_statement_without_rows_gives_none(database: Database) -> None:
    change = Prepared(update(jobs).where(jobs.c.kind == bindparam("what")).values(attempts=5))
    with database.begin() as connection:
        ADD.run(connection, what="x", number=7, now=NOON)
        assert change.run(connection, what="x") == []
        assert connection.execute(select(jobs.c.attempts)).scalar_one() == 5


def test_many_rows_are_stored_in_their_order(database: Database) -> None:
    rows = [{"what": "x", "number": number, "now": NOON} for number in range(100)]
    with database.begin() as connection:
        ADD.run_many(connection, rows)
    with database.read() as connection:
        assert connection.execute(select(jobs.c.object_id).order_by(jobs.c.id)).scalars().all() == list(
            range(100)
        )


def test_faults_are_raised_as_of_any_statement(database: Database) -> None:
    row = {"what": "x", "number": 1, "now": NOON}
    with database.begin() as connection:
        ADD.run(connection, **row)
    with pytest.raises(IntegrityError), database.begin() as connection:
        ADD.run(connection, **row)
    with pytest.raises(IntegrityError), database.begin() as connection:
        ADD.run_many(connection, [row | {"number": 2}, row])
    with database.read() as connection:
        assert FIND.run(connection, what="x") == [(1, NOON)]


def test_a_value_that_is_missing_is_a_mistake(database: Database) -> None:
    with pytest.raises((KeyError, SQLAlchemyError)), database.begin() as connection:
        ADD.run(connection, what="x", now=NOON)
    with pytest.raises(ValueError, match="without a zone"), database.begin() as connection:
        ADD.run(connection, what="x", number=1, now=NOON.replace(tzinfo=None))


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_database_that_stays_locked_is_told_as_sqlalchemy_tells_it(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("polybooru.db.engine._PRAGMAS", ("busy_timeout = 1",))
    with closing(sqlite3.connect(database.engine.url.database or "", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(OperationalError, match="locked"), database.begin():
            pass
        other.execute("ROLLBACK")
    with database.begin() as connection:  # and nothing of it is left
        ADD.run(connection, what="x", number=7, now=NOON)
