from pathlib import Path

from polybooru.app import initialise, open_library
from polybooru.library.health import faults
from polybooru.settings import Settings, UploadSettings

SETTINGS = Settings(upload=UploadSettings(free_floor_bytes=0))


def test_only_the_index_is_missing_before_it_is_loaded(tmp_path: Path) -> None:
    initialise(tmp_path, SETTINGS)
    with open_library(tmp_path, SETTINGS) as library:
        assert faults(library) == ["index"]


def test_the_parts_that_do_not_answer_are_named(tmp_path: Path) -> None:
    data = tmp_path / "data"
    initialise(data, SETTINGS)
    with open_library(data, SETTINGS) as library:
        library.database.close()  # else the open file would go on answering
        data.rename(tmp_path / "gone")
        assert faults(library) == ["database", "storage", "index"]
