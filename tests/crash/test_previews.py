"""A thumbnail that somebody asked for is made, once, whatever dies between the asking and the file."""

import contextlib
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest
from tests.crash.test_failpoints import ASKED_POINT, PREVIEW_POINTS, armed, assert_sound
from tests.programs import Commands, Program, environment, picture, serving, until

pytestmark = pytest.mark.slow
UNLIMITED = {"POLYBOORU_DIALECT__YIFFY__RATE_LIMIT": "off"}
KIND = "webp"
DESTROY = """
import sys
from pathlib import Path
from polybooru import app, settings
from polybooru.library.actors import OPERATOR
from polybooru.library.destruction import destroy_image
from polybooru.library.images import hide_image
data = Path(sys.argv[1])
with app.open_library(data, settings.load(data)) as library:
    with library.work() as work:
        hide_image(work, OPERATOR, 1, reason="private")
    destroy_image(library, OPERATOR, 1)
"""


@pytest.fixture
def processed(data: Path, token: str) -> Path:
    """A library with one image whose files are made."""
    with serving(data) as server:
        assert server.upload(picture(1), "safe, a, b", token).status_code == 200
        until(lambda: server.search("processed:true"), server)
        assert server.stop() == 0
    return data


@contextlib.contextmanager
def serving_armed(data: Path, point: str) -> Iterator[Program]:
    """A server of which any process dies at this point, and whoever takes its place too."""
    program = Program.start("serve", "--port", "0", "--data", data, program=armed(point), settings=UNLIMITED)
    try:
        yield program.wait_until_ready()
    finally:
        program.kill_everything()


def ask(server: Program, token: str) -> httpx2.Response:
    address = f"{server.address}/yiffy/thumbs/1/{KIND}"
    return httpx2.put(address, headers={"authorization": token}, timeout=30)


def check(server: Program, token: str) -> httpx2.Response:
    address = f"{server.address}/yiffy/thumbs/check/1/{KIND}"
    return httpx2.get(address, headers={"authorization": token}, timeout=30)


def file_of(server: Program, token: str) -> bytes | None:
    """The thumbnail, if it is done."""
    told = check(server, token)
    if told.status_code != 201:
        return None
    found = httpx2.get(server.address + httpx2.URL(told.json()["url"]).path, timeout=30)
    assert found.status_code == 200
    assert found.headers["content-type"] == f"image/{KIND}"
    return found.content


def rows(data: Path) -> list[tuple[str, str | None]]:
    """Previews that are still to be made, and why they were given up."""
    with contextlib.closing(sqlite3.connect(data / "polybooru.sqlite3")) as connection:
        wanted = "select kind, parked_reason from jobs where kind like 'preview%'"
        return connection.execute(wanted).fetchall()


def previews(data: Path) -> list[Path]:
    return [path for path in (data / "blobs").rglob("*") if "preview" in path.name]


@pytest.mark.parametrize("point", PREVIEW_POINTS)
def test_a_thumbnail_whose_worker_is_killed_is_made_all_the_same(
    polybooru: Commands, processed: Path, token: str, point: str
) -> None:
    with serving_armed(processed, point) as server:
        assert ask(server, token).status_code == 202
        server.wait_until_said('"status": ?-9')
        # Whatever became of its job: the file is there, and so it is done.
        told = check(server, token)
        assert (told.status_code, told.json()["status"]) == (201, "done")
        found = file_of(server, token)
    is_committed = point == "preview.after_commit"
    assert rows(processed) == ([] if is_committed else [(f"preview_{KIND}", None)])
    with serving(processed, settings=UNLIMITED) as server:
        until(lambda: rows(processed) == [], server)
        assert file_of(server, token) == found
        assert ask(server, token).json()["status"] == "done"
        assert server.stop() == 0
    assert len(previews(processed)) == 1
    assert_sound(polybooru, processed, images=1)


def test_a_thumbnail_is_asked_for_wholly_or_not_at_all(
    polybooru: Commands, processed: Path, token: str
) -> None:
    with serving_armed(processed, ASKED_POINT) as server:
        with pytest.raises(httpx2.TransportError):
            ask(server, token)
        until(lambda: server.get("/readyz").status_code == 200, server)  # another has taken its place
        told = check(server, token)
        assert (told.status_code, told.json()["code"]) == (404, 1066)
        assert server.stop() == 0
    assert (rows(processed), previews(processed)) == ([], [])
    with serving(processed, settings=UNLIMITED) as server:
        assert ask(server, token).status_code == 202
        until(lambda: file_of(server, token), server)
        assert server.stop() == 0
    assert_sound(polybooru, processed, images=1)


@pytest.mark.parametrize("point", PREVIEW_POINTS)
def test_of_an_image_destroyed_after_the_kill_no_thumbnail_stays(
    polybooru: Commands, processed: Path, token: str, point: str
) -> None:
    with serving_armed(processed, point) as server:
        assert ask(server, token).status_code == 202
        server.wait_until_said('"status": ?-9')
    command = [sys.executable, "-c", DESTROY, str(processed)]
    assert subprocess.run(command, env=environment(), check=False).returncode == 0
    with serving(processed, settings=UNLIMITED) as server:
        until(lambda: rows(processed) == [], server)
        assert ask(server, token).json()["code"] == 1062
        assert server.stop() == 0
    assert [path for path in (processed / "blobs").rglob("*") if path.is_file()] == []
    told = polybooru("doctor", "--data", processed)
    assert (told.status, told.stdout) == (0, ""), told.stderr
