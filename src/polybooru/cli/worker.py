"""`polybooru worker`: the media worker alone."""

import typer

from polybooru.cli.session import Data, note, require_library, settings_of


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("worker")(worker)


def worker(data: Data = None) -> None:
    """Make representations and fingerprints, until SIGTERM or Ctrl-C."""
    from polybooru.serving import work
    from polybooru.telemetry.logs import configure_logs

    folder, settings = settings_of(data)
    require_library(folder, settings)
    configure_logs(level=settings.log_level)
    work(folder, settings, ready=lambda: note(f"Polybooru works on {folder}"))
