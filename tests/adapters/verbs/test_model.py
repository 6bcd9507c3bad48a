"""Whatever is done in whatever order: both databases and a plain model in Python come to the same."""

import shutil
import tempfile
from contextlib import ExitStack
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test
from tests.adapters.verbs.machine import Board
from tests.databases import PostgresqlServer, fresh_sqlite
from tests.libraries import Clock, Place

from polybooru.library.library import Library
from polybooru.library.policy import Policy
from polybooru.media import Decoders

WALKS = 16
STEPS = 80


@pytest.mark.parametrize("kind", ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def test_random_verbs_come_to_what_the_model_comes_to(
    request: pytest.FixtureRequest, tmp_path: Path, decoders: Decoders, kind: str
) -> None:
    def open_library(stack: ExitStack) -> tuple[Library, Clock]:
        folder = Path(tempfile.mkdtemp(dir=tmp_path))
        stack.callback(shutil.rmtree, folder)
        if kind == "sqlite":
            url = fresh_sqlite(request.getfixturevalue("sqlite_template"), folder)
        else:
            server: PostgresqlServer = request.getfixturevalue("postgresql_server")
            url = stack.enter_context(server.lent_database(request.getfixturevalue("postgresql_template")))
        place = Place(folder, url, decoders, Policy(min_tags=2))
        return stack.enter_context(place.library()), place.clock

    class OnThis(Board):
        pass

    OnThis.open_library = staticmethod(open_library)
    run_state_machine_as_test(
        OnThis,
        settings=settings(
            max_examples=WALKS,
            stateful_step_count=STEPS,
            phases=[Phase.generate],  # add Phase.shrink for a shorter walk to the same failure: takes minutes
            suppress_health_check=list(HealthCheck),
        ),
    )
