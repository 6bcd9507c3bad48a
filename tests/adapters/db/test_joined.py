"""Numbers and texts that go to a database and come back as one text, on both databases."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Column, Integer, MetaData, Table, Text, insert, select

from polybooru.db import Database
from polybooru.db.joined import (
    among_asked,
    asked,
    joined_numbers,
    read_numbers,
    read_texts,
    texts_by_number,
)

pages = Table(
    "joined_test_pages",
    MetaData(),
    Column("book", Integer, primary_key=True, autoincrement=False),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("text", Text, nullable=False),
)


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    database = Database(database_url)
    with database.engine.begin() as connection:
        pages.create(connection)
        connection.execute(
            insert(pages),
            [
                {"book": 1, "number": number, "text": f'{number}, "quoted"\n\u2028\\ ünï'}
                for number in (11, 2, 100)
            ]
            + [{"book": 2, "number": 7, "text": "seven"}],
        )
    yield database
    with database.engine.begin() as connection:
        pages.drop(connection)
    database.close()


def rows_of(database: Database, *books: int) -> list[tuple[int, str, str]]:
    statement = (
        select(pages.c.book, joined_numbers(pages.c.number), texts_by_number(pages.c.number, pages.c.text))
        .where(among_asked(pages.c.book))
        .group_by(pages.c.book)
        .order_by(pages.c.book)
    )
    with database.read() as connection:
        return [(row[0], row[1], row[2]) for row in connection.execute(statement, asked(books))]


def test_rows_of_the_asked_numbers_are_found_and_no_others(database: Database) -> None:
    assert [row[0] for row in rows_of(database, 2, 3, 2)] == [2]
    assert [row[0] for row in rows_of(database, 1, 2)] == [1, 2]
    assert rows_of(database) == []


def test_more_numbers_can_be_asked_for_than_a_statement_takes_parameters(database: Database) -> None:
    assert [row[0] for row in rows_of(database, *range(2, 70_000))] == [2]


def test_texts_come_back_whole_and_by_their_numbers(database: Database) -> None:
    [(_, numbers, texts)] = rows_of(database, 1)
    assert sorted(read_numbers(numbers)) == [2, 11, 100]
    assert read_texts(texts) == [f'{number}, "quoted"\n\u2028\\ ünï' for number in (2, 11, 100)]


def test_no_rows_are_no_numbers_and_no_texts(database: Database) -> None:
    of_nothing = select(
        select(joined_numbers(pages.c.number)).where(pages.c.book == 3).scalar_subquery(),
        select(texts_by_number(pages.c.number, pages.c.text)).where(pages.c.book == 3).scalar_subquery(),
    )
    with database.read() as connection:
        numbers, texts = connection.execute(of_nothing).one()
    assert read_numbers(numbers) == []
    assert read_texts(texts) == []
