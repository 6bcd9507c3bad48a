"""Full text over words that were analysed before they came here: FTS5 on SQLite, tsvector on PostgreSQL.

Neither database stems, folds or splits anything. The words are letters and digits in lower case; FTS5's
`ascii` tokenizer takes each as one token whatever its script (`unicode61` would fold accents and knows fewer
letters), and PostgreSQL is given finished vectors with positions, past its parser. Patterns are expanded by
the caller against `tables.words`, the list of all words that were ever stored.
"""

from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy import ColumnElement, Connection, TableClause, cast, column, delete, insert, literal, table
from sqlalchemy.dialects import postgresql
from sqlalchemy.dialects.postgresql import TSQUERY, TSVECTOR

from polybooru.db.tables import words as known_words

MAX_WORD_BYTES = 1_024
"""A word is cut there; PostgreSQL refuses lexemes of 2 KiB."""
_LAST_POSITION = 16_383  # PostgreSQL counts no further: beyond it a word is found, a phrase is not


class WordTable:
    """The analysed fields of one kind of row; a row of words has the id of what it describes as `rowid`."""

    def __init__(self, name: str, *fields: str) -> None:
        self.name = name
        self.fields = fields
        self.clause: TableClause = table(name, column("rowid"), *map(column, fields))


IMAGE_WORDS = WordTable("image_words", "description", "deletion_reason", "alt_text", "scratchpad")
COMMENT_WORDS = WordTable("comment_words", "body", "deletion_reason")
TOPIC_WORDS = WordTable("topic_words", "title")
POST_WORDS = WordTable("post_words", "body", "deletion_reason")
GALLERY_WORDS = WordTable("gallery_words", "description", "spoiler_warning")
TAG_WORDS = WordTable("tag_words", "name", "description", "short_description")
FILTER_WORDS = WordTable("filter_words", "description")


def put_words(
    connection: Connection, by_table: Mapping[WordTable, Mapping[int, Mapping[str, Sequence[str]]]]
) -> None:
    """Replace all that is known of these rows, by table and id; a field not named has no words.

    New words of all of them are learnt in one step, so that a transaction locks words only once.
    """
    cut = {
        words: {
            object_id: {name: [_cut(word) for word in by_field.get(name, ())] for name in words.fields}
            for object_id, by_field in by_id.items()
        }
        for words, by_id in by_table.items()
    }
    found = (found for by_id in cut.values() for by_field in by_id.values() for found in by_field.values())
    _learn(connection, {word for listed in found for word in listed})
    for words, by_id in cut.items():
        _store(connection, words, by_id)


def _store(
    connection: Connection, words: WordTable, by_id: Mapping[int, Mapping[str, Sequence[str]]]
) -> None:
    if not by_id:
        return
    is_sqlite = connection.dialect.name == "sqlite"
    rows = [
        {"rowid": object_id, **{name: _stored(found, is_sqlite) for name, found in by_field.items()}}
        for object_id, by_field in by_id.items()
    ]
    if is_sqlite:
        connection.execute(insert(words.clause).prefix_with("OR REPLACE"), rows)
        return
    for row in rows:
        vectors = {name: cast(row[name], TSVECTOR) for name in words.fields}
        statement = postgresql.insert(words.clause).values(rowid=row["rowid"], **vectors)
        connection.execute(statement.on_conflict_do_update(index_elements=["rowid"], set_=vectors))


def remove_words(connection: Connection, words: WordTable, object_id: int) -> None:
    """Forget one row; one that is not known changes nothing."""
    connection.execute(delete(words.clause).where(words.clause.c.rowid == object_id))


def containing(
    words: WordTable, field: str, phrases: Iterable[Sequence[str]], *, is_sqlite: bool
) -> ColumnElement[bool]:
    """A condition on `words.clause`: one of the phrases stands in the field, word after word.

    phrases: not empty, and none of them is; their words as they were stored.
    """
    cut = [[_cut(word) for word in phrase] for phrase in phrases]
    if is_sqlite:
        asked = " OR ".join('"' + " ".join(phrase) + '"' for phrase in cut)
        return column(words.name).op("MATCH")(f"{field} : ({asked})")
    asked = " | ".join(" <-> ".join(f"'{word}'" for word in phrase) for phrase in cut)
    return words.clause.c[field].op("@@")(cast(literal(asked), TSQUERY))


def _learn(connection: Connection, found: Iterable[str]) -> None:
    # In one order everywhere: two transactions that add the same words in another would wait for each other.
    rows = [{"word": word} for word in sorted(found)]
    if not rows:
        return
    if connection.dialect.name == "sqlite":
        connection.execute(insert(known_words).prefix_with("OR IGNORE"), rows)
    else:
        connection.execute(postgresql.insert(known_words).on_conflict_do_nothing(), rows)


def _stored(found: Sequence[str], is_sqlite: bool) -> str:
    if is_sqlite:
        return " ".join(found)
    return " ".join(f"'{word}':{min(place, _LAST_POSITION)}" for place, word in enumerate(found, 1))


def _cut(word: str) -> str:
    return word.encode()[:MAX_WORD_BYTES].decode(errors="ignore")
