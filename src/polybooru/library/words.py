"""Which texts of a row are searched by words, and how those words come about.

The field names of a word table are the columns that they are made of. Verbs call `put_words` for what they
write; `fill_words` does it for rows older than the word tables. Neighbours: `db.full_text` (where words lie),
`search.language.words` (analysis).
"""

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any

from sqlalchemy import Select, Table, func, select

from polybooru.db import Database
from polybooru.db.full_text import (
    COMMENT_WORDS,
    FILTER_WORDS,
    GALLERY_WORDS,
    IMAGE_WORDS,
    POST_WORDS,
    TAG_WORDS,
    TOPIC_WORDS,
    WordTable,
)
from polybooru.db.tables import comments, filters, galleries, images, posts, tags, topics
from polybooru.library.work import Work
from polybooru.search.language.words import analyse

WORDED: Mapping[WordTable, Table] = MappingProxyType(
    {
        IMAGE_WORDS: images,
        COMMENT_WORDS: comments,
        TOPIC_WORDS: topics,
        POST_WORDS: posts,
        GALLERY_WORDS: galleries,
        TAG_WORDS: tags,
        FILTER_WORDS: filters,
    }
)
"""Every word table with the table whose rows it describes."""
_BATCH = 1_000


def split_name(name: str) -> list[str]:
    """The words of a tag name, in lower case and not stemmed: what `analyzed_name` compares with."""
    return "".join(character if character.isalnum() else " " for character in name.lower()).split()


def words_of(table: WordTable, texts: Mapping[str, str | None]) -> dict[str, list[str]]:
    """Words by field; texts: by field, None for one that is not set."""
    return {
        field: split_name(text) if (table, field) == (TAG_WORDS, "name") else analyse(text)
        for field, text in texts.items()
        if text
    }


def put_words(work: Work, table: WordTable, object_id: int, **texts: str | None) -> None:
    """Store the words of these texts in place of all that was known of the row."""
    work.put_words(table, object_id, words_of(table, texts))


def put_row_words(work: Work, table: WordTable, object_id: int) -> None:
    """As `put_words`, of all texts that the row has by now."""
    row = work.execute(_texts(table).where(WORDED[table].c.id == object_id)).mappings().one()
    put_words(work, table, object_id, **{name: row[name] for name in table.fields})


def fill_words(database: Database, now: datetime, progress: Callable[[int, int | None], None]) -> None:
    """Store the words of all rows that have none: those of a library older than its word tables.

    Goes from the newest row to the oldest, a batch in a transaction, so that an oldest row with words says
    that all is done: nearly free where it is. Interrupted, the next call goes on. progress: rows done, of how
    many at most.
    """
    unfinished = [words for words, table in WORDED.items() if not _is_filled(database, words, table)]
    total = sum(_count(database, select(WORDED[words].c.id)) for words in unfinished)
    done = 0
    for words in unfinished:
        for number in _filling(database, now, words):
            done += number
            progress(done, total)


def count_unread(database: Database) -> dict[WordTable, int]:
    """How many rows have no words, for each kind that has such rows. Cost: a look at every row."""
    found = {words: _count(database, _unread(words)) for words in WORDED}
    return {words: number for words, number in found.items() if number}


def read_texts(database: Database, now: datetime, words: WordTable) -> None:
    """Store the words of all rows of one kind that have none, wherever they are missing."""
    for _ in _filling(database, now, words):
        pass


def _filling(database: Database, now: datetime, words: WordTable) -> Iterator[int]:
    before: int | None = None
    while rows := _fill_some(database, now, words, before):
        before = rows[-1]
        yield len(rows)


def _fill_some(database: Database, now: datetime, words: WordTable, before: int | None) -> list[int]:
    """Ids of the rows whose words were stored, newest first."""
    with database.write(now) as transaction:
        rows = transaction.connection.execute(_without_words(words, before)).mappings().all()
        transaction.words[words] = {
            row["id"]: words_of(words, {name: row[name] for name in words.fields}) for row in rows
        }
    return [row["id"] for row in rows]


def _is_filled(database: Database, words: WordTable, table: Table) -> bool:
    with database.read() as connection:
        oldest = connection.execute(select(func.min(table.c.id))).scalar()
        known = select(words.clause.c.rowid).where(words.clause.c.rowid == oldest)
        return oldest is None or connection.execute(known).first() is not None


def _count(database: Database, rows: Select[*tuple[Any, ...]]) -> int:
    with database.read() as connection:
        number: int = connection.execute(select(func.count()).select_from(rows.subquery())).scalar_one()
    return number


def _texts(words: WordTable) -> Select[*tuple[Any, ...]]:
    table = WORDED[words]
    return select(table.c.id, *(table.c[name] for name in words.fields))


def _unread(words: WordTable) -> Select[*tuple[Any, ...]]:
    table = WORDED[words]
    return (
        _texts(words)
        .outerjoin(words.clause, words.clause.c.rowid == table.c.id)
        .where(words.clause.c.rowid.is_(None))
    )


def _without_words(words: WordTable, before: int | None) -> Select[*tuple[Any, ...]]:
    table = WORDED[words]
    statement = _unread(words).order_by(table.c.id.desc()).limit(_BATCH)
    if before is not None:
        statement = statement.where(table.c.id < before)
    # Locked: else somebody could write other words meanwhile, and these would replace them.
    return statement.with_for_update(key_share=True, of=table)
