"""`polybooru tag` as operators use it."""

import json
from pathlib import Path

import pytest
from tests.programs import Commands, write_manifest

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


def test_many_images_are_retagged_after_a_look_and_a_person_is_reverted(
    polybooru: Commands, data: Path, tmp_path: Path
) -> None:
    manifest = write_manifest(tmp_path / "pictures", range(3))
    assert polybooru("import", "manifest", manifest, "--tags", "safe, cat, fox", "--data", data).status == 0
    look = polybooru("tag", "retag", "cat", "--add", "fox", "--remove", "cat", "--json", "--data", data)
    assert json.loads(look.stdout) == {
        "images": 3,
        "changing": 3,
        "added": {"fox": 0},
        "removed": {"cat": 3},
        "sample": [1, 2, 3],
    }
    assert look.stderr.endswith("Nothing was changed. --yes does it.\n")
    done = polybooru("tag", "retag", "cat", "--remove", "cat", "--yes", "--data", data)
    assert done.stdout == "batch\t1\nstate\tdone\ndone\t3\ntotal\t3\n"
    assert polybooru("search", "cat", "--data", data).stderr == "0 images match.\n"
    span = ("--since", "2020-01-01", "--until", "2020-01-02T03:04:05")
    reverted = polybooru("tag", "revert-user", "admin", *span, "--json", "--data", data)
    assert json.loads(reverted.stdout) == {"batch": 2, "state": "done", "done": 0, "total": 0}
    unknown = polybooru("tag", "retag", "cat", "--add", "none", "--yes", "--data", data)
    assert (unknown.status, unknown.stderr) == (1, "There is no tag 'none'.\n")
