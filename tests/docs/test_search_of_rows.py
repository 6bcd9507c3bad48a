"""docs/reference/search.md lists every field of every noun, with its kind and who may use it."""

import pytest
from tests.docs.reference import code, rows, sections

from polybooru.library.image_fields import Viewer
from polybooru.library.row_search.comments import comment_fields
from polybooru.library.row_search.filters import filter_fields
from polybooru.library.row_search.galleries import gallery_fields
from polybooru.library.row_search.posts import post_fields
from polybooru.library.row_search.tags import TAG_FIELDS
from polybooru.search.language.fields import Fields
from polybooru.search.sql.leaves import MOST_CANDIDATES, MOST_TEXTS

FIELDS = {
    "comments": comment_fields,
    "posts": post_fields,
    "galleries": gallery_fields,
    "tags": lambda _: TAG_FIELDS,
    "filters": filter_fields,
}


def documented(noun: str, *who: str) -> dict[str, str]:
    """Field -> kind; of two rows of a field the later one, for fewer people, counts."""
    listed = [row.cells for row in rows("search.md") if row.heading == f"Fields of {noun}"]
    return {code(cells[0])[0]: cells[1] for cells in listed if cells[2] in who}


def kinds(fields: Fields) -> dict[str, str]:
    return {name: field.kind.name.lower() for name, field in fields.by_name.items()}


@pytest.mark.parametrize("noun", FIELDS)
def test_every_field_is_documented_with_its_kind_for_those_who_may_use_it(noun: str) -> None:
    fields = FIELDS[noun]
    assert documented(noun, "all") == kinds(fields(Viewer()))
    assert documented(noun, "all", "signed in") == kinds(fields(Viewer(user_id=1)))
    staff = fields(Viewer(user_id=1, is_staff=True))
    assert documented(noun, "all", "signed in", "staff") == kinds(staff)


@pytest.mark.parametrize("noun", FIELDS)
def test_the_first_field_takes_what_names_none(noun: str) -> None:
    assert next(iter(documented(noun, "all"))) == FIELDS[noun](Viewer()).default.name


def test_the_bounds_on_texts_are_documented() -> None:
    said = sections("search.md")["If such a query costs too much"]
    assert f"more than {MOST_TEXTS} texts" in said
    assert f"more than {MOST_CANDIDATES:,} texts" in said
