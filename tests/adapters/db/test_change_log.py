"""How the change log is trimmed, on both databases."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select

from polybooru.db import Change, Database
from polybooru.db.change_log import first_change_number, trim_changes
from polybooru.db.tables import changes

NOON = datetime(2025, 6, 1, 12, 0, 0, tzinfo=UTC)


@pytest.fixture
def database(database_url: str):
    database = Database(database_url)
    yield database
    database.close()


def log_changes(database: Database, count: int, made_at: datetime = NOON) -> int:
    with database.write(made_at) as transaction:
        for number in range(count):
            transaction.changes[Change("image", number)] = None
    assert transaction.last_number is not None
    return transaction.last_number


def numbers(database: Database) -> tuple[int, int, int]:
    with database.read() as connection:
        row = connection.execute(
            select(func.min(changes.c.number), func.max(changes.c.number), func.count())
        ).one()
    return row[0], row[1], row[2]


def trim(database: Database, below: int, made_before: datetime = NOON + timedelta(hours=1)) -> int:
    """Trim to the end; returns how often."""
    rounds = 1
    while trim_changes(database, below=below, made_before=made_before, now=NOON):
        rounds += 1
    return rounds


def test_rows_below_a_number_go_and_the_number_stays(database: Database) -> None:
    log_changes(database, 10)
    trim(database, below=7)
    assert numbers(database) == (7, 10, 4)
    trim(database, below=7)
    assert numbers(database) == (7, 10, 4)
    assert log_changes(database, 1) == 11


def test_a_long_log_is_trimmed_in_bounded_portions(database: Database) -> None:
    last = log_changes(database, 12_000)
    assert trim_changes(database, below=last, made_before=NOON + timedelta(hours=1), now=NOON)
    assert numbers(database) == (5_001, last, 7_000)
    assert trim(database, below=last) == 2
    assert numbers(database) == (last, last, 1)


def test_young_rows_stay_and_only_a_beginning_goes(database: Database) -> None:
    log_changes(database, 3, NOON)
    log_changes(database, 2, NOON + timedelta(hours=2))
    log_changes(database, 3, NOON)  # its writer's clock was behind
    trim(database, below=8)
    assert numbers(database) == (4, 8, 5)
    trim(database, below=8, made_before=NOON + timedelta(hours=3))
    assert numbers(database) == (8, 8, 1)


def test_an_empty_log_is_left_alone(database: Database) -> None:
    assert not trim_changes(database, below=-1, made_before=NOON, now=NOON)
    with database.read() as connection:
        assert first_change_number(connection) == 0
