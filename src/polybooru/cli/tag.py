"""`polybooru tag`: what operators do with tags."""

import json
from typing import TYPE_CHECKING, Annotated

import typer

from polybooru.cli import tag_batch
from polybooru.cli.progress import progress
from polybooru.cli.session import Data, existing_library

if TYPE_CHECKING:
    from polybooru.library.library import Library
    from polybooru.library.tags import TagDetail

app = typer.Typer(help="Tags.", no_args_is_help=True)
tag_batch.register(app)
Json = Annotated[bool, typer.Option("--json", help="One JSON object.")]


@app.command("show")
def show(name: str, as_json: Json = False, data: Data = None) -> None:
    """Show a tag and its relations."""
    with existing_library(data) as library:
        _print(_detail(library, name), as_json=as_json)


@app.command("alias")
def alias(name: str, target: str, as_json: Json = False, data: Data = None) -> None:
    """Make a tag another name of a second one, and give its images that one."""
    from polybooru.library import jobs
    from polybooru.library.actors import OPERATOR
    from polybooru.library.tag_relations import alias_tag

    with existing_library(data) as library:
        with library.work() as work:
            alias_tag(work, OPERATOR, name, target)
        _bring_to_end(library, jobs.MOVE_TAGGINGS, _detail(library, name).tag.id)
        _print(_detail(library, name), as_json=as_json)


@app.command("unalias")
def unalias(name: str, as_json: Json = False, data: Data = None) -> None:
    """Let an alias be a tag of its own again."""
    from polybooru.library.actors import OPERATOR
    from polybooru.library.tag_relations import unalias_tag

    with existing_library(data) as library:
        with library.work() as work:
            unalias_tag(work, OPERATOR, name)
        _print(_detail(library, name), as_json=as_json)


@app.command("imply")
def imply(name: str, implied: str, as_json: Json = False, data: Data = None) -> None:
    """Let adding a tag also add a second one."""
    from polybooru.library.actors import OPERATOR
    from polybooru.library.tag_relations import imply_tag

    with existing_library(data) as library:
        with library.work() as work:
            imply_tag(work, OPERATOR, name, implied)
        _print(_detail(library, name), as_json=as_json)


@app.command("unimply")
def unimply(name: str, implied: str, as_json: Json = False, data: Data = None) -> None:
    """Let adding a tag no longer add a second one."""
    from polybooru.library.actors import OPERATOR
    from polybooru.library.tag_relations import unimply_tag

    with existing_library(data) as library:
        with library.work() as work:
            unimply_tag(work, OPERATOR, name, implied)
        _print(_detail(library, name), as_json=as_json)


@app.command("describe")
def describe(
    name: str,
    description: Annotated[str | None, typer.Option(help="The long text.")] = None,
    short: Annotated[str | None, typer.Option(help="The short text.")] = None,
    category: Annotated[str | None, typer.Option(help="A category; an empty one takes it away.")] = None,
    rename: Annotated[str | None, typer.Option(help="Another name, and with it another slug.")] = None,
    as_json: Json = False,
    data: Data = None,
) -> None:
    """Change what staff say about a tag, which is made if need be; what is not given stays."""
    from polybooru.library.actors import OPERATOR
    from polybooru.library.tag_descriptions import describe_tag, rename_tag
    from polybooru.library.tag_names import slug
    from polybooru.library.tags import check_tag_name, find_tag_by_slug, make_tags

    with existing_library(data) as library:
        clean = check_tag_name(name)
        with library.work() as work:
            make_tags(work, [clean])
            before = find_tag_by_slug(work, slug(clean))
            describe_tag(
                work,
                OPERATOR,
                clean,
                description=before.description if description is None else description,
                short_description=before.short_description if short is None else short,
                category=before.tag.category if category is None else category or None,
            )
            if rename is not None:
                rename_tag(work, OPERATOR, clean, rename)
        _print(_detail(library, clean if rename is None else rename), as_json=as_json)


@app.command("delete")
def delete(name: str, as_json: Json = False, data: Data = None) -> None:
    """Take a tag from all images, filters and relations, and remove it."""
    from polybooru.library import jobs
    from polybooru.library.actors import OPERATOR
    from polybooru.library.tag_deletion import delete_tag

    with existing_library(data) as library:
        gone = _detail(library, name)
        with library.work() as work:
            delete_tag(work, OPERATOR, name)
        _bring_to_end(library, jobs.DELETE_TAG, gone.tag.id)
        _print(gone, as_json=as_json)


def _bring_to_end(library: "Library", kind: str, tag_id: int) -> None:
    from polybooru.library.tag_jobs import bring_to_end
    from polybooru.library.tag_moves import count_taggings

    with library.reading() as reading:
        total = count_taggings(reading, tag_id)
    with progress("Changing images", is_said_when_short=False) as bar:

        def tell() -> None:
            with library.reading() as reading:
                bar.set(max(0, total - count_taggings(reading, tag_id)), total)

        bring_to_end(library, kind, tag_id, after_each=tell)


def _detail(library: "Library", name: str) -> "TagDetail":
    from polybooru.library.tag_names import slug
    from polybooru.library.tags import check_tag_name, find_tag_by_slug

    with library.reading() as reading:
        return find_tag_by_slug(reading, slug(check_tag_name(name)))


def _print(detail: "TagDetail", *, as_json: bool) -> None:
    from polybooru.library.tag_names import name_of_slug

    facts: dict[str, object] = {
        "id": detail.tag.id,
        "name": detail.tag.name,
        "slug": detail.tag.slug,
        "category": detail.tag.category,
        "images": detail.image_count,
        "short_description": detail.short_description,
        "description": detail.description,
        "aliased_to": None if detail.aliased_to is None else name_of_slug(detail.aliased_to),
        "aliases": [name_of_slug(slug) for slug in detail.aliases],
        "implies": [name_of_slug(slug) for slug in detail.implied],
        "implied_by": [name_of_slug(slug) for slug in detail.implied_by],
    }
    if as_json:
        print(json.dumps(facts, ensure_ascii=False))
        return
    for label, value in facts.items():
        text = ", ".join(map(str, value)) if isinstance(value, list) else value
        if text not in {"", None}:
            print(f"{label}\t{text}")
