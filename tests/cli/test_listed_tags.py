"""`polybooru listed-tag`: the tags that waifu.im clients know, from the command line."""

import json
from pathlib import Path

from tests.programs import Commands


def test_tags_are_listed_changed_and_removed(polybooru: Commands, data: Path) -> None:
    def run(*arguments: object) -> list[dict[str, object]]:
        done = polybooru("listed-tag", *arguments, "--json", "--data", data)
        assert done.status == 0, done.stderr
        return [json.loads(line) for line in done.stdout.splitlines()]

    assert run("list") == []
    assert run("add-most-used") == [{"tags": 0}]
    missing = polybooru("listed-tag", "add", "red panda", "--data", data)
    assert (missing.status, missing.stderr.strip()) == (1, "There is no tag 'red panda'.")
    described = polybooru("tag", "describe", "red panda", "--short", "Climbs", "--data", data)
    assert described.status == 0, described.stderr
    [made] = run("add", "red panda")
    assert made == {"tag_id": made["tag_id"], "name": "red-panda", "description": "Climbs", "nsfw": False}
    [changed] = run("add", "red panda", "--name", "panda", "--nsfw")
    assert changed == made | {"name": "panda", "nsfw": True}
    assert run("add", "red panda", "--versatile") == [changed | {"nsfw": False}]
    assert run("list") == [changed | {"nsfw": False}]
    told = polybooru("listed-tag", "list", "--data", data)
    assert told.stdout == f"{made['tag_id']}\tpanda\tversatile\tClimbs\n"
    assert run("remove", "red panda") == [{"tag": "red panda"}]
    assert polybooru("listed-tag", "remove", "red panda", "--data", data).status == 1
    assert run("list") == []
