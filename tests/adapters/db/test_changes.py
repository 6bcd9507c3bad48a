"""The change log: numbers become visible in order, and the mapped number never falls."""

import multiprocessing
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import insert, select, text

from polybooru.db import Change, ChangeNumber, Database, Transaction, last_change_number
from polybooru.db.tables import changes, jobs, tags

NOON = datetime(2025, 6, 1, 12, tzinfo=UTC)


@pytest.fixture
def database(database_url: str):
    database = Database(database_url)
    yield database
    database.close()


def numbers(database: Database) -> list[int]:
    with database.read() as connection:
        return list(connection.execute(select(changes.c.number).order_by(changes.c.number)).scalars())


def test_a_transaction_logs_each_change_once_and_tells_its_last_number(database: Database) -> None:
    with database.write(NOON) as transaction:
        for change in (Change("image", 5), Change("image", 5), Change("interaction", 5, 7)):
            transaction.changes[change] = None
        assert transaction.last_number is None
    with database.read() as connection:
        rows = connection.execute(select(changes).order_by(changes.c.number)).all()
        assert last_change_number(connection) == transaction.last_number == rows[-1].number
    assert [(r.kind, r.object_id, r.user_id, r.made_at) for r in rows] == [
        ("image", 5, None, NOON),
        ("interaction", 5, 7, NOON),
    ]


def test_without_changes_there_is_no_number(database: Database) -> None:
    with database.write(NOON) as transaction:
        pass
    assert transaction.last_number is None
    assert numbers(database) == []


def test_an_error_undoes_rows_and_changes(database: Database) -> None:
    def fail() -> None:
        with database.write(NOON) as transaction:
            transaction.connection.execute(insert(jobs).values(kind="x", object_id=1, created_at=NOON))
            transaction.changes[Change("image", 1)] = None
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert numbers(database) == []
    with database.read() as connection:
        assert connection.execute(select(jobs.c.id)).all() == []
    with database.write(NOON):  # nothing is left locked
        pass


def test_whoever_sees_a_number_has_seen_all_below_it(database: Database) -> None:
    """Writers of different length at once; a follower that reads in steps misses none of their changes."""
    writers, each = 6, 25
    done = threading.Event()
    followed: list[int] = []

    def follow() -> None:
        last = 0
        while True:
            finished = done.is_set()
            with database.read() as connection:
                found = connection.execute(
                    select(changes.c.number, changes.c.object_id)
                    .where(changes.c.number > last)
                    .order_by(changes.c.number)
                ).all()
            followed.extend(row.object_id for row in found)
            last = found[-1].number if found else last
            if finished and not found:
                return

    def write(writer: int) -> None:
        for n in range(each):
            with database.write(NOON) as transaction:
                transaction.connection.execute(
                    insert(jobs).values(kind=f"w{writer}", object_id=n, created_at=NOON)
                )
                for part in range(1 + (writer + n) % 3):
                    transaction.changes[Change("x", writer * 10_000 + n * 10 + part)] = None

    follower = threading.Thread(target=follow)
    follower.start()
    with ThreadPoolExecutor(writers) as pool:
        list(pool.map(write, range(writers)))
    done.set()
    follower.join()
    expected = {
        w * 10_000 + n * 10 + p for w in range(writers) for n in range(each) for p in range(1 + (w + n) % 3)
    }
    assert sorted(followed) == sorted(expected)


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_a_number_is_not_given_while_an_earlier_one_is_not_yet_visible(database: Database) -> None:
    """One transaction has its number and has not committed: a second one waits for it."""
    second_done = threading.Event()

    def second() -> None:
        with database.write(NOON) as transaction:
            transaction.changes[Change("x", 2)] = None
        second_done.set()

    with database.engine.connect() as first, first.begin():
        number = database._log(Transaction(first), NOON, [Change("x", 1)])
        other = threading.Thread(target=second)
        other.start()
        with database.read() as connection:
            waiting = "select count(*) from pg_locks where locktype = 'advisory' and not granted"
            while not connection.execute(text(waiting)).scalar_one():
                assert not second_done.is_set()
                connection.rollback()
        assert numbers(database) == []
    other.join()
    assert len(numbers(database)) == 2
    assert numbers(database)[0] == number


