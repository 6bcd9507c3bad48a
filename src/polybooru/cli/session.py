"""What commands share: the `--data` option, and the library that it means."""

import sys
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from polybooru.cli.progress import progress
from polybooru.settings import DATA_VARIABLE, Settings, data_folder, load

if TYPE_CHECKING:
    from polybooru.library.board import Board
    from polybooru.library.library import Library

Data = Annotated[
    Path | None,
    typer.Option(
        "--data", help=f"Data folder; else ${DATA_VARIABLE}, else ./polybooru-data.", file_okay=False
    ),
]


class NoLibrary(OSError):
    """There is no library in the data folder."""


def settings_of(data: Path | None) -> tuple[Path, Settings]:
    """The data folder and its settings. Raises SettingsError."""
    from polybooru.telemetry.logs import configure_logs

    folder = data_folder(data)
    settings = load(folder)
    configure_logs(level="warning")  # a command speaks for itself; servers set their own level
    return folder, settings


@contextmanager
def existing_library(data: Path | None) -> "Generator[Library]":
    """The library of a data folder, which must have been initialised. Raises NoLibrary, SettingsError."""
    from polybooru import app

    folder, settings = settings_of(data)
    require_library(folder, settings)
    with app.open_library(folder, settings) as library:
        yield library


@contextmanager
def searchable_board(data: Path | None) -> "Generator[Board]":
    """As `existing_library`, with its index loaded."""
    from polybooru import app
    from polybooru.library.index_keeper import IndexKeeper

    folder, settings = settings_of(data)
    require_library(folder, settings)
    with app.open_board(folder, settings) as board:
        with progress("Reading images", is_said_when_short=False) as bar:
            board.library.replica.load(bar.set)
        keeper = IndexKeeper(board.library)
        if keeper.is_due:
            keeper.save()
        yield board


def require_library(folder: Path, settings: Settings) -> None:
    """Raises NoLibrary, with what to do, unless the data folder holds a current library."""
    from polybooru import app
    from polybooru.db.engine import Database
    from polybooru.db.schema import is_current

    url = app.database_url(folder, settings)
    if settings.database_url or (folder / app.DATABASE_FILE).exists():
        database = Database(url)
        try:
            if is_current(database):
                return
        finally:
            database.close()
    raise NoLibrary(f"There is no current library in {folder}. Run: polybooru init --data {folder}")


def note(text: str) -> None:
    """Say something that is not the command's result."""
    print(text, file=sys.stderr)
