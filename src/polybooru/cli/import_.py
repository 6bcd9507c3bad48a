"""`polybooru import`: bring in a collection."""

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from polybooru.cli.progress import progress
from polybooru.cli.session import Data, existing_library, note

if TYPE_CHECKING:
    from polybooru.importers.entry import Entry, Unreadable
    from polybooru.importers.run import Result, Summary
    from polybooru.library.library import Library

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


@app.command("dump")
def dump(
    folder: Annotated[Path, typer.Argument(exists=True, file_okay=False)],
    files: Annotated[
        Path | None,
        typer.Option(help="Folder with the pictures: a store's, or one laid out as the board's addresses."),
    ] = None,
    fetch: Annotated[
        bool, typer.Option("--fetch", help="Fetch pictures from the board it came from.")
    ] = False,
    jobs: Jobs = 2,
    data: Data = None,
) -> None:
    """Read a dump into an empty library: everything public of another board, and its pictures if asked to."""
    from polybooru.library.dumps.errors import DumpError
    from polybooru.library.dumps.folder import open_dump
    from polybooru.library.dumps.importing import import_dump

    found = open_dump(folder)
    if fetch and not found.manifest.files_root:
        raise DumpError("The dump does not tell where its board's files are, so that none can be fetched.")
    with existing_library(data) as library:
        with progress("Reading the dump") as bar:
            is_new = import_dump(library, found, lambda _, done, total: bar.set(done, total))
        print(f"{found.line_count} lines imported" if is_new else "The dump was imported already")
        if files is not None or fetch:
            _take_files(library, files, found.manifest.files_root if fetch else None, jobs)


def _take_files(library: "Library", folder: Path | None, files_root: str | None, at_once: int) -> None:
    from polybooru.importers.dump_files import from_board, in_folder, take_files
    from polybooru.importers.run import Outcome

    ways = [
        *([in_folder(folder)] if folder is not None else []),
        *([from_board(files_root)] if files_root is not None else []),
    ]
    done = 0
    with progress("Taking files") as bar:

        def report(result: "Result") -> None:
            nonlocal done
            done += 1
            if result.outcome is Outcome.REFUSED:
                note(f"{result.label}: refused, {result.reason}")
            bar.set(done, None)

        _tell(take_files(library, ways, at_once=at_once, report=report))


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
    _tell(summary)


def _tell(summary: "Summary") -> None:
    from polybooru.importers.run import Outcome

    print(", ".join(f"{summary.outcomes[outcome]} {outcome.value}" for outcome in Outcome))
    for reason, count in summary.reasons.most_common():
        print(f"  {count} times: {reason}")
