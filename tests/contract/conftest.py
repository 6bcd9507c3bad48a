"""What contract tests share."""

from collections.abc import Iterator

import pytest

from polybooru.media import Decoders, Limits


@pytest.fixture(scope="session")
def decoders(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Decoders]:
    """Started once: every job has a process of its own anyway."""
    with Decoders(limits=Limits(), scratch=tmp_path_factory.mktemp("decoders")) as running:
        yield running
