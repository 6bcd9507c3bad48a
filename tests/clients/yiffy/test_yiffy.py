"""npm's `yiffy`, as published, against a served board."""

import json
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest
from tests.boards import SETTINGS, drawn_png, open_board
from tests.databases import fresh_sqlite
from tests.programs import serving
from tests.repository import ROOT

from polybooru.library.actors import OPERATOR
from polybooru.library.categories import CategoryText, add_category
from polybooru.library.images import find_image

pytestmark = pytest.mark.slow

NODE_MODULES = ROOT / "tests" / "clients" / "node" / "node_modules"
HERE = Path(__file__).parent


@pytest.fixture(scope="module")
def told(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Any]]:
    """What the client got, by step; `board` is where it was."""
    assert NODE_MODULES.is_dir(), "run scripts/node-clients, as `make test` does"
    folder = tmp_path_factory.mktemp("yiffy")
    url = fresh_sqlite(sqlite_template, folder)
    with open_board(url, folder, settings=SETTINGS) as opened:
        ursula = opened.make_user("ursula")
        birds = [
            opened.make_image(
                ursula,
                "safe, bird, artist:fern",
                picture=drawn_png(n, width_px=300, height_px=200 + n),
                sources=["https://example.com/bird"],
            )
            for n in range(6)
        ]
        opened.make_image(ursula, "safe, hug, tree", picture=drawn_png(77))
        opened.process()
        with opened.library.work() as work:
            for path, query in (("animals.birb", "bird"), ("furry.hug", "hug"), ("animals.fox", "fox")):
                add_category(work, OPERATOR, CategoryText(path=path, query=query, is_safe=True))
        with opened.library.reading() as reading:
            md5 = find_image(reading, birds[0]).md5_hash
        keys = [opened.make_token("ursula", "yiffy:bulk"), opened.make_token("ursula")]
    settings = {"POLYBOORU_DATABASE_URL": url, "POLYBOORU_DIALECT__YIFFY__RATE_LIMIT": "off"}
    with serving(folder / "data", settings=settings) as program:
        ended = subprocess.run(
            ["node", HERE / "ask_with_yiffy.js", program.address, *keys, str(md5)],
            env=os.environ | {"NODE_PATH": str(NODE_MODULES)},
            capture_output=True,
            text=True,
            timeout=100,
            check=False,
        )
        assert ended.returncode == 0, ended.stderr + program.text
        told: dict[str, Any] = json.loads(ended.stdout)
        told |= {"board": program.address, "md5": md5}
        told["file"] = httpx2.get(told["one"]["url"], timeout=30).content
        told["thumb_file"] = httpx2.get(told["thumb"], timeout=30).content
        told["kept_leads"] = httpx2.get(told["kept"]["fullURL"], timeout=30).headers["location"]
        told["short"] = httpx2.get(told["one"]["shortURL"], timeout=30).headers["location"]
        yield told


def test_it_gets_images_by_its_own_names_of_categories(told: dict[str, Any]) -> None:
    for step in ("one", "deprecated", "anonymous"):
        image = told[step]
        assert image["url"] == image["yiffMediaURL"] == f"{told['board']}/yiffy/media/{image['name']}"
        assert (image["type"], image["ext"], image["reportURL"]) == ("image/png", "png", None)
    assert told["one"]["artists"] == ["fern"]
    assert told["one"]["sources"] == ["https://example.com/bird"]
    assert len(told["file"]) == told["one"]["size"]
    assert told["short"] == told["one"]["url"]
    assert len({image["id"] for image in told["five"]}) == 5
    assert len(told["sized"]) == 2


def test_it_understands_what_it_is_refused(told: dict[str, Any]) -> None:
    def refusal(step: str) -> tuple[int, int]:
        return told[step]["status"], told[step]["code"]

    assert refusal("small") == (400, 1041)
    assert refusal("unknown") == (404, 1030)
    assert refusal("tooMany") == (400, 1052)
    assert refusal("badKey") == (401, 1010)
    assert refusal("noBulk") == (403, 1022)
    assert refusal("taken") == (409, 1072)
    assert refusal("inner") == (422, 1073)
    assert refusal("wrong") == (401, 1078)
    assert refusal("keptDelete") == (403, 1077)
    assert told["unknown"]["message"] == "Category not found."


def test_it_reads_categories_and_single_images(told: dict[str, Any]) -> None:
    assert [one["db"] for one in told["categories"]["enabled"]] == ["animals.birb", "furry.hug"]
    assert [one["db"] for one in told["categories"]["disabled"]] == ["animals.fox"]
    assert told["category"]["files"]["list"]["total"] == 6
    assert told["noCategory"] is None
    assert told["image"]["id"] == told["md5"]
    assert told["noImage"] is None


def test_it_gets_many_at_once(told: dict[str, Any]) -> None:
    assert {path: len(images) for path, images in told["bulk"].items()} == {"animals.birb": 3, "furry.hug": 1}


def test_it_waits_for_a_thumbnail(told: dict[str, Any]) -> None:
    assert told["thumbsBefore"] == {"gif": None, "png": None}
    assert told["thumb"] == told["thumbAgain"] == f"{told['board']}/yiffy/thumb-media/{told['md5']}.png"
    assert told["checked"] == {"done": True, "url": told["thumb"]}
    assert told["thumbsAfter"] == {"gif": None, "png": told["thumb"]}
    assert told["moving"].endswith(".gif")
    assert told["thumb_file"].startswith(b"\x89PNG")


def test_it_shortens_changes_and_deletes(told: dict[str, Any]) -> None:
    assert len(told["created"]["managementCode"]) == 60
    assert told["again"]["code"] == "from-yiffy"
    assert told["again"]["managementCode"] is None
    assert told["found"]["url"] == "https://example.com/some/where"
    assert told["edited"]["credit"] == "Moss"
    assert told["edited"]["modifiedAt"] is not None
    assert told["kept"]["managementCode"] is None
    assert told["kept_leads"] == "https://example.com/kept"
    assert told["gone"] is None
