"""`polybooru reindex`: build the image index anew and save it."""

import time

import typer

from polybooru.cli.progress import progress
from polybooru.cli.session import Data, existing_library


class NotSaved(OSError):
    """The file of the index is as it was."""


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("reindex")(reindex)


def reindex(data: Data = None) -> None:
    """Build the image index anew from the rows and save it; processes that run keep theirs."""
    from polybooru.library.index_keeper import IndexKeeper

    with existing_library(data) as library:
        started = time.perf_counter()
        with progress("Reading images") as bar:
            library.replica.rebuild(bar.set)
        took = time.perf_counter() - started
        index = library.replica.index
        is_saved = IndexKeeper(library).save()
        told = f"{len(index)} images, {index.memory_bytes() / 2**20:.1f} MiB, built in {took:.2f} s"
        print(f"{told} and saved" if is_saved else told)
        if not is_saved and len(index):
            raise NotSaved("The index was not saved: the file cannot be written, or another process does.")
