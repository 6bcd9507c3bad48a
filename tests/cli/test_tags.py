"""`polybooru tag` as operators use it."""

import json
from pathlib import Path

import pytest
from tests.programs import Commands

pytestmark = pytest.mark.slow


def test_a_tag_is_described_related_renamed_and_deleted(polybooru: Commands, data: Path) -> None:
    def tag(*arguments: str) -> dict[str, object]:
        told = polybooru("tag", *arguments, "--json", "--data", data)
        assert told.status == 0, told.stderr
        found: dict[str, object] = json.loads(told.stdout)
        return found

    made = tag("describe", "Kat", "--short", "Purrs", "--category", "species")
    assert (made["name"], made["short_description"], made["category"]) == ("kat", "Purrs", "species")
    renamed = tag("describe", "kat", "--rename", "artist:cat", "--category", "")
    assert (renamed["slug"], renamed["short_description"], renamed["category"]) == (
        "artist-colon-cat",
        "Purrs",
        None,
    )
    assert tag("alias", "kitty", "artist:cat")["aliased_to"] == "artist:cat"
    assert tag("imply", "artist:cat", "species:cat")["implies"] == ["species:cat"]
    assert tag("show", "artist:cat")["aliases"] == ["kitty"]
    assert tag("unimply", "artist:cat", "species:cat")["implies"] == []
    assert tag("unalias", "kitty")["aliased_to"] is None
    plain = polybooru("tag", "show", "artist:cat", "--data", data).stdout
    assert "short_description\tPurrs\n" in plain
    assert "aliases" not in plain
    assert tag("delete", "kitty")["name"] == "kitty"
    gone = polybooru("tag", "show", "kitty", "--data", data)
    assert (gone.status, gone.stderr) == (1, "There is no tag with the slug 'kitty'.\n")
    refused = polybooru("tag", "delete", "safe", "--data", data)
    assert (refused.status, refused.stderr) == (1, "tag is a rating, which the rules know by this name\n")
