"""`polybooru reindex`: build the image index anew."""

import time

import typer

from polybooru.cli.session import Data, existing_library


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("reindex")(reindex)


def reindex(data: Data = None) -> None:
    """Build the image index from the rows and tell what it holds; servers do the same when they start."""
    with existing_library(data) as library:
        started = time.perf_counter()
        library.replica.load()
        took = time.perf_counter() - started
        index = library.replica.index
        print(f"{len(index)} images, {index.memory_bytes() / 2**20:.1f} MiB, built in {took:.2f} s")
