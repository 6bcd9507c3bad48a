"""`polybooru listed-tag`: tags that some clients know, by names of their own."""

from typing import TYPE_CHECKING, Annotated

import typer

from polybooru.cli.said import Facts, Json, columns, show, tell
from polybooru.cli.session import Data, existing_library
from polybooru.library.actors import OPERATOR

if TYPE_CHECKING:
    from polybooru.library.listed_tags import ListedTag

app = typer.Typer(help="Tags that waifu.im clients know.", no_args_is_help=True)

Name = Annotated[str | None, typer.Option(help="What clients call it; made from the tag if not given.")]
Description = Annotated[str | None, typer.Option(help="The tag's short description if not given.")]
Nsfw = Annotated[
    bool | None,
    typer.Option("--nsfw/--versatile", help="Whether it is for adults' images alone, or for any."),
]


@app.command("add")
def add(
    tag: str,
    name: Name = None,
    description: Description = None,
    nsfw: Nsfw = None,
    as_json: Json = False,
    data: Data = None,
) -> None:
    """List a tag, or say something else of a listed one; the first takes the place of the list by default."""
    from polybooru.library.listed_tags import list_tag

    with existing_library(data) as library, library.work() as work:
        listed = list_tag(work, OPERATOR, tag, name=name, description=description, is_nsfw=nsfw)
    kind = "nsfw" if listed.is_nsfw else "versatile"
    tell(_facts(listed), f"{tag} is listed as {listed.name}, {kind}.", as_json=as_json)


@app.command("remove")
def remove(tag: str, as_json: Json = False, data: Data = None) -> None:
    """Take a tag from the list; after the last one the list is the one by default again."""
    from polybooru.library.listed_tags import unlist_tag

    with existing_library(data) as library, library.work() as work:
        unlist_tag(work, OPERATOR, tag)
    tell({"tag": tag}, f"{tag} is not listed any more.", as_json=as_json)


@app.command("list")
def list_(as_json: Json = False, data: Data = None) -> None:
    """List listed tags: tag id, name, nsfw or versatile, description."""
    from polybooru.library.listed_tags import list_listed_tags

    with existing_library(data) as library, library.reading() as reading:
        for listed in list_listed_tags(reading):
            kind = "nsfw" if listed.is_nsfw else "versatile"
            line = columns(listed.tag_id, listed.name, kind, listed.description)
            show(_facts(listed), line, as_json=as_json)


@app.command("add-most-used")
def add_most_used(as_json: Json = False, data: Data = None) -> None:
    """List the tags that are listed by default, so that the list can be edited."""
    from polybooru.library.listed_tags import list_most_used_tags

    with existing_library(data) as library, library.work() as work:
        count = list_most_used_tags(work, OPERATOR)
    tell({"tags": count}, f"{count} more tags are listed.", as_json=as_json)


def _facts(listed: "ListedTag") -> Facts:
    return {
        "tag_id": listed.tag_id,
        "name": listed.name,
        "description": listed.description,
        "nsfw": listed.is_nsfw,
    }
