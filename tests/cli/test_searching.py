"""`import`, `search`, `explain`, `probe`, `reindex` and `doctor` on a small library."""

import json
import os
import shutil
from pathlib import Path
from typing import Any

import pytest
from tests.programs import Commands, picture, write_manifest
from tests.repository import ROOT

VECTORS = json.loads((ROOT / "tests/vectors/philomena-search.json").read_text())


@pytest.fixture(scope="module")
def library(polybooru: Commands, founded_library: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three processed pictures, read only."""
    folder = tmp_path_factory.mktemp("searching")
    data = Path(shutil.copytree(founded_library, folder / "data"))
    ended = polybooru("import", "manifest", write_manifest(folder / "pictures", range(3)), "--data", data)
    assert ended.stdout == "3 imported, 0 already there, 0 refused\n", ended.stderr
    return data


def test_an_import_is_repeated_without_duplicates(polybooru: Commands, library: Path) -> None:
    manifest = library.parent / "pictures/manifest.jsonl"
    ended = polybooru("import", "manifest", manifest, "--data", library)
    assert (ended.status, ended.stdout) == (0, "0 imported, 3 already there, 0 refused\n")
    assert ended.stderr == "Importing: 3 of 3\n"


def test_what_cannot_be_imported_is_told_and_the_rest_goes_on(
    polybooru: Commands, data: Path, tmp_path: Path
) -> None:
    manifest = write_manifest(tmp_path / "pictures", [1])
    folder = manifest.parent
    (folder / "text.png").write_text("no picture")
    (folder / "empty.png").touch()
    (folder / "folder.png").mkdir()
    lines = [
        "not JSON",
        '{"path": "missing.png", "tags": ["safe", "a", "b"]}',
        '{"path": "folder.png", "tags": ["safe", "a", "b"]}',
        '{"path": "1.png/inside", "tags": ["safe", "a", "b"]}',
        '{"path": "text.png", "tags": ["safe", "a", "b"]}',
        '{"path": "empty.png", "tags": ["safe", "a", "b"]}',
        json.dumps({"path": "long" * 100, "tags": ["safe", "a", "b"]}),
        manifest.read_text().strip(),
    ]
    manifest.write_text("\n".join(lines))
    ended = polybooru("import", "manifest", manifest, "--data", data)
    assert ended.status == 0, ended.stderr
    assert ended.stdout.splitlines()[0] == "1 imported, 0 already there, 7 refused"
    told = [line.split(":")[0].split(",")[0] for line in ended.stderr.splitlines() if ": refused, " in line]
    assert sorted(told) == [f"line {number}" for number in range(1, 8)]
    assert polybooru("search", "*", "--data", data).stdout.count("\n") == 1


def test_an_order_that_asks_the_rows_is_known_to_the_command_too(polybooru: Commands, library: Path) -> None:
    for sort, first in (("gallery_id:7", "3"), ("_score", "3"), ("random:5", "")):
        ended = polybooru("search", "*", "--sort", sort, "--data", library)
        assert ended.status == 0, ended.stderr
        assert ended.stdout.count("\n") == 3
        assert ended.stdout.startswith(first)


def test_a_pipe_in_a_manifest_is_refused_and_not_waited_for(
    polybooru: Commands, data: Path, tmp_path: Path
) -> None:
    os.mkfifo(tmp_path / "pipe.png")
    manifest = tmp_path / "manifest.jsonl"
    manifest.write_text('{"path": "pipe.png", "tags": ["safe", "a", "b"]}\n')
    ended = polybooru("import", "manifest", manifest, "--data", data)
    assert ended.stdout.splitlines()[0] == "0 imported, 0 already there, 1 refused"


def test_an_import_for_an_unknown_account_says_how_to_make_it(
    polybooru: Commands, data: Path, tmp_path: Path
) -> None:
    manifest = write_manifest(tmp_path, [1])
    ended = polybooru("import", "manifest", manifest, "--uploader", "nobody", "--data", data)
    assert ended.status == 1
    assert "polybooru user create nobody" in ended.stderr


def test_search_lists_images_newest_first(polybooru: Commands, library: Path) -> None:
    ended = polybooru("search", "safe, stripes", "--data", library)
    assert ended.status == 0
    rows = [line.split("\t") for line in ended.stdout.splitlines()]
    assert [row[0] for row in rows] == ["3", "2", "1"]
    assert rows[0][1:3] == ["png", "64x64"]
    assert ended.stderr == "3 images match.\n"


def test_search_prints_one_json_object_a_line(polybooru: Commands, library: Path) -> None:
    ended = polybooru("search", "safe", "--json", "--sort", "id", "--limit", "2", "--data", library)
    found = [json.loads(line) for line in ended.stdout.splitlines()]
    assert [image["id"] for image in found] == [3, 2]
    assert found[0]["tags"] == ["safe", "drawn", "stripes"]


def test_a_broken_query_is_one_sentence(polybooru: Commands, library: Path) -> None:
    for command in ("search", "explain"):
        ended = polybooru(command, "safe AND (", "--data", library)
        assert (ended.status, ended.stdout) == (1, "")
        assert ended.stderr.count("\n") == 1
        assert "Traceback" not in ended.stderr


def test_explain_tells_tree_steps_costs_and_matches(polybooru: Commands, library: Path) -> None:
    ended = polybooru("explain", "safe, -(stripes OR width.lt:1)", "--data", library)
    assert ended.status == 0, ended.stderr
    tree, _, *table, _, estimated, measured, matches, parsed = ended.stdout.splitlines()
    assert tree == '(and (tag "safe") (not (or (tag "stripes") (range width (lt 1)))))'
    assert any(line.startswith("  ") and '(tag "safe")' in line for line in table)
    assert any(line.startswith("    ") and "(range width (lt 1))" in line for line in table)
    assert estimated.endswith("within the budget of 100,000 µs")
    assert [line.split()[0] for line in (measured, matches, parsed)] == ["measured", "matches", "parsed"]
    assert matches == "matches    0 images"


@pytest.mark.parametrize("vector", VECTORS[::12], ids=lambda vector: repr(vector["query"]))
def test_explain_prints_the_tree_of_a_vector_without_a_library(
    polybooru: Commands, vector: dict[str, Any], tmp_path: Path
) -> None:
    caller = ["--role", vector["role"]]
    if "user_id" in vector:
        caller += ["--user-id", str(vector["user_id"])]
    ended = polybooru("explain", "--tree", *caller, "--data", tmp_path / "none", "--", vector["query"])
    if vector["parses"]:
        assert (ended.status, ended.stdout) == (0, vector["meaning"] + "\n")
    else:
        assert (ended.status, ended.stdout) == (1, "")
        assert "error: " + ended.stderr.rstrip("\n") == vector["meaning"]
    assert not (tmp_path / "none").exists()


def test_probe_tells_what_a_file_is_by_its_content(polybooru: Commands, tmp_path: Path) -> None:
    (tmp_path / "wrong.gif").write_bytes(picture(1))
    ended = polybooru("probe", tmp_path / "wrong.gif")
    found = json.loads(ended.stdout)
    assert (found["media_type"], found["width"], found["height"]) == ("image/png", 64, 64)


@pytest.mark.parametrize("content", [b"", b"text", picture(1)[:60]], ids=["empty", "text", "cut"])
def test_probe_says_why_a_file_would_be_refused(polybooru: Commands, tmp_path: Path, content: bytes) -> None:
    (tmp_path / "bad.png").write_bytes(content)
    ended = polybooru("probe", tmp_path / "bad.png")
    assert (ended.status, ended.stdout) == (1, "")
    assert ended.stderr.count("\n") == 1
    assert ended.stderr.endswith(".\n")


def test_reindex_builds_the_index(polybooru: Commands, library: Path) -> None:
    ended = polybooru("reindex", "--data", library)
    assert ended.status == 0
    assert ended.stdout.startswith("3 images, ")


def test_doctor_has_nothing_to_say_of_a_whole_library(polybooru: Commands, library: Path) -> None:
    ended = polybooru("doctor", "--data", library)
    assert (ended.status, ended.stdout) == (0, "")
    assert ended.stderr.splitlines()[-1] == "Nothing to say."


def test_doctor_finds_a_lost_representation_and_mends_it(
    polybooru: Commands, library: Path, tmp_path: Path
) -> None:
    data = Path(shutil.copytree(library, tmp_path / "data"))
    lost = next(path for path in (data / "blobs").rglob("*thumb*"))
    lost.unlink()
    ended = polybooru("doctor", "--data", data)
    assert (ended.status, ended.stdout.count("\n")) == (1, 1)
    assert "a representation is missing" in ended.stdout
    assert polybooru("doctor", "--repair", "--data", data).status == 0
