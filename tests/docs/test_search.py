"""docs/reference/search.md: its examples do what they say; its tables have all the language has."""

import re
from dataclasses import fields

import pytest
from tests.docs.reference import code, rows, sections

from polybooru.library.image_fields import PUBLIC_FIELDS, STAFF_FIELDS, Viewer, image_fields
from polybooru.library.image_orders import SORTS
from polybooru.library.tag_names import NAMESPACES
from polybooru.search.language.fields import Kind, QueryError
from polybooru.search.language.limits import Limits
from polybooru.search.language.parser import parse
from polybooru.search.language.tree import Equals

ANYBODY = image_fields(Viewer())
READER = image_fields(
    Viewer(user_id=1),
    resolve_filter=lambda _: Equals("tag", "hidden"),
    watched=lambda: Equals("tag", "watched"),
)
STAFF = image_fields(Viewer(user_id=1, is_staff=True))


def examples(last_heading: str) -> list[tuple[str, ...]]:
    """Rows of the tables whose last column is headed so, without the bars' backslashes."""
    found: list[tuple[str, ...]] = []
    section = last = ""
    for row in rows("search.md"):
        if row.heading != section or row.cells[-1] in {"Type", "The same as", "Type instead"}:
            section, last = row.heading, row.cells[-1]
        elif last == last_heading:
            found.append(tuple(cell.replace("\\|", "|") for cell in row.cells))
    return found


def query_in(cell: str) -> str:
    return cell.removeprefix("`").removesuffix("`")


@pytest.mark.parametrize("row", examples("Type"))
def test_an_example_is_a_query_over_fields_that_exist(row: tuple[str, ...]) -> None:
    query = query_in(row[-1])
    parse(query, READER)
    assert set(re.findall(r"([a-z][a-z0-9_]*)(?:\.[a-z]+)?:(?!//|\()", query)) <= {
        *READER.by_name,
        *NAMESPACES,
    }


@pytest.mark.parametrize("row", examples("The same as"))
def test_two_ways_of_writing_are_the_same(row: tuple[str, ...]) -> None:
    one, other = map(query_in, row)
    assert one != other
    assert parse(one, READER) == parse(other, READER)


@pytest.mark.parametrize("row", examples("Type instead"))
def test_a_mistake_does_what_is_said_and_the_other_way_is_a_query(row: tuple[str, ...]) -> None:
    typed, happens, instead = row
    parse(query_in(instead), READER)
    if happens == "finds the tag of that name":
        assert parse(query_in(typed), READER) == Equals("tag", query_in(typed).lower())
    else:
        with pytest.raises(QueryError) as refusal:
            parse(query_in(typed), READER)
        assert refusal.value.message == happens.strip("`")


def test_there_are_examples_of_each_sort() -> None:
    assert len(examples("Type")) > 60
    assert len(examples("The same as")) > 10
    assert len(examples("Type instead")) > 10


def field_rows() -> list[tuple[str, ...]]:
    return [row.cells for row in rows("search.md") if row.heading == "Fields" and row.cells[0] != "Field"]


def test_every_field_is_documented_with_its_kind() -> None:
    assert {code(cells[0])[0]: cells[1] for cells in field_rows()} == {
        name: field.kind.name.lower() for name, field in STAFF.by_name.items()
    }


def test_who_may_use_a_field_is_documented() -> None:
    who = {code(cells[0])[0]: cells[2] for cells in field_rows()}
    assert {name for name, said in who.items() if said == "all"} == set(ANYBODY.by_name)
    assert {name for name, said in who.items() if said == "staff"} == set(STAFF_FIELDS)
    assert set(PUBLIC_FIELDS) <= set(ANYBODY.by_name)


def test_every_kind_is_documented() -> None:
    listed = {row.cells[0] for row in rows("search.md") if row.heading == "Kinds"} - {"Kind"}
    assert listed == {kind.name.lower() for kind in Kind}


def test_every_sort_is_documented() -> None:
    listed = {name for row in rows("search.md") if row.heading == "Sorting" for name in code(row.cells[0])}
    assert listed == {*SORTS, "id", "random", "random:SEED", "_score", "gallery_id:N"}


BROKEN = {
    "text_bytes": "a" * 4_097,
    "tokens": ",".join("a" * 257),
    "nesting": "(" * 33 + "a" + ")" * 33,
    "clauses": ",".join("a" * 513),
    "wildcards": ",".join(["a*b"] * 9),
    "fuzzy_terms": ",".join(["a~1"] * 5),
    "ranges": ",".join(["width.gte:1"] * 33),
}


def test_there_is_a_query_over_every_limit() -> None:
    assert set(BROKEN) == {field.name for field in fields(Limits)}


@pytest.mark.parametrize("limit", BROKEN)
def test_the_message_of_a_limit_is_documented(limit: str) -> None:
    wide = Limits(tokens=5_000) if limit == "clauses" else Limits()
    with pytest.raises(QueryError) as refusal:
        parse(BROKEN[limit], ANYBODY, wide)
    assert f"`{refusal.value.message}`" in sections("search.md")["Limits"]


@pytest.mark.parametrize(
    "query",
    [
        "a,,b",
        "(a",
        "(a) b",
        "a^-1",
        "animated.gt:true",
        "width.gt:1~2",
        "width:x",
        "uploader_id:x",
        "score:x",
        "wilson_score:x",
        "animated:x",
        "ip:x",
        "created_at:x",
        "created_at:2020-13",
        "created_at:9000 years ago",
        "gallery_id:x",
        "filter_id:x",
        "my:x",
    ],
)
def test_the_fixed_part_of_a_message_is_documented(query: str) -> None:
    with pytest.raises(QueryError) as refusal:
        parse(query, STAFF)
    said = refusal.value.message
    documented = sections("search.md")["Messages"]
    for written, general in (
        ("`x'", "`VALUE'"),
        ("`x`", "`VALUE`"),
        ("for animated", "for NAME"),
        ("for width", "for NAME"),
        ("parsed as 2020, 13", "parsed as PARTS"),
        ("283824000000 seconds", "N seconds"),
        ("starting at: x", "starting at: REST"),
        ("expression: b", "expression: "),
    ):
        said = said.replace(written, general)
    assert f"`{said.strip()}" in documented
