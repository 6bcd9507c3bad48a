"""`polybooru demo`: a ready library with drawn pictures and people, then served."""

import shutil
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from polybooru.cli.progress import progress
from polybooru.cli.serve import Host, Port, listening, run
from polybooru.cli.session import Data, note, settings_of
from polybooru.settings import Settings

if TYPE_CHECKING:
    from polybooru.library.library import Library
    from polybooru.worker.loop import Worker

IMAGES = 200
TRIAL_USER = "alice"


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("demo")(demo)


def demo(
    host: Host = "127.0.0.1",
    port: Port = 8000,
    no_serve: Annotated[bool, typer.Option("--no-serve", help="Only make the library.")] = False,
    seed: Annotated[int, typer.Option(help="The same seed draws the same library.")] = 1,
    images: Annotated[int, typer.Option(min=1, max=5_000, help="Pictures to draw.")] = IMAGES,
    data: Data = None,
) -> None:
    """Make a library of drawn pictures, people and their words, and serve it. One made earlier is kept."""
    from polybooru import app as composition

    folder, settings = settings_of(data)
    if not no_serve:
        listening(host, port).close()  # said now, and not when all is drawn
    if (folder / composition.DATABASE_FILE).exists():
        note(f"The library in {folder} is kept; remove the folder for a new one.")
        trial = _renewed_trial(folder, settings)
    else:
        trial = _make(folder, settings, seed=seed, images=images)
    if no_serve:
        note(trial)
    else:
        run(folder, settings, host=host, port=port, workers=1, after=trial)


def _make(folder: Path, settings: Settings, *, seed: int, images: int) -> str:
    """Make the library beside its place and move it there once it is whole."""
    from polybooru import app as composition
    from polybooru.demo import library as made
    from polybooru.demo.society import make_society
    from polybooru.worker.loop import Worker

    folder = folder.resolve()
    building = folder.with_name(f"{folder.name}.building")
    shutil.rmtree(building, ignore_errors=True)
    composition.initialise(building, settings)
    with composition.open_library(building, settings) as library:
        library.clock = made.SteadyClock(seed)
        accounts = {account.name: account for account in made.make_people(library)}
        made.make_tags(library)
        with progress("Drawing pictures") as bar:
            ids = made.make_images(library, count=images, seed=seed, at_once=2, progress=bar.set)
        made.make_interactions(library, ids, seed=seed)
        make_society(library, ids, seed=seed)
        library.clock = lambda: datetime.now(UTC)
        with progress("Making thumbnails") as bar:
            _work_off(Worker(library, at_once=2, lock=building / "worker.lock"), library, bar.set)
    if folder.exists():  # an empty folder, or one that holds only settings
        for found in folder.iterdir():
            found.rename(building / found.name)
        folder.rmdir()
    building.rename(folder)
    alice, admin = accounts[TRIAL_USER], accounts["admin"]
    return (
        f"Sign in as {alice.name} with the password {alice.password}, or as admin with {admin.password}.\n"
        f"{_usage(alice.token)}"
    )


def _work_off(worker: "Worker", library: "Library", show: Callable[[int, int | None], None]) -> None:
    from polybooru.library.jobs import REPRESENT, count_waiting

    with library.reading() as reading:
        total = count_waiting(reading, REPRESENT)
    done = 0

    def one_more() -> None:
        nonlocal done
        done += 1
        show(done, total)

    worker.run(until_idle=True, after_each=one_more)


def _renewed_trial(folder: Path, settings: Settings) -> str:
    from polybooru import app as composition
    from polybooru.library.accounts import find_user
    from polybooru.library.actors import OPERATOR
    from polybooru.library.errors import TokenNotFound
    from polybooru.library.tokens import create_token, find_token, revoke_token

    composition.initialise(folder, settings)
    with composition.open_library(folder, settings) as library, library.work() as work:
        user_id = find_user(work, TRIAL_USER).id
        with suppress(TokenNotFound):
            revoke_token(work, OPERATOR, find_token(work, OPERATOR, user_id, "demo").id)
        return _usage(create_token(work, OPERATOR, user_id, name="demo"))


def _usage(token: str) -> str:
    return f"A token of {TRIAL_USER} to try: {token}"
