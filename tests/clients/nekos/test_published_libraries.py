"""Published clients, as they are, each in a process of its own and told only where the board is."""

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import httpx2
import pytest
from tests.clients.nekos.conftest import IMAGES, Gallery

HERE = Path(__file__).parent
PYTHON = Path(sys.prefix) / "clients" / "anime-api"
NODE = HERE.parent / "node" / "node_modules"
NOT_FOUND = "An error occurred while fetching the data from the server. There is none with this id."


def said(command: Sequence[str | Path], **environment: str) -> dict[str, Any]:
    ended = subprocess.run(
        command,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr
    return json.loads(ended.stdout)


@pytest.fixture(scope="module")
def anime_api(gallery: Gallery) -> dict[str, Any]:
    assert PYTHON.exists(), "run scripts/python-clients first"
    script = HERE / "ask_with_anime_api.py"
    command = [sys.executable, "-W", "ignore", script, f"{gallery.address}/v1", gallery.token]
    return said(command, PYTHONPATH=str(PYTHON))


@pytest.fixture(scope="module")
def nekosapi(gallery: Gallery) -> dict[str, Any]:
    assert NODE.exists(), "run scripts/node-clients first"
    ids = {
        kind: httpx2.get(f"{gallery.address}/api/{kind}?limit=1").json()["data"][0]["id"]
        for kind in ("artist", "category", "character")
    }
    script = HERE / "ask_with_nekosapi.js"
    command = ["node", script, f"{gallery.address}/api/", gallery.token, json.dumps(ids)]
    return said(command, NODE_PATH=str(NODE))


def test_anime_api_loads_every_object(anime_api: dict[str, Any]) -> None:
    failed = {name for name, answer in anime_api.items() if isinstance(answer, str)}
    assert failed == {"nothing", "no pattern", "no category"}
    assert [name for name, answer in anime_api.items() if not answer] == []


def test_anime_api_finds_what_is_there(anime_api: dict[str, Any]) -> None:
    assert len(anime_api["images"]) == IMAGES - 1
    assert len(anime_api["random images"]) == 5
    assert [one["name"] for one in anime_api["artists"]] == ["100% 0", "100% 1", "late"]
    for how in ("searched", "escaped"):
        [artist] = anime_api[f"artists {how}"]
        assert (artist["name"], artist["url"], artist["images"]) == (
            "100% 1",
            "https://artist.example/",
            "None",
        )
    assert anime_api["artist"]["images"] == "7"
    assert len(anime_api["images of artist"]) == 3
    assert [one["name"] for one in anime_api["categories"]] == ["scenery", "sky (above)"]
    assert [one["name"] for one in anime_api["categories escaped"]] == ["sky (above)"]
    assert anime_api["category"]["images"] == str(IMAGES)
    assert [one["source"] for one in anime_api["characters"]] == ["lantern tales"]
    assert anime_api["character"]["images"] == "5"
    assert anime_api["image"]["mimetype"] == "image/png"


def test_anime_api_tells_what_went_wrong(anime_api: dict[str, Any]) -> None:
    assert NOT_FOUND in anime_api["nothing"]
    assert "A group is never closed." in anime_api["no pattern"]
    assert "nothing" in anime_api["no category"]


def test_nekosapi_reads_every_object(nekosapi: dict[str, Any]) -> None:
    assert {name for name, answer in nekosapi.items() if isinstance(answer, str)} == set()
    assert len(nekosapi["images"]) == IMAGES - 1  # it does not send its token: the list is open to all
    assert len(nekosapi["random images"]) == 5
    assert len(nekosapi["images of artist"]) == 3
    assert [one["name"] for one in nekosapi["categories"]] == ["scenery", "sky (above)"]
    assert nekosapi["category"]["images"] == IMAGES
    assert nekosapi["artist"]["name"] == "100% 0"
    assert nekosapi["character"]["source"] == "lantern tales"
    assert nekosapi["random image of"]["characters"][0]["name"] == "old thistle"


def test_addresses_that_clients_are_given_can_be_loaded(nekosapi: dict[str, Any], gallery: Gallery) -> None:
    image = nekosapi["random image"]
    answer = httpx2.get(image["url"])
    assert image["url"].startswith(gallery.address)
    assert (answer.status_code, len(answer.content)) == (200, image["size"])
    assert answer.headers["etag"] == image["etag"]


def test_a_client_that_says_so_is_hung_up_on(gallery: Gallery) -> None:
    answer = httpx2.get(f"{gallery.address}/api/image/random", headers={"Connection": "close"})
    assert (answer.status_code, answer.headers["connection"]) == (200, "close")
