"""Published Python libraries, unchanged but for where the board is, each version in a folder of its own."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from tests.clients.waifu.conftest import Stall

HERE = Path(__file__).parent
INSTALLED = Path(sys.prefix) / "clients"
ALREADY = "The image you provided is already in the user favorites, consider using /fav/toggle instead."
TAGS = ["maid", "selfies", "uniform", "waifu"]


def said(folders: list[str], program: str, *arguments: str) -> dict[str, Any]:
    """What a program beside this one prints, run where the clients may be imported."""
    paths = [INSTALLED / folder for folder in folders]
    assert all(path.exists() for path in paths), "run scripts/python-clients first"
    ended = subprocess.run(
        [sys.executable, "-W", "ignore", HERE / program, *arguments],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(map(str, paths))},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr
    return json.loads(ended.stdout)


@pytest.mark.parametrize("version", ["4.0.1", "4.2.2", "4.2.4", "4.3.0"])
def test_waifuim_does_all_that_it_can(stall: Stall, version: str) -> None:
    """The first two delete by DELETE, the others by POST; the last speaks of version 6 and of `limit`."""
    arguments = (stall.program.address, stall.key, stall.admin_key, str(stall.alice), str(stall.tall))
    answers = said([f"waifuim-{version}", "waifuim-needs"], "ask_with_waifuim.py", *arguments)
    assert answers.pop("version") == version
    one, favourites = answers.pop("one"), answers.pop("favourites")
    assert one["liked_at"] is None
    assert [(liked["id"], liked["liked_at"] is not None) for liked in favourites] == [(stall.tall, True)]
    assert answers.pop("by an admin") == favourites
    assert sorted(image["id"] for image in answers.pop("two tags")) == stall.maids
    assert len({image["id"] for image in answers.pop("many")}) == 30
    in_order = answers.pop("sorted")
    assert [image["id"] for image in in_order] == stall.maids[::-1]
    assert [image["artist"] for image in in_order][:2][0] == "None"
    assert answers.pop("tall")["id"] == answers.pop("files")["id"] == stall.tall
    assert sorted(answers.pop("full tags")) == TAGS
    tags = answers.pop("tags")
    assert (sorted(tags["versatile"]), tags["nsfw"]) == (TAGS, [])
    report = answers.pop("report")
    author = stall.alice if version != "4.3.0" else str(stall.alice)
    assert (report["image_id"], report["author_id"], report["description"]) == (
        stall.tall,
        author,
        "Wrong tag.",
    )
    not_found = [404, "Not Found"]
    assert answers == {
        "without": not_found,
        "unknown tag": not_found,
        "wrong": [400, "Bad Request: order_by must be one of FAVORITES, UPLOADED_AT, RANDOM"],
        "full": [403, "Forbidden: admin"],
        "full by an admin": 46,
        "no favourites": not_found,
        "insert": {"state": "INSERTED"},
        "insert again": [409, ALREADY],
        "of another": [403, "Forbidden: view_favorites"],
        "toggle": {"state": "DELETED"},
        "toggle again": {"state": "INSERTED"},
        "delete": {"state": "DELETED"},
        "delete again": not_found,
        "bad token": [401, "Unauthorized"],
        "report of nothing": not_found,
    }


def test_anime_api_asks_by_one_tag(stall: Stall) -> None:
    answers = said(["anime-api-1.0.2"], "ask_with_anime_api.py", stall.program.address, str(stall.tall))
    assert answers.pop("one") > 0
    assert sorted(answers.pop("tag")) == stall.maids
    assert len(set(answers.pop("many"))) == 30
    assert answers.pop("sorted") == stall.maids[::-1]
    assert answers.pop("tall") == answers.pop("file") == stall.tall
    refusals = {name: "404" in text or "Not Found" in text for name, text in answers.items()}
    assert refusals == {"gifs": True, "two tags": False, "by favourites": False}
    assert "included_tags" in answers["two tags"]
    assert "order_by" in answers["by favourites"]
