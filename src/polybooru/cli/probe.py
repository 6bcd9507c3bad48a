"""`polybooru probe`: what media sees in a file."""

import json
import tempfile
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from polybooru.cli.session import Data, settings_of


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("probe")(probe)


def probe(file: Annotated[Path, typer.Argument(exists=True, dir_okay=False)], data: Data = None) -> None:
    """Print what a file is by its content, as JSON; exit 1 and the reason if it would be refused."""
    from polybooru.app import media_limits
    from polybooru.media import Decoders

    _, settings = settings_of(data)
    with (
        tempfile.TemporaryDirectory() as scratch,
        Decoders(limits=media_limits(settings), scratch=Path(scratch)) as decoders,
    ):
        found = asdict(decoders.probe(file))
    found["media_type"] = found["media_type"].mime_type
    print(json.dumps(found, indent=2))
