"""`polybooru tag retag`, `undo` and `revert-user`: edits of many images, with progress."""

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from polybooru.cli.progress import progress
from polybooru.cli.session import Data, existing_library, note, searchable_board

if TYPE_CHECKING:
    from polybooru.library.library import Library

Json = Annotated[bool, typer.Option("--json", help="One JSON object.")]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command("retag")(retag)
    app.command("undo")(undo)
    app.command("revert-user")(revert_user)


def retag(
    query: str,
    add: Annotated[list[str] | None, typer.Option(help="A tag to add; may be given again.")] = None,
    remove: Annotated[list[str] | None, typer.Option(help="A tag to remove; may be given again.")] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Do it; without, only show what would change.")] = False,
    as_json: Json = False,
    data: Data = None,
) -> None:
    """Add and remove tags on all images that a query finds; first without --yes, to see what would change."""
    from polybooru.library.actors import OPERATOR
    from polybooru.library.mass_retags import matching_images, preview_retag
    from polybooru.library.tag_batches import start_retag

    added, removed = add or [], remove or []
    with searchable_board(data) as board:
        library = board.library
        found = matching_images(library, board.search, OPERATOR, query)
        if not yes:
            with library.reading() as reading:
                seen = preview_retag(reading, OPERATOR, found, added=added, removed=removed)
            facts: dict[str, object] = {
                "images": seen.images,
                "changing": seen.changing,
                "added": dict(seen.added),
                "removed": dict(seen.removed),
                "sample": list(seen.sample),
            }
            _print(facts, as_json=as_json)
            note("Nothing was changed. --yes does it.")
            return
        with library.work() as work:
            batch_id = start_retag(work, OPERATOR, query=query, image_ids=found, added=added, removed=removed)
        _bring_to_end(library, batch_id, as_json=as_json)


def undo(batch: int, as_json: Json = False, data: Data = None) -> None:
    """Take back all that a retag or a revert did, whole or half done; what was decided later stays."""
    from polybooru.library.actors import OPERATOR
    from polybooru.library.tag_batches import UNDOING, find_tag_batch, undo_tag_batch

    with existing_library(data) as library:
        with library.work() as work:
            if find_tag_batch(work, OPERATOR, batch).state != UNDOING:  # else an earlier command was killed
                undo_tag_batch(work, OPERATOR, batch)
        _bring_to_end(library, batch, as_json=as_json)


def revert_user(
    name: str,
    since: Annotated[datetime | None, typer.Option(help="Made then or later (UTC).")] = None,
    until: Annotated[datetime | None, typer.Option(help="Made before then (UTC).")] = None,
    as_json: Json = False,
    data: Data = None,
) -> None:
    """Take back all that a person did to tags; what others decided later stays."""
    from polybooru.library.accounts import find_user
    from polybooru.library.actors import OPERATOR
    from polybooru.library.tag_batches import revert_tag_changes_of_user

    with existing_library(data) as library:
        with library.work() as work:
            user_id = find_user(work, name).id
            batch_id = revert_tag_changes_of_user(work, OPERATOR, user_id, _utc(since), _utc(until))
        _bring_to_end(library, batch_id, as_json=as_json)


def _utc(moment: datetime | None) -> datetime | None:
    return None if moment is None else moment.replace(tzinfo=UTC)


def _bring_to_end(library: "Library", batch_id: int, *, as_json: bool) -> None:
    from polybooru.library import jobs
    from polybooru.library.actors import OPERATOR
    from polybooru.library.tag_batches import find_tag_batch
    from polybooru.library.tag_jobs import bring_to_end

    with progress("Changing tags", is_said_when_short=False) as bar:

        def tell() -> None:
            with library.reading() as reading:
                batch = find_tag_batch(reading, OPERATOR, batch_id)
            bar.set(batch.done, batch.total)

        bring_to_end(library, jobs.TAG_BATCH, batch_id, after_each=tell)
    with library.reading() as reading:
        batch = find_tag_batch(reading, OPERATOR, batch_id)
    facts: dict[str, object] = {
        "batch": batch.id,
        "state": batch.state,
        "done": batch.done,
        "total": batch.total,
    }
    _print(facts, as_json=as_json)


def _print(facts: dict[str, object], *, as_json: bool) -> None:
    if as_json:
        print(json.dumps(facts, ensure_ascii=False))
        return
    for label, value in facts.items():
        if isinstance(value, dict):
            text = ", ".join(f"{name} ({count})" for name, count in value.items())
        else:
            text = ", ".join(map(str, value)) if isinstance(value, list) else str(value)
        print(f"{label}\t{text}")
