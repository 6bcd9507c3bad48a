"""`polybooru category`: queries saved under dotted paths."""

from typing import TYPE_CHECKING, Annotated

import typer

from polybooru.cli.said import Facts, Json, columns, show, tell
from polybooru.cli.session import Data, existing_library
from polybooru.library.actors import OPERATOR

if TYPE_CHECKING:
    from polybooru.library.categories import Category

app = typer.Typer(help="Queries saved under dotted paths.", no_args_is_help=True)

Comment = Annotated[str, typer.Option(help="What its readers are told of it.")]


@app.command("add")
def add(
    path: str,
    query: Annotated[str, typer.Option(help="Which images are in it, in the search language.")],
    name: Annotated[str, typer.Option(help="As people read it; made from the path if not given.")] = "",
    comment: Comment = "",
    sfw: Annotated[
        bool, typer.Option("--sfw", help="Show no image that is not safe for work, whatever is found.")
    ] = False,
    as_json: Json = False,
    data: Data = None,
) -> None:
    """Save a query under a path like animals.birb."""
    from polybooru.library.categories import CategoryText, add_category, find_category

    text = CategoryText(path=path, query=query, name=name, comment=comment, is_safe=sfw)
    with existing_library(data) as library, library.work() as work:
        add_category(work, OPERATOR, text)
        category = find_category(work, path)
    tell(_facts(category), f"{category.path} is the category {category.name}.", as_json=as_json)


@app.command("list")
def list_(as_json: Json = False, data: Data = None) -> None:
    """List categories: path, name, enabled or disabled, sfw, query, comment."""
    from polybooru.library.categories import list_categories

    with existing_library(data) as library, library.reading() as reading:
        for category in list_categories(reading):
            state = "enabled" if category.is_enabled else "disabled"
            rating = "sfw" if category.is_safe else ""
            facts = _facts(category)
            line = columns(category.path, category.name, state, rating, category.query, category.comment)
            show(facts, line, as_json=as_json)


@app.command("disable")
def disable(path: str, comment: Comment = "", as_json: Json = False, data: Data = None) -> None:
    """Switch a category off; it stays listed as such."""
    from polybooru.library.categories import disable_category, find_category

    with existing_library(data) as library, library.work() as work:
        disable_category(work, OPERATOR, find_category(work, path).id, comment=comment)
        category = find_category(work, path)
    tell(_facts(category), f"{category.path} is switched off.", as_json=as_json)


@app.command("enable")
def enable(path: str, as_json: Json = False, data: Data = None) -> None:
    """Switch a category on again."""
    from polybooru.library.categories import enable_category, find_category

    with existing_library(data) as library, library.work() as work:
        enable_category(work, OPERATOR, find_category(work, path).id)
        category = find_category(work, path)
    tell(_facts(category), f"{category.path} is switched on.", as_json=as_json)


@app.command("remove")
def remove(path: str, as_json: Json = False, data: Data = None) -> None:
    """Forget a category; its images stay."""
    from polybooru.library.categories import find_category, remove_category

    with existing_library(data) as library, library.work() as work:
        category = find_category(work, path)
        remove_category(work, OPERATOR, category.id)
    tell(_facts(category), f"{category.path} is no category any more.", as_json=as_json)


def _facts(category: "Category") -> Facts:
    return {
        "id": category.id,
        "db": category.path,
        "name": category.name,
        "query": category.query,
        "comment": category.comment,
        "sfw": category.is_safe,
        "enabled": category.is_enabled,
        "created_at": category.created_at.isoformat(),
    }
