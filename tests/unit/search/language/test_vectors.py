"""Every conformance vector: the dialect's own, and ours for the rules those do not touch."""

import json
from pathlib import Path
from typing import Any

import pytest

from polybooru.library.image_fields import Viewer, image_fields
from polybooru.search.language.canonical import show
from polybooru.search.language.fields import QueryError
from polybooru.search.language.parser import parse

VECTORS = Path(__file__).parents[3] / "vectors"


def _vectors(name: str) -> list[Any]:
    vectors: list[dict[str, Any]] = json.loads((VECTORS / name).read_text(encoding="utf-8"))
    return [pytest.param(vector, id=repr(vector["query"])) for vector in vectors]


def _meaning(vector: dict[str, Any]) -> str:
    viewer = Viewer(user_id=vector.get("user_id"), is_staff=vector["role"] == "moderator")
    try:
        return show(parse(vector["query"], image_fields(viewer)))
    except QueryError as error:
        return f"error: {error.message}"


@pytest.mark.parametrize(
    "vector", _vectors("philomena-search.json") + _vectors("philomena-search-extra.json")
)
def test_text_means_what_the_dialect_says(vector):
    assert _meaning(vector) == vector["meaning"]
    assert vector["parses"] == (not vector["meaning"].startswith("error: "))
