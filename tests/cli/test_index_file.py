"""The saved index from outside: servers and commands begin with it, and notice when they must not."""

import json
from pathlib import Path
from typing import Any

import pytest
from tests.programs import Commands, Program, picture, serving, until, write_manifest

pytestmark = pytest.mark.slow


def events(server: Program, name: str) -> list[dict[str, Any]]:
    lines = [json.loads(line) for line in server.said if line.startswith("{")]
    return [line for line in lines if line["event"] == name]


def damage(data: Path) -> None:
    path = data / "image-index"
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


def test_a_server_saves_its_index_and_begins_with_it(data: Path, token: str) -> None:
    with serving(data) as server:
        until((data / "image-index").exists, server)  # soon after the start
        assert server.upload(picture(1), "safe, a, b", token).status_code == 200
        assert server.stop() == 0
        assert [line["source"] for line in events(server, "index_loaded")] == ["rows"]
    with serving(data) as server:
        assert [line["source"] for line in events(server, "index_loaded")] == ["file"]
        assert len(server.search("safe")) == 1
        assert server.upload(picture(2), "safe, a, b", token).status_code == 200
        server.kill_everything()
    with serving(data) as server:
        assert [line["source"] for line in events(server, "index_loaded")] == ["file"]
        assert len(server.search("safe")) == 2
        assert server.stop() == 0
    assert not (data / "image-index.new").exists()


def test_a_damaged_file_is_told_in_one_line_not_served_and_replaced(
    data: Path, token: str, polybooru: Commands
) -> None:
    with serving(data) as server:
        assert server.upload(picture(1), "safe, a, b", token).status_code == 200
        assert server.stop() == 0
    damage(data)
    told = polybooru("doctor", "--data", data)
    assert told.status == 1
    assert told.stdout.startswith("index: the saved index is damaged (")
    with serving(data) as server:
        assert len(server.search("safe")) == 1
        [line] = events(server, "index_file_refused")
        assert line["level"] == "warning"
        assert "damaged" in line["reason"]
        assert server.stop() == 0
    assert polybooru("doctor", "--data", data).status == 0
    with serving(data) as server:
        assert events(server, "index_file_refused") == []
        assert server.stop() == 0


def test_doctor_replaces_a_damaged_file(data: Path, polybooru: Commands, tmp_path: Path) -> None:
    manifest = write_manifest(tmp_path / "pictures", [1, 2])
    assert polybooru("import", "manifest", manifest, "--data", data).status == 0
    assert polybooru("reindex", "--data", data).status == 0
    damage(data)
    assert polybooru("doctor", "--repair", "--data", data).status == 0
    assert polybooru("doctor", "--data", data).stdout == ""


def test_reindex_builds_and_saves_beside_a_server(data: Path, token: str, polybooru: Commands) -> None:
    with serving(data) as server:
        assert server.upload(picture(1), "safe, a, b", token).status_code == 200
        until(lambda: server.search("processed:true"), server)
        told = polybooru("reindex", "--data", data)
        assert told.status == 0, told.stderr
        assert told.stdout.startswith("1 images, ")
        assert told.stdout.endswith(" s and saved\n")
        assert "Reading images: 1 of 1" in told.stderr
        assert len(server.search("safe")) == 1
        assert server.upload(picture(2), "safe, a, b", token).status_code == 200
        assert len(server.search("safe")) == 2
        assert server.stop() == 0


def test_a_search_by_command_saves_what_it_had_to_build(
    data: Path, polybooru: Commands, tmp_path: Path
) -> None:
    manifest = write_manifest(tmp_path / "pictures", [1, 2])
    assert polybooru("import", "manifest", manifest, "--data", data).status == 0
    assert not (data / "image-index").exists()
    first = polybooru("search", "safe", "--data", data)
    assert first.stderr == "2 images match.\n"
    assert (data / "image-index").exists()
    again = polybooru("search", "safe", "--data", data)
    assert (again.stdout, again.stderr) == (first.stdout, first.stderr)
