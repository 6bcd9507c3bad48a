"""Who sees a change when: several real processes under continuous writes, killed and started in between.

Its own process before it answers, another of the machine at its next request, another machine within a
second; and in the end every index equals the rows.
"""

import contextlib
import os
import re
import signal
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

import httpx2
import pytest
from tests.databases import PostgresqlServer
from tests.programs import (
    PASSWORD,
    Commands,
    Program,
    descendants,
    environment,
    is_alive,
    picture,
    until,
    write_manifest,
)

pytestmark = pytest.mark.slow
IMAGES = 4
ROUNDS = 6
SECONDS_TO_ANOTHER_MACHINE = 1.5
"""Polled every second; the rest is what a busy machine needs."""

_SERVER = """
import json, os
from polybooru import serving
plain = serving.application
def application(board, settings):
    inner = plain(board, settings)
    async def outer(scope, receive, send):
        if scope.get("path") != "/index":
            return await inner(scope, receive, send)
        wrong = board.library.replica.differences() if scope["query_string"] else []
        body = json.dumps({"pid": os.getpid(), "wrong": wrong}).encode()
        length = (b"content-length", b"%d" % len(body))
        await send({"type": "http.response.start", "status": 200, "headers": [length]})
        await send({"type": "http.response.body", "body": body})
    return outer
serving.application = application
from polybooru.cli import main
main()
"""
_WRITER = """
import itertools, random, sys
from pathlib import Path
from polybooru.app import open_library
from polybooru.library.accounts import acting_as
from polybooru.library.interactions import fave, unfave, unvote, vote
from polybooru.library.tag_relations import alias_tag
from polybooru.library.tag_descriptions import describe_tag
from polybooru.settings import load
data, first, images = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
chance = random.Random(first)
with open_library(data, load(data)) as library:
    with library.reading() as reading:
        admin = acting_as(reading, "admin")
    for number in itertools.count(first):
        image_id = chance.randint(1, images)
        with library.work() as work:
            match number % 5:
                case 0: fave(work, admin, image_id)
                case 1: vote(work, admin, image_id, is_up=chance.random() < 0.5)
                case 2: chance.choice([unfave, unvote])(work, admin, image_id)
                case 3: describe_tag(work, admin, "stripes", description="", short_description="",
                                     category=chance.choice(["species", "character", None]))
                case 4: alias_tag(work, admin, f"name {number}", "drawn")
        if number % 5 == 4:
            print(number, flush=True)
"""


@dataclass(slots=True)
class Writer:
    """A process that writes on and on; `told` is the last name that it has given and announced."""

    process: subprocess.Popen[str]
    told: int = -1
    _reader: threading.Thread = field(init=False)

    @classmethod
    def start(cls, data: Path, first: int, settings: dict[str, str]) -> Self:
        process = subprocess.Popen(
            [sys.executable, "-c", _WRITER, str(data), str(first), str(IMAGES)],
            env=environment(**settings),
            stdout=subprocess.PIPE,
            text=True,
        )
        writer = cls(process)
        writer._reader = threading.Thread(target=writer._read)
        writer._reader.start()
        return writer

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.told = int(line)
        self.process.stdout.close()

    def next_name(self) -> int:
        """One that was given after this was called."""
        before = self.told
        until(lambda: self.told > before)
        return self.told

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()
        self._reader.join()


@contextlib.contextmanager
def machine(data: Path, settings: dict[str, str], *, workers: int) -> Iterator[Program]:
    server = Program.start(
        "serve",
        "--port",
        "0",
        "--workers",
        str(workers),
        "--data",
        data,
        program=(sys.executable, "-c", _SERVER),
        settings=settings,
    )
    try:
        yield server.wait_until_ready()
    finally:
        server.kill_everything()


def connected(server: Program, stack: contextlib.ExitStack, count: int) -> dict[int, httpx2.Client]:
    """A client for each web process, with a connection kept to it, by process id."""
    found: dict[int, httpx2.Client] = {}

    def more() -> bool:
        client = stack.enter_context(httpx2.Client(base_url=server.address, timeout=30))
        found.setdefault(client.get("/index").json()["pid"], client)
        return len(found) == count

    until(more, server)
    return found


