"""One world on each database, for every test of this folder."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.adapters.verbs.objects.build import build_world
from tests.adapters.verbs.rehearsal import Rehearsal
from tests.adapters.verbs.world import World
from tests.databases import PostgresqlServer, fresh_sqlite
from tests.libraries import Place

from polybooru.media import Decoders


@pytest.fixture(scope="module", params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def world_url(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    if request.param == "sqlite":
        template: Path = request.getfixturevalue("sqlite_template")
        yield fresh_sqlite(template, tmp_path_factory.mktemp("world"))
    else:
        server: PostgresqlServer = request.getfixturevalue("postgresql_server")
        with server.fresh_database(request.getfixturevalue("postgresql_template")) as url:
            yield url


@pytest.fixture(scope="module")
def world(world_url: str, tmp_path_factory: pytest.TempPathFactory, decoders: Decoders) -> Iterator[World]:
    """To be left as it is: verbs are run on its stage."""
    place = Place(tmp_path_factory.mktemp("data"), world_url, decoders)
    rehearsal = Rehearsal(world_url)
    with place.library(is_loaded=False, database=rehearsal) as library:
        yield build_world(library, rehearsal)
