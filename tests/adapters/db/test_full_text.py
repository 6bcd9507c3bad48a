"""The databases' full text over words that were analysed before."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from polybooru.db import Database
from polybooru.db.full_text import (
    GALLERY_WORDS,
    IMAGE_WORDS,
    containing,
    put_words,
    remove_words,
)
from polybooru.db.tables import words

NOW = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    database = Database(database_url)
    yield database
    database.close()


def found(database: Database, *phrases: str, field: str = "description") -> list[int]:
    condition = containing(
        IMAGE_WORDS, field, [phrase.split() for phrase in phrases], is_sqlite=database.is_sqlite
    )
    with database.read() as connection:
        return sorted(connection.execute(select(IMAGE_WORDS.clause.c.rowid).where(condition)).scalars())


def store(database: Database, texts: dict[int, str]) -> None:
    with database.write(NOW) as transaction:
        put_words(
            transaction.connection,
            {IMAGE_WORDS: {object_id: {"description": text.split()} for object_id, text in texts.items()}},
        )


def test_a_phrase_is_found_only_in_sequence(database: Database) -> None:
    store(database, {1: "red fox jump", 2: "fox red jump", 3: "red fox"})
    assert found(database, "red fox") == [1, 3]
    assert found(database, "fox jump") == [1]
    assert found(database, "fox jump", "fox red") == [1, 2]
    assert found(database, "red jump") == [2]


def test_a_field_is_searched_apart_from_the_others(database: Database) -> None:
    with database.write(NOW) as transaction:
        put_words(transaction.connection, {IMAGE_WORDS: {1: {"deletion_reason": ["fox"]}}})
    assert found(database, "fox") == []
    assert found(database, "fox", field="deletion_reason") == [1]


def test_words_are_compared_letter_by_letter_in_every_script(database: Database) -> None:
    texts = ["cafe", "café", "狐", "狐狸", "ⲕⲱⲩ", "𞤀𞤣", "not", "or", "near", "2e5", "0x1f", "a1b2"]
    store(database, dict(enumerate(texts, 1)))
    for number, text in enumerate(texts, 1):
        assert found(database, text) == [number], text


def test_a_new_text_takes_the_place_of_the_old_one(database: Database) -> None:
    store(database, {1: "red fox"})
    store(database, {1: "blue fox"})
    assert found(database, "red") == []
    assert found(database, "blue fox") == [1]
    with database.write(NOW) as transaction:
        remove_words(transaction.connection, IMAGE_WORDS, 1)
        remove_words(transaction.connection, GALLERY_WORDS, 1)
    assert found(database, "blue fox") == []


def test_every_word_ever_stored_is_listed_once(database: Database) -> None:
    store(database, {1: "red fox", 2: "fox fox den"})
    store(database, {1: "owl"})
    with database.read() as connection:
        assert sorted(connection.execute(select(words.c.word)).scalars()) == ["den", "fox", "owl", "red"]


def test_a_text_longer_than_positions_go_and_a_word_longer_than_a_lexeme_are_stored(
    database: Database,
) -> None:
    store(database, {1: " ".join(["fox"] * 20_000 + ["owl"]), 2: "é" * 3_000})
    assert found(database, "owl") == [1]
    assert found(database, "é" * 3_000) == [2]
