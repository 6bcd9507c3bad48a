"""`polybooru image`: what staff do with images. The operator acts."""

from collections.abc import Callable
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from polybooru.cli.said import Facts, Json, columns, show, tell
from polybooru.cli.session import Data, existing_library
from polybooru.library.actors import OPERATOR

if TYPE_CHECKING:
    from polybooru.library.work import Reading, Work

app = typer.Typer(help="What staff do with images.", no_args_is_help=True)


class Lockable(StrEnum):
    """What of an image can be locked."""

    COMMENTS = "comments"
    DESCRIPTION = "description"
    TAGS = "tags"


Reason = Annotated[str, typer.Option(help="Why, for everybody to read.")]


@app.command("show")
def show_(image: int, as_json: Json = False, data: Data = None) -> None:
    """Show one image, also one that is out of sight."""
    with existing_library(data) as library, library.reading() as reading:
        facts = _facts(reading, image)
    said = {key: ", ".join(value) if isinstance(value, list) else value for key, value in facts.items()}
    shown = "\n".join(columns(key, value) for key, value in said.items() if value not in {"", None, False})
    show(facts, shown, as_json=as_json)


@app.command("hide")
def hide(image: int, reason: Reason, as_json: Json = False, data: Data = None) -> None:
    """Take an image from everybody's sight, reversibly."""
    from polybooru.library.images import hide_image

    _do(data, image, lambda work: hide_image(work, OPERATOR, image, reason=reason), "is hidden", as_json)


@app.command("unhide")
def unhide(image: int, as_json: Json = False, data: Data = None) -> None:
    """Show a hidden image again."""
    from polybooru.library.images import unhide_image

    _do(data, image, lambda work: unhide_image(work, OPERATOR, image), "is not hidden", as_json)


@app.command("approve")
def approve(image: int, as_json: Json = False, data: Data = None) -> None:
    """Let everybody see an upload that waits for approval."""
    from polybooru.library.approval import approve_image

    _do(data, image, lambda work: approve_image(work, OPERATOR, image), "is approved", as_json)


@app.command("merge")
def merge(image: int, into: int, as_json: Json = False, data: Data = None) -> None:
    """Hide an image as a copy of another, which takes over what people did with it."""
    from polybooru.library.merges import merge_image

    said = f"is merged into image {into}"
    _do(data, image, lambda work: merge_image(work, OPERATOR, image, into), said, as_json)


@app.command("unmerge")
def unmerge(image: int, as_json: Json = False, data: Data = None) -> None:
    """Undo the merge of an image into another."""
    from polybooru.library.merges import unmerge_image

    _do(data, image, lambda work: unmerge_image(work, OPERATOR, image), "is an image of its own", as_json)


@app.command("feature")
def feature(image: int, as_json: Json = False, data: Data = None) -> None:
    """Put an image on the front."""
    from polybooru.library.images import feature_image

    _do(data, image, lambda work: feature_image(work, OPERATOR, image), "is featured", as_json)


@app.command("destroy")
def destroy(image: int, as_json: Json = False, data: Data = None) -> None:
    """Remove the files of a hidden image for good; nothing brings them back."""
    from polybooru.library.destruction import destroy_image

    with existing_library(data) as library:
        destroy_image(library, OPERATOR, image)
        with library.reading() as reading:
            facts = _facts(reading, image)
    tell(facts, f"Image {image} has no files any more.", as_json=as_json)


@app.command("block")
def block(image: int, reason: Reason, as_json: Json = False, data: Data = None) -> None:
    """Refuse new uploads of an image's file, and hide those that look like it; the image itself stays."""
    from polybooru.library.blocks import block_image

    _do(data, image, lambda work: block_image(work, OPERATOR, image, reason=reason), "is blocked", as_json)


@app.command("lock")
def lock(image: int, what: Lockable, as_json: Json = False, data: Data = None) -> None:
    """Let nobody comment on an image, or change its description or tags."""
    from polybooru.library import image_locks

    verbs = {
        Lockable.COMMENTS: image_locks.lock_comments,
        Lockable.DESCRIPTION: image_locks.lock_description,
        Lockable.TAGS: image_locks.lock_image_tags,
    }
    _do(data, image, lambda work: verbs[what](work, OPERATOR, image), f"has its {what} locked", as_json)


@app.command("unlock")
def unlock(image: int, what: Lockable, as_json: Json = False, data: Data = None) -> None:
    """Undo a lock."""
    from polybooru.library import image_locks

    verbs = {
        Lockable.COMMENTS: image_locks.unlock_comments,
        Lockable.DESCRIPTION: image_locks.unlock_description,
        Lockable.TAGS: image_locks.unlock_image_tags,
    }
    _do(data, image, lambda work: verbs[what](work, OPERATOR, image), f"has its {what} unlocked", as_json)


def _do(data: Path | None, image: int, verb: "Callable[[Work], object]", said: str, as_json: bool) -> None:
    with existing_library(data) as library:
        with library.work() as work:
            verb(work)
        with library.reading() as reading:
            facts = _facts(reading, image)
    tell(facts, f"Image {image} {said}.", as_json=as_json)


def _facts(reading: "Reading", image_id: int) -> Facts:
    from polybooru.library.images import find_image

    image = find_image(reading, image_id)
    return {
        "id": image.id,
        "format": image.format,
        "width": image.width_px,
        "height": image.height_px,
        "uploader_id": image.uploader_id,
        "created_at": image.created_at.isoformat(),
        "score": image.score,
        "faves": image.faves,
        "tags": [tag.name for tag in image.tags],
        "sources": list(image.sources),
        "approved": image.is_approved,
        "hidden": image.hidden_from_users,
        "deletion_reason": image.deletion_reason,
        "merged_into": image.duplicate_id,
    }
