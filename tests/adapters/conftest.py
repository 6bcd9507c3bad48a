"""Libraries on both databases, and the decoders that they share."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.libraries import Clock, Place

from polybooru.library.library import Library
from polybooru.media import Decoders, Limits


@pytest.fixture(scope="session")
def decoders(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Decoders]:
    """One warm parent for all tests: it keeps nothing of one file for the next."""
    with Decoders(limits=Limits(), scratch=tmp_path_factory.mktemp("decoders")) as decoders:
        yield decoders


@pytest.fixture
def place(tmp_path: Path, database_url: str, decoders: Decoders) -> Place:
    folder = tmp_path / "data"
    folder.mkdir()
    return Place(folder, database_url, decoders)


@pytest.fixture
def library(place: Place) -> Iterator[Library]:
    with place.library() as library:
        yield library


@pytest.fixture
def clock(place: Place) -> Clock:
    return place.clock
