"""`polybooru dump`: what everybody may know of the library, as files for bulk users."""

from pathlib import Path
from typing import Annotated

import typer

from polybooru.cli.progress import progress
from polybooru.cli.session import Data, existing_library, settings_of

DEFAULT_FOLDER = "dumps"


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("dump")(dump)


def dump(
    to: Annotated[
        Path | None, typer.Option("--to", help="Folder of the dumps; else `dumps` in the data folder.")
    ] = None,
    data: Data = None,
) -> None:
    """Write everything public of the library as compressed JSON lines, and print where it lies."""
    from polybooru.library.dumps.writing import write_dump

    folder, settings = settings_of(data)
    with existing_library(data) as library, progress("Dumping") as bar:
        made = write_dump(
            library,
            to or folder / DEFAULT_FOLDER,
            site_name=settings.site_name,
            public_url=settings.public_url.rstrip("/"),
            progress=bar.set,
        )
    print(made)
