"""Patterns and misspellings over a column say what the one-document matcher says, on both databases."""

import random
from collections.abc import Iterator

import pytest
from sqlalchemy import insert, select

from polybooru.db import Database
from polybooru.db.tables import words
from polybooru.search.language import patterns
from polybooru.search.sql.patterns import begins_with, fits, may_be_near

ALPHABET = "ab*?%_[]\\^-é\ud7ff\U0010ffff\uffff'\"A "
TEXTS = sorted(
    {
        "",
        "cat",
        "Cat",
        "[a]",
        "[^a]b",
        "a%b",
        "a_b",
        "a\\b",
        "a*b",
        "*",
        "**",
        "\U0010ffff" * 2,
        "ß",
        "é",
        "e\u0301",
    }
    | {"".join(random.Random(n).choices(ALPHABET, k=n % 6)) for n in range(150)}
)


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    database = Database(database_url)
    with database.engine.begin() as connection:
        connection.execute(insert(words), [{"word": text} for text in TEXTS])
    yield database
    database.close()


def test_a_pattern_fits_what_it_fits_for_the_matcher(database: Database) -> None:
    chance = random.Random(1)
    some = [
        "*",
        "?",
        "??",
        "",
        "[a]",
        "*[*",
        "a%*",
        "a_b",
        "*\\*",
        "c?t",
        "ca*",
        "*\U0010ffff",
        "\U0010ffff*",
        "\ud7ff*",
    ]
    some += ["".join(chance.choices(ALPHABET + "**??", k=chance.randint(0, 5))) for _ in range(250)]
    with database.read() as connection:
        for pattern in some:
            condition = fits(words.c.word, pattern, is_sqlite=database.is_sqlite)
            found = sorted(connection.execute(select(words.c.word).where(condition)).scalars())
            assert found == [text for text in TEXTS if patterns.fits(pattern, text)], pattern


def test_what_is_near_is_among_what_may_be_near(database: Database) -> None:
    chance = random.Random(2)
    with database.read() as connection:
        for wanted in [*chance.sample(TEXTS, 60), "", "a", "ab", "catty", "xcat"]:
            for distance in (0, 1, 2):
                condition = may_be_near(words.c.word, wanted, distance, is_sqlite=database.is_sqlite)
                found = set(connection.execute(select(words.c.word).where(condition)).scalars())
                assert {text for text in TEXTS if patterns.within(distance, wanted, text)} <= found
                assert all(abs(len(text) - len(wanted)) <= distance for text in found)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_prefix_is_a_range_of_the_index(database: Database) -> None:
    with database.read() as connection:
        for prefix in ("", "c", "a", "\ud7ff", "\U0010ffff", "a\U0010ffff", "é"):
            found = set(
                connection.execute(select(words.c.word).where(begins_with(words.c.word, prefix))).scalars()
            )
            assert found == {text for text in TEXTS if text.startswith(prefix)}, prefix
        statement = select(words.c.word).where(fits(words.c.word, "ca*t", is_sqlite=True))
        compiled = statement.compile(database.engine, compile_kwargs={"literal_binds": True})
        [plan] = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {compiled}").all()
        assert "SEARCH words" in plan.detail
