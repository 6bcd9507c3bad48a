"""`polybooru doctor`: whether rows, files and index agree."""

from typing import Annotated

import typer

from polybooru.cli.progress import progress
from polybooru.cli.session import Data, existing_library, note


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("doctor")(doctor)


def doctor(
    repair: Annotated[bool, typer.Option("--repair", help="Mend what can be mended.")] = False,
    data: Data = None,
) -> None:
    """Look for rows without files, files without rows, wrong counters, parked work and a wrong index.

    Exits 1 if something was found that is not mended.
    """
    from polybooru.library.doctor import examine

    found = left = 0
    with existing_library(data) as library:
        library.replica.load()
        missing = library.decoders.missing_layers
        with progress("Examining images") as bar:
            for finding in examine(library, repair=repair, progress=bar.set):
                found += 1
                left += not finding.is_repaired
                detail = f" ({finding.detail})" if finding.detail else ""
                mended = ", mended" if finding.is_repaired else ""
                print(f"{finding.subject}: {finding.complaint.value}{detail}{mended}")
    if missing:
        note(f"This kernel does not give all walls around the decoders; missing: {', '.join(missing)}.")
    note("Nothing to say." if not found else f"{found} found, {left} not mended.")
    if left:
        raise typer.Exit(1)
