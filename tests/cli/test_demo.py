"""`demo`: the same seed gives the same library; and the wheel, in an environment of its own, does it all."""

import os
import re
import socket
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import httpx2
import pytest
from tests.programs import Commands, Program, free_port
from tests.repository import ROOT

pytestmark = pytest.mark.slow
IMAGES = "8"
CONTENTS = {
    "images": "select id, first_seen_at, created_at, uploader_id, file_name, orig_sha512_hash, sha512_hash, "
    "perceptual_hash, width_px, height_px, description, upvotes, downvotes, faves, comment_count, hides "
    "from images order by id",
    "tags": "select id, name, category, image_count, aliased_tag_id from tags order by id",
    "image_tags": "select image_id, tag_id from image_tags order by image_id, tag_id",
    "votes": "select image_id, user_id, is_up from votes order by image_id, user_id",
    "faves": "select image_id, user_id from faves order by image_id, user_id",
    "users": "select id, name, role, watched_query from users order by id",
    "comments": "select image_id, user_id, body, created_at, hidden_from_users from comments order by id",
    "galleries": "select title, user_id, image_count, thumbnail_id from galleries order by id",
    "gallery_images": "select gallery_id, image_id, position from gallery_images order by 1, 3",
    "filters": "select name, user_id, hidden_complex, spoilered_complex from filters order by id",
    "filter_tags": "select filter_id, tag_id, effect from filter_tags order by filter_id, tag_id, effect",
    "topics": "select forum_id, slug, title, post_count from topics order by id",
    "posts": "select topic_id, user_id, body from posts order by id",
    "categories": "select path, query, is_safe from categories order by path",
}

PRINTED = (
    "comments/4",
    "images/1",
    "images/featured",
    "posts/1",
    "profiles/1",
    "filters/1",
    "filters/system",
    "search/comments?q=*",
    "search/galleries?q=title:mean*",
    "search/posts?q=subject:time wasting thread",
    "search/images?q=safe",
    "search/tags?q=analyzed_name:fox",
    "forums",
    "forums/dis",
    "forums/dis/topics",
    "forums/dis/topics/ask-the-mods-anything",
    "forums/dis/topics/ask-the-mods-anything/posts",
    "oembed?url=https://derpicdn.net/img/2012/1/2/3/full.png",
)
"""As the services' documents have them, where that can be: whoever tries them here finds something."""