def test_a_snapshot_sees_one_state(database: Database) -> None:
    with database.snapshot() as connection:
        before = last_change_number(connection)
        with database.write(NOON) as transaction:
            transaction.changes[Change("x", 1)] = None
        assert last_change_number(connection) == before
    with database.snapshot() as connection:
        assert last_change_number(connection) == transaction.last_number


def test_a_glance_sees_what_is_committed_and_leaves_no_transaction(database: Database) -> None:
    seen = 0
    for _ in range(3):  # from the second on by the connection of the one before
        with database.glance() as connection:
            assert last_change_number(connection) == seen
        with database.write(NOON) as transaction:
            transaction.changes[Change("x", 1)] = None
        assert transaction.last_number is not None
        seen = transaction.last_number


def test_ids_of_the_callers_choice_are_skipped_by_the_next(database: Database) -> None:
    row = {"name_in_namespace": "", "created_at": NOON}
    with database.write(NOON) as transaction:
        connection = transaction.connection
        connection.execute(insert(tags).values(id=500, name="a", slug="a", **row))
        database.skip_ids(connection, tags)
        statement = insert(tags).values(name="b", slug="b", **row).returning(tags.c.id)
        assert connection.execute(statement).scalar_one() == 501


def test_a_time_without_a_zone_never_reaches_the_rows(database: Database) -> None:
    naive = datetime(2025, 6, 1)  # noqa: DTZ001 — the mistake itself
    with pytest.raises(Exception, match="without a zone"), database.write(NOON) as transaction:
        transaction.connection.execute(insert(jobs).values(kind="x", object_id=1, created_at=naive))


@pytest.mark.parametrize(
    "moment", [NOON, datetime(1, 1, 1, tzinfo=UTC), datetime(9999, 12, 31, 23, 59, 59, 999_999, UTC)]
)
def test_times_come_back_as_they_were(database: Database, moment: datetime) -> None:
    with database.write(NOON) as transaction:
        connection = transaction.connection
        connection.execute(insert(jobs).values(kind="x", object_id=1, created_at=moment))
        assert connection.execute(select(jobs.c.created_at)).scalar_one() == moment


# --- the mapped number


def raise_often(path: Path, first: int, last: int, step: int) -> None:
    number = ChangeNumber(path)
    for value in range(first, last, step):
        number.raise_to(value)
    number.close()


def test_the_mapped_number_begins_at_zero_and_only_rises(tmp_path: Path) -> None:
    path = tmp_path / "number"
    one, other = ChangeNumber(path), ChangeNumber(path)
    assert one.read() == 0
    for value, expected in ((7, 7), (3, 7), (2**40, 2**40), (0, 2**40)):
        one.raise_to(value)
        assert (one.read(), other.read()) == (expected, expected)
    one.close()
    other.close()
    again = ChangeNumber(path)
    assert again.read() == 2**40
    again.close()


def test_several_processes_never_lower_it_and_a_reader_never_sees_a_part(tmp_path: Path) -> None:
    path = tmp_path / "number"
    number = ChangeNumber(path)
    # Fresh interpreters: this one has threads of earlier tests, which do not survive a fork.
    context = multiprocessing.get_context("spawn")
    last = 15_000
    writers = [context.Process(target=raise_often, args=(path, start, last, 3)) for start in range(3)]
    for writer in writers:
        writer.start()
    seen = 0
    while any(writer.is_alive() for writer in writers):
        for _ in range(2_000):
            found = number.read()
            assert found >= seen
            seen = found
    for writer in writers:
        writer.join()
        assert writer.exitcode == 0
    assert number.read() == last - 1
    number.close()
