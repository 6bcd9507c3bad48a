"""docs/reference/search.md lists every field with its kind, every sort, and every limit."""

from dataclasses import fields

import pytest
from tests.docs.reference import code, rows, sections

from polybooru.library.image_fields import PUBLIC_FIELDS, STAFF_FIELDS, Viewer, image_fields
from polybooru.library.image_search import SORTS
from polybooru.search.language.fields import Kind, QueryError
from polybooru.search.language.limits import Limits
from polybooru.search.language.parser import parse

ANYBODY = image_fields(Viewer())
STAFF = image_fields(Viewer(user_id=1, is_staff=True))


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
    assert listed == {*SORTS, "id", "random", "random:SEED"}


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
