"""Every conformance vector: the dialect's own, and ours for the rules those do not touch."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from polybooru.library.image_fields import Viewer, image_fields
from polybooru.library.row_search.comments import comment_fields
from polybooru.library.row_search.filters import filter_fields
from polybooru.library.row_search.galleries import gallery_fields
from polybooru.library.row_search.posts import post_fields
from polybooru.library.row_search.tags import TAG_FIELDS
from polybooru.search.language.canonical import show
from polybooru.search.language.fields import Fields, QueryError
from polybooru.search.language.parser import parse

VECTORS = Path(__file__).parents[3] / "vectors"
FILES = ("philomena-search.json", "philomena-search-extra.json")
FIELDS: dict[str, Callable[[Viewer], Fields]] = {
    "image": image_fields,
    "comment": comment_fields,
    "post": post_fields,
    "gallery": gallery_fields,
    "filter": filter_fields,
    "tag": lambda _: TAG_FIELDS,
}


def _vectors(name: str) -> list[Any]:
    vectors: list[dict[str, Any]] = json.loads((VECTORS / name).read_text(encoding="utf-8"))
    return [pytest.param(vector, id=repr(vector["query"])) for vector in vectors]


def _meaning(vector: dict[str, Any]) -> str:
    viewer = Viewer(user_id=vector.get("user_id"), is_staff=vector["role"] == "moderator")
    try:
        return show(parse(vector["query"], FIELDS[vector["kind"]](viewer)))
    except QueryError as error:
        return f"error: {error.message}"


@pytest.mark.parametrize("vector", [vector for name in FILES for vector in _vectors(name)])
def test_text_means_what_the_dialect_says(vector):
    assert _meaning(vector) == vector["meaning"]
    assert vector["parses"] == (not vector["meaning"].startswith("error: "))


def test_every_field_of_every_noun_is_in_some_vector():
    vectors = [json.loads((VECTORS / name).read_text(encoding="utf-8")) for name in FILES]
    for kind, fields in FIELDS.items():
        texts = " ".join(vector["query"] for file in vectors for vector in file if vector["kind"] == kind)
        # A word behind the dot is an operator, `id.gte`, or belongs to the field, `image.tags`.
        found = re.findall(r"(?<![\w.])(([a-z0-9_]+)(?:\.[a-z]+)?):", texts)
        written = {name for names in found for name in names}
        staff = fields(Viewer(user_id=7, is_staff=True))
        assert staff.by_name.keys() <= written, kind
