"""Long work on tags dies, as by `kill -9`, between its steps; the next start brings it to its end."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from tests.libraries import SAFE
from tests.programs import Commands, environment, serving, until, write_manifest

pytestmark = pytest.mark.slow
KILLED = -9
_FEW = """
from polybooru.library import tag_batches, tag_moves
from polybooru.library.failpoints import arm
tag_moves.IMAGES_AT_ONCE = tag_batches.IMAGES_AT_ONCE = tag_batches.MOST_AT_ONCE = 2
arm("tag_job.after_step")
from polybooru.cli import main
main()
"""


@pytest.fixture
def tagged(polybooru: Commands, data: Path, tmp_path: Path) -> Path:
    """A library with five images that have the tag `forest`."""
    manifest = write_manifest(tmp_path / "pictures", range(5))
    told = polybooru("import", "manifest", manifest, "--tags", ", ".join(SAFE), "--data", data)
    assert told.status == 0, told.stderr
    return data


def killed(*arguments: object) -> None:
    command = [sys.executable, "-c", _FEW, *map(str, arguments)]
    ended = subprocess.run(command, env=environment(), capture_output=True, check=False)
    assert ended.returncode == KILLED, ended.stderr


def count(polybooru: Commands, data: Path, query: str) -> int:
    return int(polybooru("search", query, "--data", data).stderr.split()[0])


def assert_sound(polybooru: Commands, data: Path) -> None:
    told = polybooru("doctor", "--data", data)
    assert (told.status, told.stdout) == (0, ""), told.stderr


def test_an_alias_killed_half_way_is_completed_by_the_same_command(polybooru: Commands, tagged: Path) -> None:
    killed("tag", "alias", "forest", "wood", "--data", tagged)
    assert_sound(polybooru, tagged)
    assert count(polybooru, tagged, "wood") == 2
    told = polybooru("tag", "alias", "forest", "wood", "--json", "--data", tagged)
    assert json.loads(told.stdout)["aliased_to"] == "wood"
    assert count(polybooru, tagged, "forest") == count(polybooru, tagged, "wood") == 5
    assert_sound(polybooru, tagged)


def test_what_a_killed_command_left_is_completed_by_a_server(polybooru: Commands, tagged: Path) -> None:
    killed("tag", "delete", "forest", "--data", tagged)
    assert count(polybooru, tagged, "forest") == 1  # the verb's own step and one more
    with serving(tagged) as server:
        until(lambda: not server.search("forest"), server)
        assert server.stop() == 0
    assert polybooru("tag", "show", "forest", "--data", tagged).status == 1
    assert_sound(polybooru, tagged)


def test_a_retag_and_its_undo_killed_half_way_are_completed(polybooru: Commands, tagged: Path) -> None:
    assert polybooru("tag", "describe", "wood", "--data", tagged).status == 0
    killed("tag", "retag", "forest", "--add", "wood", "--remove", "cat", "--yes", "--data", tagged)
    assert (count(polybooru, tagged, "wood, -cat"), count(polybooru, tagged, "wood")) == (2, 2)
    assert_sound(polybooru, tagged)
    with serving(tagged) as server:
        until(lambda: len(server.search("wood, -cat")) == 5, server)
        assert server.stop() == 0
    killed("tag", "undo", "1", "--data", tagged)
    assert (count(polybooru, tagged, "cat, -wood"), count(polybooru, tagged, "wood")) == (2, 3)
    told = polybooru("tag", "undo", "1", "--json", "--data", tagged)
    assert json.loads(told.stdout) == {"batch": 1, "state": "undone", "done": 5, "total": 5}
    assert count(polybooru, tagged, "cat, -wood") == 5
    assert_sound(polybooru, tagged)
