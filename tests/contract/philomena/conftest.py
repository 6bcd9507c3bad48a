"""What tests of uploads share: proof that a refusal left nothing behind."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import func, select
from tests.boards import OpenBoard
from tests.contract.conftest import Workshop

from polybooru.db.tables import metadata
from polybooru.library.recounts import COUNTERS


def traces(opened: OpenBoard) -> dict[str, object]:
    """How many rows each table has, and the names of all files in the store and on their way in."""
    with opened.library.reading() as reading:
        rows = {
            table.name: reading.execute(select(func.count()).select_from(table)).scalar_one()
            for table in metadata.sorted_tables
        }
    files = sorted(str(path) for name in ("blobs", "scratch") for path in (opened.data / name).rglob("*"))
    return rows | {"files": files}


@pytest.fixture(autouse=True)
def _counters_stay_right(request: pytest.FixtureRequest) -> Iterator[None]:
    """Whatever a test has done to the workshop, every counter equals a recount afterwards."""
    yield
    if "workshop" in request.fixturenames:
        workshop: Workshop = request.getfixturevalue("workshop")
        with workshop.opened.library.reading() as reading:
            wrong = {counter.name: counter.wrong(reading) for counter in COUNTERS}
        assert {name: found for name, found in wrong.items() if found} == {}


@pytest.fixture
def changing_nothing(workshop: Workshop) -> Callable[[], object]:
    @contextmanager
    def compare() -> Iterator[None]:
        before = traces(workshop.opened)
        yield
        assert traces(workshop.opened) == before

    return compare