def total(client: httpx2.Client, query: str) -> int:
    answer = client.get("/api/v1/json/search/images", params={"q": query, "filter_id": "2", "per_page": "1"})
    assert answer.status_code == 200, answer.text
    found: int = answer.json()["total"]
    return found


def upload(client: httpx2.Client, number: int, token: str) -> None:
    answer = client.post(
        "/api/v1/json/images",
        params={"key": token},
        data={"image[tag_input]": f"safe, drawn, upload {number}"},
        files={"image[image]": ("picture.png", picture(number), "image/png")},
    )
    assert answer.status_code == 200, answer.text


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path}/shared.sqlite3"
    else:
        server: PostgresqlServer = request.getfixturevalue("postgresql_server")
        with server.fresh_database() as url:
            yield url


def founded(polybooru: Commands, here: Path, settings: dict[str, str], pictures: Path) -> str:
    """Makes the library with some images; returns a token."""
    common: dict[str, Any] = {"settings": settings | {"POLYBOORU_DATA": str(here)}}
    assert polybooru("init", **common).status == 0
    made = polybooru(
        "user", "create", "admin", "--role", "admin", "--password-stdin", text=PASSWORD, **common
    )
    assert made.status == 0, made.stderr
    imported = polybooru("import", "manifest", write_manifest(pictures, range(IMAGES)), **common)
    assert imported.status == 0, imported.stderr
    return polybooru("token", "create", "admin", **common).stdout.strip()


@pytest.mark.timeout(240)
def test_every_process_sees_every_change_in_time(polybooru: Commands, database: str, tmp_path: Path) -> None:
    here, there = tmp_path / "here", tmp_path / "there"
    settings = {"POLYBOORU_DATABASE_URL": database}
    token = founded(polybooru, here, settings, tmp_path / "pictures")
    there.mkdir()
    (there / "blobs").symlink_to(here / "blobs")  # files are shared, the announced number is not
    with (
        machine(here, settings, workers=2) as server,
        machine(there, settings, workers=1) as far,
        contextlib.ExitStack() as stack,
    ):
        writer = Writer.start(here, 0, settings)
        stack.callback(lambda: writer.kill())  # noqa: PLW0108 — whichever writes by then
        near = connected(server, stack, 2)
        [distant] = connected(far, stack, 1).values()
        delays: list[float] = []
        for number in range(ROUNDS):
            writes = f"name {writer.next_name()}"
            seen_at = time.monotonic()
            for client in near.values():  # at the next request
                assert total(client, writes) >= IMAGES
            until(lambda writes=writes: total(distant, writes) >= IMAGES, far)
            delays.append(time.monotonic() - seen_at)
            first, second = [*near.values()][:: (-1) ** number]
            upload(first, 1_000 + number, token)
            for client in (first, second):
                assert total(client, f"upload {number + 1_000}") == 1
            until(lambda number=number: total(distant, f"upload {number + 1_000}") == 1, far)
            if number % 3 == 1:  # a web process dies; another takes its place and has missed nothing
                near = connected(server, stack, 2)  # a connection that was closed went to either process
                victim, client = near.popitem()
                client.close()
                os.kill(victim, signal.SIGKILL)
                until(lambda victim=victim: not is_alive(victim))
                for client in near.values():
                    assert total(client, writes) >= IMAGES
                near = connected(server, stack, 2)
                assert victim not in near
            if number % 3 == 2:  # so does the writer, perhaps between commit and announcement
                writer.kill()
                writer = Writer.start(here, (number + 1) * 100_000, settings)
        writer.kill()
        assert statistics.median(delays) < SECONDS_TO_ANOTHER_MACHINE, delays
        for client in (*near.values(), distant):
            assert client.get("/index?compare").json()["wrong"] == []
        for program in (server, far):
            assert program.stop() == 0
            assert "Traceback" not in program.text
            assert not any(map(is_alive, descendants(program.pid)))
            assert re.search(r'"source": ?"(file|rows)"', program.text)
    told = polybooru("doctor", settings=settings | {"POLYBOORU_DATA": str(here)})
    assert (told.status, told.stdout) == (0, ""), told.stderr
