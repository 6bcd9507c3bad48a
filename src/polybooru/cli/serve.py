"""`polybooru serve`: web and worker together."""

import sys
from dataclasses import replace
from pathlib import Path
from socket import socket
from typing import Annotated

import typer

from polybooru.cli.progress import progress
from polybooru.cli.session import Data, note, settings_of
from polybooru.settings import Settings

Host = Annotated[str, typer.Option(help="Address to listen on.")]
Port = Annotated[int, typer.Option(min=0, max=65_535, help="Port to listen on; 0 takes a free one.")]
Workers = Annotated[int, typer.Option(min=1, max=64, help="Web processes.")]


class CannotListen(OSError):
    """The address cannot be listened on."""


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("serve")(serve)


def serve(host: Host = "127.0.0.1", port: Port = 8000, workers: Workers = 1, data: Data = None) -> None:
    """Serve the library: web and worker in one go, until SIGTERM or Ctrl-C."""
    folder, settings = settings_of(data)
    run(folder, settings, host=host, port=port, workers=workers)


def run(folder: Path, settings: Settings, *, host: str, port: int, workers: int, after: str = "") -> None:
    """Serve a data folder, which is initialised or migrated first; `after` is said once it answers."""
    from polybooru import app as composition
    from polybooru.serving import Supervisor
    from polybooru.telemetry.logs import configure_logs

    with progress("Reading texts") as bar:
        composition.initialise(folder, settings, bar.set)
    listener = listening(host, port)
    address = f"http://{f'[{host}]' if ':' in host else host}:{listener.getsockname()[1]}"
    if not settings.public_url:
        settings = replace(settings, public_url=address)

    def ready() -> None:
        note(f"Polybooru serves {folder} at {address}")
        if after:
            note(after)
        sys.stderr.flush()

    configure_logs(level=settings.log_level)
    Supervisor(folder, settings, listener, web_processes=workers).run(ready)


def listening(host: str, port: int) -> socket:
    """A listening socket; port 0 takes a free one. Raises CannotListen."""
    from polybooru.serving import listen

    try:
        return listen(host, port)
    except OSError as error:
        raise CannotListen(f"Cannot listen on port {port} of {host}: {error.strerror}.") from error
