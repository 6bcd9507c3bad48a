"""`polybooru init`: create or migrate a library."""

import typer

from polybooru.cli.progress import progress
from polybooru.cli.session import Data, note, settings_of


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("init")(init)


def init(data: Data = None) -> None:
    """Create a library, or bring one up to date. Safe to run again."""
    from polybooru import app as composition

    folder, settings = settings_of(data)
    with progress("Reading texts") as bar:
        composition.initialise(folder, settings, bar.set)
    note(f"The library in {folder} is ready.")
