"""A tree as a condition selects the rows whose documents the matcher matches, on SQLite in memory."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import (
    Boolean,
    Column,
    Connection,
    Integer,
    MetaData,
    Table,
    Text,
    column,
    create_engine,
    insert,
    select,
    table,
    text,
)

from polybooru.db.types import Instant
from polybooru.search.language.matcher import Document, matches
from polybooru.search.language.tree import (
    Ago,
    And,
    Boost,
    Bound,
    Equals,
    Everything,
    Fuzzy,
    InGallery,
    Not,
    Nothing,
    Or,
    Phrase,
    Query,
    Range,
    Wildcard,
)
from polybooru.search.language.words import Prose, analyse
from polybooru.search.sql.answers import (
    Answer,
    Condition,
    Elsewhere,
    Truth,
    Unknown,
    Values,
    Words,
    of_column,
)
from polybooru.search.sql.conditions import selection
from polybooru.search.sql.errors import TooBroad, UnsupportedLeaf
from polybooru.search.sql.leaves import MOST_CANDIDATES, MOST_TEXTS

NOW = datetime(2026, 1, 1, tzinfo=UTC)
metadata = MetaData()
things = Table(
    "things",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("size", Integer),
    Column("name", Text, nullable=False),
    Column("nick", Text),
    Column("owner_id", Integer),
    Column("is_open", Boolean, nullable=False),
    Column("made_at", Instant),
)
owners = Table(
    "owners", metadata, Column("id", Integer, primary_key=True), Column("name", Text, nullable=False)
)
labels = Table(
    "labels", metadata, Column("thing_id", Integer, nullable=False), Column("label", Text, nullable=False)
)
known = Table("known", metadata, Column("word", Text, primary_key=True))
prose = table("prose", column("rowid"), column("body"))

OWNERS = {1: "ann", 2: "Bob"}
NAMES = ("cat", "cats", "cut", "Cat", "c*t", "[x]", "50%", "a_b", "a\\b", "été", "狐狸", "")
LABELS = ("red", "reed", "r?d", "blue")
TEXTS = ("red fox runs", "a fox", "", "the", "running red", "été 狐")
ROWS = [
    {
        "id": number,
        "size": (None, 0, 1, -3, 7)[number % 5],
        "name": NAMES[number % len(NAMES)],
        "nick": (None, *NAMES)[number % 7],
        "owner_id": (None, 1, 2, None)[number % 4],
        "is_open": number % 2 == 0,
        "made_at": None if number % 6 == 0 else NOW - timedelta(seconds=number % 5),
    }
    for number in range(40)
]
LABELLED = {
    number: [name for place, name in enumerate(LABELS) if number >> place & 1] for number in range(40)
}
WORDED = {number: analyse(TEXTS[number % len(TEXTS)]) for number in range(40)}


def contains(phrases: Sequence[Sequence[str]]) -> Condition:
    asked = " OR ".join('"' + " ".join(phrase) + '"' for phrase in phrases)
    return column("prose").bool_op("MATCH")(asked)


ANSWERS: dict[str, Answer] = {
    **{name: of_column(things.c[name]) for name in ("id", "size", "name", "nick", "made_at")},
    "owner": Values(
        value=owners.c.name,
        elsewhere=Elsewhere(link=things.c.owner_id, table=owners, key=owners.c.id, is_single=True),
        conditions=(things.c.is_open,),
    ),
    "label": Values(
        value=labels.c.label,
        elsewhere=Elsewhere(link=things.c.id, table=labels, key=labels.c.thing_id, is_single=False),
    ),
    "open": Truth(condition=things.c.is_open),
    "body": Words(
        contains=contains,
        known=known.c.word,
        elsewhere=Elsewhere(link=things.c.id, table=prose, key=prose.c.rowid, is_single=True),
    ),
    "ip": Unknown(),
}
DOCUMENTS: dict[int, Document] = {
    row["id"]: {
        "id": [row["id"]],
        "size": [row["size"]] if row["size"] is not None else [],
        "name": [row["name"]],
        "nick": [row["nick"]] if row["nick"] is not None else [],
        "made_at": [row["made_at"].timestamp()] if row["made_at"] is not None else [],
        "owner": [OWNERS[row["owner_id"]]] if row["owner_id"] and row["is_open"] else [],
        "label": LABELLED[row["id"]],
        "open": [row["is_open"]],
        "body": [Prose(tuple(WORDED[row["id"]]))],
    }
    for row in ROWS
}


@pytest.fixture(scope="module")
def connection() -> Iterator[Connection]:
    engine = create_engine("sqlite://")
    with engine.connect() as connection:
        metadata.create_all(connection)
        connection.execute(text("CREATE VIRTUAL TABLE prose USING fts5(body, tokenize='ascii')"))
        connection.execute(insert(things), ROWS)
        connection.execute(insert(owners), [{"id": key, "name": name} for key, name in OWNERS.items()])
        labelled = [{"thing_id": key, "label": name} for key, names in LABELLED.items() for name in names]
        connection.execute(insert(labels), labelled)
        connection.execute(
            insert(prose), [{"rowid": key, "body": " ".join(words)} for key, words in WORDED.items()]
        )
        distinct = sorted({word for words in WORDED.values() for word in words})
        connection.execute(insert(known), [{"word": word} for word in distinct])
        yield connection
    engine.dispose()


def selected(connection: Connection, query: Query) -> list[int]:
    meant = selection(query, ANSWERS, connection, NOW)
    rows = things
    for joined in meant.joined:
        rows = rows.outerjoin(joined.table, joined.key == joined.link)
    statement = select(things.c.id).select_from(rows).where(meant.condition).order_by(things.c.id)
    return list(connection.execute(statement).scalars())


def matching(query: Query) -> list[int]:
    return [key for key, document in DOCUMENTS.items() if matches(query, document, NOW)]


texts = st.sampled_from([*NAMES, *LABELS, *OWNERS.values(), "nobody", "\0", "\ud800", "fox", "red"])
patterns = st.text(alphabet="cat*?[]%_\\été狐red\0", max_size=5)
text_fields = st.sampled_from(["name", "nick", "owner", "label", "ip"])
numbers = st.integers(-4, 8)
moments = st.integers(-1, 6).map(lambda seconds: NOW - timedelta(seconds=seconds)) | st.integers(0, 6).map(
    Ago
)


def ranges(name: str, values: st.SearchStrategy) -> st.SearchStrategy[Range]:
    bounds = st.none() | st.builds(Bound, values, st.booleans())
    return st.builds(Range, st.just(name), bounds, bounds)


leaves = st.one_of(
    st.just(Everything()),
    st.just(Nothing()),
    st.builds(Equals, text_fields, texts),
    st.builds(Equals, st.sampled_from(["id", "size"]), numbers),
    st.builds(Equals, st.just("open"), st.booleans()),
    st.builds(Wildcard, text_fields, patterns),
    st.builds(Wildcard, st.just("body"), patterns),
    st.builds(Fuzzy, text_fields, texts, st.sampled_from(["0", "1", "2", "0.5", "9"])),
    st.builds(Phrase, st.just("body"), st.sampled_from([*TEXTS, "fox runs", "runs fox", "red"])),
    ranges("size", numbers),
    ranges("made_at", moments),
)


def nested(children: st.SearchStrategy[Query]) -> st.SearchStrategy[Query]:
    several = st.lists(children, min_size=1, max_size=4).map(tuple)
    return st.one_of(
        st.builds(Not, children),
        st.builds(And, several),
        st.builds(Or, several),
        st.builds(Boost, st.just("2"), children),
    )


queries = st.recursive(leaves, nested, max_leaves=10)


@settings(max_examples=300)
@given(query=queries)
def test_a_query_selects_what_the_matcher_matches(connection: Connection, query: Query) -> None:
    assert selected(connection, query) == matching(query)


@settings(max_examples=100)
@given(query=leaves)
def test_a_row_matches_a_query_or_its_negation(connection: Connection, query: Query) -> None:
    both = selected(connection, query) + selected(connection, Not(query))
    assert sorted(both) == sorted(DOCUMENTS)


def test_values_and_phrases_of_one_field_are_asked_for_together(connection: Connection) -> None:
    query = Or(
        (Equals("label", "red"), Phrase("body", "fox"), Equals("label", "blue"), Phrase("body", "red"))
    )
    statement = str(selection(query, ANSWERS, connection, NOW).condition)
    assert statement.count("labels.label IN") == 1
    assert statement.count("MATCH") == 1


def one_inside_another(depth: int, leaf_count: int, *, is_last: bool) -> Query:
    """Negated lists, each beside or before its leaves: what they mean is AND and OR in turns."""
    query: Query = Equals("size", 1)
    for level in range(depth):
        beside = tuple(Wildcard("name", f"{level}*{number}") for number in range(leaf_count // depth))
        query = Not(And((*beside, query) if is_last else (query, *beside)))
    return query


@pytest.mark.parametrize("is_last", [False, True])
def test_the_deepest_query_fits_the_parser_of_the_database(connection: Connection, *, is_last: bool) -> None:
    query = one_inside_another(33, 33 * 16, is_last=is_last)
    assert selected(connection, query) == matching(query)


def bushy(depth: int, leaves: Iterator[Query]) -> Query:
    if depth == 0:
        return next(leaves)
    children = tuple(bushy(depth - 1, leaves) for _ in range(2))
    return And(children) if depth % 2 else Or(children)


def test_lists_that_branch_everywhere_fit_the_parser_of_the_database(connection: Connection) -> None:
    leaves = (Not(Wildcard("nick", f"{number}*?")) for number in range(512))
    query = one_inside_another(23, 46, is_last=True)
    query = And((Or((query, Equals("size", 7))), bushy(9, leaves)))
    assert selected(connection, query) == matching(query)


@pytest.mark.parametrize(
    "query",
    [
        Equals("colour", "red"),
        Phrase("name", "red"),
        Range("open", lower=Bound(1, inclusive=True)),
        Range("body", lower=Bound(1, inclusive=True)),
        Wildcard("open", "t*"),
        Fuzzy("open", "true", "1"),
        InGallery(1),
    ],
)
def test_a_leaf_that_its_field_cannot_answer_is_refused(connection: Connection, query: Query) -> None:
    with pytest.raises(UnsupportedLeaf):
        selected(connection, query)


def test_what_stands_for_too_many_texts_is_refused(connection: Connection) -> None:
    with connection.begin_nested() as savepoint:
        one_letter = [chr(0x4E00 + number) for number in range(MOST_CANDIDATES + 1)]
        connection.execute(insert(known), [{"word": letter} for letter in one_letter[: MOST_TEXTS - 1]])
        assert selected(connection, Wildcard("body", "?")) == matching(Wildcard("body", "?"))
        connection.execute(insert(known), [{"word": letter} for letter in one_letter[-2:]])
        with pytest.raises(TooBroad, match=r"`\?' stands for more than 1000 texts"):
            selected(connection, Wildcard("body", "?"))
        with pytest.raises(TooBroad, match="`x' stands for more than 1000 texts"):
            selected(connection, Fuzzy("body", "x", "1"))
        people = [{"id": 100 + number, "name": name} for number, name in enumerate(one_letter)]
        connection.execute(insert(owners), people)
        with pytest.raises(TooBroad, match="Too many texts are near `x'"):
            selected(connection, Fuzzy("owner", "x", "1"))
        savepoint.rollback()


def test_a_misspelling_that_no_row_can_hold_is_near_what_is_left_of_it(connection: Connection) -> None:
    for wanted in ("\0", "\ud800", "ca\0", "\0cat"):
        for fuzz in ("1", "2"):
            query = Fuzzy("name", wanted, fuzz)
            assert selected(connection, query) == matching(query)
