"""Dumping and importing dumps, killed in between by `kill -9`; and the whole way by the command line."""

import gzip
import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import httpx2
import pytest
from tests.crash.test_failpoints import DUMP_POINTS, IMPORT_DUMP_POINTS, KILLED, armed
from tests.programs import Commands, environment, serving

pytestmark = pytest.mark.slow
ANONYMOUS = re.compile(r'"author":"Background Pony #[0-9A-F]{4}","avatar":"[^"]*",')


@pytest.fixture(scope="module")
def demo(polybooru: Commands, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data folder of a demo library, which is only read."""
    data = tmp_path_factory.mktemp("demo") / "data"
    made = polybooru("demo", "--no-serve", "--images", "12", "--data", data)
    assert made.status == 0, made.stderr
    return data


@pytest.fixture(scope="module")
def dumps(polybooru: Commands, demo: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("dumps")
    made = polybooru("dump", "--to", folder, "--data", demo)
    assert made.status == 0, made.stderr
    assert Path(made.stdout.strip()) == (folder / "current").resolve()
    return folder


@pytest.fixture
def empty(polybooru: Commands, tmp_path: Path) -> Path:
    data = tmp_path / "empty"
    assert polybooru("init", "--data", data).status == 0
    return data


def killed(point: str, *arguments: str | Path) -> None:
    ended = subprocess.run([*armed(point), *arguments], env=environment(), capture_output=True, check=False)
    assert ended.returncode == KILLED


@pytest.mark.parametrize("point", DUMP_POINTS)
def test_a_dump_that_was_killed_leaves_the_last_one_and_nothing_in_the_way(
    polybooru: Commands, demo: Path, tmp_path: Path, point: str
) -> None:
    first = polybooru("dump", "--to", tmp_path, "--data", demo).stdout.strip()
    assert polybooru("dump", "--to", tmp_path, "--data", demo).stdout.strip() != first
    before = (tmp_path / "current").resolve()
    killed(point, "dump", "--to", tmp_path, "--data", demo)
    assert (tmp_path / "current").resolve() == before
    assert (before / "dump.json").is_file()
    made = polybooru("dump", "--to", tmp_path, "--data", demo).stdout.strip()
    assert (tmp_path / "current").resolve() == Path(made)
    assert not (tmp_path / "unfinished").exists()
    assert not (tmp_path / "current.new").exists()


@pytest.mark.parametrize("point", IMPORT_DUMP_POINTS)
def test_an_import_of_a_dump_that_was_killed_is_continued(
    polybooru: Commands, dumps: Path, empty: Path, point: str
) -> None:
    killed(point, "import", "dump", dumps, "--data", empty)
    lines = json.loads((dumps / "current" / "dump.json").read_text())["parts"]
    ended = polybooru("import", "dump", dumps, "--data", empty)
    assert (ended.status, ended.stdout) == (0, f"{sum(part['lines'] for part in lines)} lines imported\n")
    again = polybooru("import", "dump", dumps, "--data", empty)
    assert (again.status, again.stdout) == (0, "The dump was imported already\n")
    assert polybooru("dump", "--to", empty / "dumps", "--data", empty).status == 0
    assert told(empty / "dumps") == told(dumps)


def told(folder: Path) -> dict[str, list[Any]]:
    parts = sorted((folder / "current").glob("*.jsonl.gz"))
    return {path.name: gzip.decompress(path.read_bytes()).splitlines() for path in parts}


def test_a_copy_with_its_files_answers_over_http_as_the_first_does(
    polybooru: Commands, demo: Path, dumps: Path, empty: Path
) -> None:
    ended = polybooru("import", "dump", dumps, "--files", demo, "--data", empty)
    assert ended.status == 0, ended.stderr
    assert "12 imported, 0 already there, 0 refused" in ended.stdout
    assert polybooru("doctor", "--data", empty).stdout == ""
    first, copy = shutil.copytree(demo, empty.parent / "first"), empty
    with serving(first) as asked, serving(copy) as told_by:
        for path in PATHS:
            assert body(told_by, path) == body(asked, path), path
        assert body(asked, PATHS[0])["total"] > 0
        [image] = asked.search("id:3")
        [same] = told_by.search("id:3")
        for name, url in image["representations"].items():
            assert file(url).status_code == 200
            assert file(url).content == file(same["representations"][name]).content
        assert [asked.stop(), told_by.stop()] == [0, 0]


PATHS = (
    "/api/v1/json/search/images?q=*&per_page=50",
    "/api/v1/json/search/images?q=*&per_page=50&filter_id=2",
    "/api/v1/json/search/images?q=safe&sf=score",
    "/api/v1/json/search/images?q=faves.gt:0&sf=faves",
    "/api/v1/json/search/images?q=uploader:alice",
    "/api/v1/json/images/1",
    "/api/v1/json/images/12",
    "/api/v1/json/tags/safe",
    "/autocomplete/tags?term=dra&vsn=2",
    "/fetch/tags?ids[]=1&ids[]=9",
    "/api/v1/json/images/featured",
    "/api/v1/json/search/comments?q=*&per_page=50",
    "/api/v1/json/search/posts?q=*&per_page=50",
    "/api/v1/json/search/galleries?q=*",
    "/api/v1/json/search/tags?q=*&per_page=50",
    "/api/v1/json/search/filters?q=*",
    "/api/v1/json/filters/system",
    "/api/v1/json/forums",
    "/api/v1/json/forums/dis/topics",
    "/api/v1/json/forums/dis/topics/ask-the-mods-anything",
    "/api/v1/json/forums/dis/topics/ask-the-mods-anything/posts",
    "/api/v1/json/oembed?url=/3",
)


def body(server: Any, path: str) -> Any:
    answer = server.get(path)
    # Only the port, which is in the addresses of files, tells the two apart.
    text = answer.text.replace(str(httpx2.URL(server.address).port), "PORT")
    assert answer.status_code in {200, 404}
    # Numbers of anonymous people come from a salt that no dump tells.
    return json.loads(ANONYMOUS.sub("", text))


def file(url: str) -> httpx2.Response:
    return httpx2.get(url, timeout=30)


def test_files_are_fetched_from_the_board_that_made_the_dump_and_wrong_ones_refused(
    polybooru: Commands, demo: Path, empty: Path, tmp_path: Path
) -> None:
    first = shutil.copytree(demo, tmp_path / "first")
    with serving(first) as server:
        root = {"POLYBOORU_PUBLIC_URL": server.address, "POLYBOORU_FETCH__ALLOW_PRIVATE_ADDRESSES": "true"}
        dumped = polybooru("dump", "--to", tmp_path / "dumps", "--data", first, settings=root)
        assert dumped.status == 0, dumped.stderr
        wrong = tmp_path / "wrong"
        [image] = server.search("id:2")
        day = image["created_at"][:10].split("-")
        place = wrong / "/".join(str(int(part)) for part in day) / "2"
        place.mkdir(parents=True)
        (place / f"full.{image['format']}").write_bytes(b"something else")
        command = ("import", "dump", tmp_path / "dumps", "--data", empty)
        refused = polybooru(*command, "--files", wrong, settings=root)
        assert "image 2: refused, it is not the file that the dump tells of" in refused.stderr
        assert "0 imported, 0 already there, 12 refused" in refused.stdout
        guarded = polybooru(*command, "--fetch", settings={"POLYBOORU_PUBLIC_URL": server.address})
        assert "0 imported" in guarded.stdout  # its address is inside the network
        fetched = polybooru(*command, "--fetch", settings=root)
        assert "12 imported, 0 already there, 0 refused" in fetched.stdout, fetched.stderr
        assert server.stop() == 0
    assert polybooru("doctor", "--data", empty).stdout == ""


def test_an_inhabited_library_and_a_folder_without_a_dump_are_refused_in_one_sentence(
    polybooru: Commands, dumps: Path, data: Path, tmp_path: Path
) -> None:
    inhabited = polybooru("import", "dump", dumps, "--data", data)
    assert (inhabited.status, inhabited.stderr.startswith("The library is not empty: users has 1 row")) == (
        1,
        True,
    )
    missing = polybooru("import", "dump", tmp_path, "--data", data)
    assert (missing.status, missing.stderr) == (1, f"There is no dump in {tmp_path}: it has no dump.json.\n")
