"""Published libraries, pointed at the board by their own switches, each in a process of its own."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from tests.clients.philomena.conftest import Shop
from tests.repository import ROOT

HERE = Path(__file__).parent
FOR_PYTHON = Path(sys.prefix) / "clients" / "philomena"
FOR_NODE = ROOT / "tests/clients/node/node_modules"


def said(program: str, *arguments: str) -> dict[str, Any]:
    """What a program beside this one prints, run where the clients may be imported."""
    assert FOR_PYTHON.exists(), "run scripts/python-clients first"
    assert FOR_NODE.exists(), "run scripts/node-clients first"
    is_python = program.endswith(".py")
    ended = subprocess.run(
        [*((sys.executable, "-W", "ignore") if is_python else ("node",)), HERE / program, *arguments],
        env={**os.environ, "PYTHONPATH": str(FOR_PYTHON), "NODE_PATH": str(FOR_NODE)},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr
    return json.loads(ended.stdout)


@pytest.fixture(scope="module")
def derpi(shop: Shop) -> dict[str, Any]:
    image = shop.program.get(f"/api/v1/json/images/{shop.shelf[0]}").json()["image"]
    return said("ask_with_derpi.py", shop.address, shop.key, image["representations"]["full"])


@pytest.fixture(scope="module")
def derpybooru(shop: Shop) -> dict[str, Any]:
    return said("ask_with_derpybooru.py", shop.address, shop.key, str(shop.gallery_id))


# --- derpi: made from the documents, and refuses a field that they do not list, or a missing one ---


def test_derpi_takes_every_object_field_by_field(derpi: dict[str, Any]) -> None:
    assert [name for name, answer in derpi.items() if isinstance(answer, str)] == []
    assert [name for name, answer in derpi.items() if not answer] == []


def test_derpi_reads_the_values(derpi: dict[str, Any], shop: Shop) -> None:
    assert (derpi["comment"]["body"], derpi["comment"]["author"]) == ("Remark 0.", "alice")
    assert derpi["tag"]["name"] == "artist:number 3"
    assert derpi["post"]["body"] == "Questions go here."
    assert derpi["user"]["uploads_count"] == shop.explicit
    assert derpi["filter"] == derpi["system_filters"][0]
    assert [one["name"] for one in derpi["system_filters"]] == ["Default", "Everything"]
    assert [one["name"] for one in derpi["user_filters"]] == ["Quiet"]
    assert len(derpi["search_comments"]) == shop.comments
    assert derpi["search_galleries"][0]["thumbnail_id"] == shop.gallery[0]
    assert len(derpi["search_tags"]) == 7
    assert derpi["forum"]["topic_count"] == 1
    assert [one["slug"] for one in derpi["forum_topics"]] == ["ask-the-mods-anything"]
    assert len(derpi["forum_posts"]) == derpi["forum_topic"]["post_count"] == 2


def test_derpi_finds_images(derpi: dict[str, Any], shop: Shop) -> None:
    assert derpi["image"]["tags"] == ["safe", "artist:number 0", "shelf"]
    assert derpi["featured_image"]["id"] == shop.shelf[1]
    assert [one["id"] for one in derpi["search_images"]] == shop.shelf[:-26:-1]
    assert derpi["search_reverse"][0]["id"] == shop.shelf[0]
    assert derpi["oembed"]["derpibooru_id"] == shop.shelf[0]
    assert derpi["oembed"]["author_name"] == "number 0"


# --- DerPyBooruPhi ---


def test_derpybooru_answers_every_call(derpybooru: dict[str, Any], shop: Shop) -> None:
    newest_first = shop.shelf[::-1]
    assert derpybooru == {
        "search to the end": newest_first,
        "search with a limit": newest_first[:60],
        "search by score": [shop.shelf[2], *newest_first[:2]],
        "search by a filter": [shop.explicit],
        "search by the default filter": [],
        "search for my faves": [shop.shelf[2]],
        "search a gallery": shop.gallery[::-1],
        "reverse search": [shop.shelf[0]],
        "image": ["safe", "artist:number 0", "shelf"],
        "featured image": shop.shelf[1],
        "comments": ["Remark 2.", "Remark 1.", "Remark 0."],
        "comment": "Remark 0.",
        "tags": [f"artist:number {number}" for number in range(7)],
        "tag": 15,
        "tag by alias": "shelf",
        "profile": "alice",
        "system filters": ["Default", "Everything"],
        "own filters": ["Quiet"],
        "filter": "Default",
        "galleries": ["A walk"],
        "forums": ["art", "dis", "rp", "pony", "meta"],
        "forum": "General Discussion",
        "topics": ["ask-the-mods-anything"],
        "topic": "Ask the mods anything",
        "posts": ["Questions go here.", "How do I find a shelf?"],
        "search posts": ["How do I find a shelf?"],
        "post": "Questions go here.",
    }


# --- booru, for Node ---


def test_booru_answers_every_call(shop: Shop) -> None:
    told = said("ask_with_booru.js", shop.address, shop.key)
    newest_first = shop.shelf[::-1]
    image = shop.program.get(f"/api/v1/json/images/{shop.kinds['png']}").json()["image"]
    at_random = told.pop("at random")
    assert len(set(at_random)) == 3
    assert set(at_random) <= set(shop.shelf)
    assert (
        told
        == {
            "search": newest_first[:10],
            "next page": newest_first[25:35],  # it cuts a page of the board's own size to the number wanted
            "several tags": newest_first[3::7][:10],
            "anything": [shop.kinds["svg"], shop.kinds["png"], shop.kinds["jpg"]],
            "with a token": [shop.shelf[2]],
            "nothing": [],
            "post": {
                "id": image["id"],
                "fileUrl": image["representations"]["full"],
                "sampleUrl": image["representations"]["large"],
                "previewUrl": image["representations"]["small"],
                "width": 900,
                "height": 700,
                "rating": "s",
                "available": True,
                "tags": image["tags"],
                "postView": f"{shop.address}/images/{image['id']}",
            },
        }
    )
