"""`polybooru import`: bring in a collection."""

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from polybooru.cli.progress import progress
from polybooru.cli.session import Data, existing_library, note

if TYPE_CHECKING:
    from polybooru.importers.entry import Entry, Unreadable
    from polybooru.importers.run import Result

app = typer.Typer(help="Bring in a collection. Safe to interrupt and to repeat.", no_args_is_help=True)

Uploader = Annotated[str, typer.Option(help="Account that the images are uploaded by.")]
Tags = Annotated[str, typer.Option(help="Tags to add to every image, separated by commas; a rating, say.")]
Jobs = Annotated[int, typer.Option(min=1, max=64, help="Pictures worked on at the same time.")]


@app.command("manifest")
def manifest(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False)],
    root: Annotated[Path | None, typer.Option(help="Folder that paths are relative to.")] = None,
    uploader: Uploader = "admin",
    tags: Tags = "",
    jobs: Jobs = 2,
    data: Data = None,
) -> None:
    """Import pictures listed as JSON lines: path, title, artist, tags, source, license."""
    from polybooru.importers.manifest import count_lines, read_manifest

    entries = read_manifest(file, root or file.parent)
    _run(entries, count_lines(file), uploader=uploader, tags=tags, jobs=jobs, data=data)


@app.command("gallery-dl")
def gallery_dl(
    folder: Annotated[Path, typer.Argument(exists=True, file_okay=False)],
    uploader: Uploader = "admin",
    tags: Tags = "",
    jobs: Jobs = 2,
    data: Data = None,
) -> None:
    """Import files that have gallery-dl's JSON sidecars beside them."""
    from polybooru.importers.gallery_dl import read_folder

    entries = list(read_folder(folder))
    _run(entries, len(entries), uploader=uploader, tags=tags, jobs=jobs, data=data)


def _run(
    entries: "Iterable[Entry | Unreadable]",
    total: int,
    *,
    uploader: str,
    tags: str,
    jobs: int,
    data: Path | None,
) -> None:
    from polybooru.cli.failures import refusal
    from polybooru.importers.run import Outcome, run_import
    from polybooru.library.accounts import acting_as
    from polybooru.library.errors import UserNotFound

    with existing_library(data) as library:
        with library.reading() as reading:
            try:
                actor = acting_as(reading, uploader)
            except UserNotFound as error:
                advice = f"polybooru user create {uploader} --role admin --password-stdin"
                raise UserNotFound(f"{error} Make the account first: {advice}") from error
        done = 0
        with progress("Importing") as bar:

            def report(result: "Result") -> None:
                nonlocal done
                done += 1
                if result.outcome is Outcome.REFUSED:
                    note(f"{result.label}: refused, {result.reason}")
                bar.set(done, total)

            summary = run_import(
                library, actor, entries, at_once=jobs, extra_tags=[tags], report=report, explain=refusal
            )
    print(", ".join(f"{summary.outcomes[outcome]} {outcome.value}" for outcome in Outcome))
    for reason, count in summary.reasons.most_common():
        print(f"  {count} times: {reason}")
