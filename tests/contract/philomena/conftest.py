"""What tests of uploads share: proof that a refusal left nothing behind."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import func, select
from tests.boards import OpenBoard
from tests.contract.conftest import Workshop

from polybooru.db.tables import metadata


def traces(opened: OpenBoard) -> dict[str, object]:
    """How many rows each table has, and the names of all files in the store and on their way in."""
    with opened.library.reading() as reading:
        rows = {
            table.name: reading.execute(select(func.count()).select_from(table)).scalar_one()
            for table in metadata.sorted_tables
        }
    files = sorted(str(path) for name in ("blobs", "scratch") for path in (opened.data / name).rglob("*"))
    return rows | {"files": files}


@pytest.fixture
def changing_nothing(workshop: Workshop) -> Callable[[], object]:
    @contextmanager
    def compare() -> Iterator[None]:
        before = traces(workshop.opened)
        yield
        assert traces(workshop.opened) == before

    return compare
