"""Boards for the contract tests, shared by many tests: making one takes longer than a test.

`world` is only read. `workshop` is for tests that change something; they bring their own pictures and people.
"""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from starlette.testclient import TestClient
from tests.boards import SETTINGS, OpenBoard, open_board
from tests.contract.worlds import World, fill
from tests.databases import fresh_sqlite

from polybooru.fetch import Fetcher
from polybooru.fetch.limits import Limits as FetchLimits
from polybooru.library.actors import Actor
from polybooru.media import Decoders, Limits
from polybooru.settings import FetchSettings

LOOPBACK = ("127.0.0.1", 50_000)


@pytest.fixture(scope="session")
def decoders(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Decoders]:
    """Started once: every job has a process of its own anyway."""
    with Decoders(limits=Limits(), scratch=tmp_path_factory.mktemp("decoders")) as running:
        yield running


@pytest.fixture(scope="session", params=["sqlite", "postgresql"])
def database_url(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Callable[[], str]]:
    """Makes migrated, empty databases; everything that asks for it runs on each engine."""
    with ExitStack() as stack:
        if request.param == "sqlite":
            template = request.getfixturevalue("sqlite_template")
            yield lambda: fresh_sqlite(template, tmp_path_factory.mktemp("database"))
        else:
            server = request.getfixturevalue("postgresql_server")
            name = request.getfixturevalue("postgresql_template")
            yield lambda: stack.enter_context(server.fresh_database(name))


@pytest.fixture(scope="session")
def world(
    database_url: Callable[[], str], tmp_path_factory: pytest.TempPathFactory, decoders: Decoders
) -> Iterator[World]:
    with open_board(database_url(), tmp_path_factory.mktemp("world"), decoders=decoders) as opened:
        yield fill(opened)


@pytest.fixture(scope="session")
def client(world: World) -> Iterator[TestClient]:
    """Asks `world`."""
    with TestClient(world.opened.application(), follow_redirects=False, client=LOOPBACK) as asking:
        yield asking


@dataclass(frozen=True, slots=True)
class Workshop:
    """A board that may be changed, somebody who may upload, and a way to ask."""

    opened: OpenBoard
    client: TestClient
    uploader: Actor
    key: str


@pytest.fixture(scope="session")
def workshop(
    database_url: Callable[[], str], tmp_path_factory: pytest.TempPathFactory, decoders: Decoders
) -> Iterator[Workshop]:
    settings = replace(SETTINGS, fetch=FetchSettings(allow_private_addresses=True))
    folder: Path = tmp_path_factory.mktemp("workshop")
    with open_board(database_url(), folder, settings=settings, decoders=decoders) as opened:
        opened.library.fetcher = Fetcher(
            user_agent="Polybooru/test",
            allow_private_addresses=True,
            limits=FetchLimits(size_bytes=200_000, total_seconds=5),
        )
        uploader = opened.make_user("ursula")
        with TestClient(opened.application(), follow_redirects=False, client=LOOPBACK) as asking:
            yield Workshop(opened, asking, uploader, opened.make_token("ursula"))