@pytest.fixture(scope="module")
def demo(polybooru: Commands, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small demo library, read only."""
    data = tmp_path_factory.mktemp("demo") / "data"
    ended = polybooru("demo", "--no-serve", "--images", IMAGES, "--data", data)
    assert (ended.status, ended.stdout) == (0, "")
    assert re.search(r"^A token of alice to try: \w{100}$", ended.stderr, re.MULTILINE)
    return data


def contents(data: Path) -> dict[str, list[Any]]:
    with closing(sqlite3.connect(data / "polybooru.sqlite3")) as rows:
        return {name: rows.execute(query).fetchall() for name, query in CONTENTS.items()}


def test_the_same_seed_gives_the_same_library(polybooru: Commands, demo: Path, tmp_path: Path) -> None:
    again = tmp_path / "again"
    assert polybooru("demo", "--no-serve", "--images", IMAGES, "--data", again).status == 0
    assert contents(again) == contents(demo)
    assert len(contents(demo)["images"]) == int(IMAGES)
    assert polybooru("doctor", "--data", again).status == 0


def test_people_of_a_demo_have_written_and_chosen(demo: Path) -> None:
    found = contents(demo)
    names = {user_id: name for user_id, name, *_ in found["users"]}
    assert {names[user_id] for _, user_id, *_ in found["comments"]} == {"alice", "bob", "moderator"}
    walk, paths = found["galleries"]
    assert [(names[owner], count) for _, owner, count, _ in (walk, paths)] == [
        ("alice", int(IMAGES)),
        ("bob", int(IMAGES) // 2),
    ]
    assert walk[3] == found["gallery_images"][0][1]
    assert [names[user_id] for _, user_id, *_ in found["filters"] if user_id is not None] == ["alice"]
    assert {effect for filter_id, _, effect in found["filter_tags"] if filter_id > 2} == {"hide", "spoiler"}
    assert [(slug, posts) for _, slug, _, posts in found["topics"]] == [
        ("ask-the-mods-anything", 4),
        ("time-wasting-thread", 3),
        ("show-your-palettes", 2),
        ("rules-of-this-board", 1),
    ]
    assert len(found["posts"]) == 10


def test_a_demo_has_the_categories_that_clients_know(demo: Path) -> None:
    assert contents(demo)["categories"] == [
        ("animals.birb", "bird", 1),
        ("animals.fox", "fox", 1),
        ("furry.hug", "hug", 1),
    ]


def test_a_demo_library_that_is_there_is_kept(polybooru: Commands, demo: Path) -> None:
    before = contents(demo)
    ended = polybooru("demo", "--no-serve", "--images", "3", "--seed", "2", "--data", demo)
    assert ended.status == 0
    assert "is kept" in ended.stderr
    assert contents(demo) == before
    assert list(demo.parent.glob("*.building")) == []


def test_a_port_in_use_is_said_before_anything_is_drawn(polybooru: Commands, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        ended = polybooru("demo", "--port", str(taken.getsockname()[1]), "--data", tmp_path / "data")
    assert ended.status == 1
    assert ended.stderr.startswith("Cannot listen on port ")
    assert list(tmp_path.iterdir()) == []


def test_a_demo_is_served_and_its_token_answers(demo: Path) -> None:
    server = Program.start("demo", "--port", "0", "--data", demo)
    try:
        server.wait_until_ready()
        token = server.wait_until_said(r"A token of alice to try: (\w{100})").group(1)
        params = {"q": "my:faves", "key": token, "filter_id": "2"}
        found = httpx2.get(f"{server.address}/api/v1/json/search/images", params=params)
        assert found.status_code == 200
        assert found.json()["total"] > 0
        for path in PRINTED:
            answer = server.get(f"/api/v1/json/{path}")
            assert (answer.status_code, '"total":0' in answer.text) == (200, False), path
        for kind in ("image", "artist", "category", "character", "set"):
            assert server.get(f"/nekos/api/{kind}").json()["data"], kind
        assert server.stop() == 0
    finally:
        server.kill_everything()


@pytest.mark.timeout(600)
def test_a_wheel_in_an_empty_environment_serves_a_demo(tmp_path: Path) -> None:
    _run(sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", tmp_path, ROOT)
    [wheel] = tmp_path.glob("*.whl")
    _run(sys.executable, "-m", "venv", tmp_path / "venv")
    lock = (ROOT / "requirements-runtime.lock").read_text()
    pins = re.findall(r"^([\w.\[\]-]+==[^\s\\]+(?: ;[^\\\n]+)?)", lock, re.MULTILINE)
    constraints = tmp_path / "constraints.txt"
    constraints.write_text("\n".join(re.sub(r"\[.*?\]", "", pin) for pin in pins))
    _run(tmp_path / "venv/bin/pip", "install", "--quiet", "--no-compile", "--constraint", constraints, wheel)

    (tmp_path / "empty").mkdir()
    server = Program.start(
        "demo",
        "--images",
        IMAGES,
        "--port",
        str(free_port()),
        program=(str(tmp_path / "venv/bin/polybooru"),),
        cwd=tmp_path / "empty",
        settings={"PYTHONPATH": ""},
    )
    try:
        server.wait_until_ready()
        images = server.search("*")
        assert len(images) == int(IMAGES)
        picture = httpx2.get(images[0]["representations"]["thumb"])
        assert picture.status_code == 200
        assert picture.headers["content-type"].startswith(("image/", "video/"))
        assert server.stop() == 0
    finally:
        server.kill_everything()
    assert [path.name for path in (tmp_path / "empty").iterdir()] == ["polybooru-data"]


def _run(*command: str | Path) -> None:
    bare = {
        name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "POLYBOORU_"))
    }
    ended = subprocess.run(command, env=bare, capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stdout + ended.stderr
