"""`polybooru explain`: what a query means and what it costs."""

import sys
import time
from enum import StrEnum
from typing import Annotated

import typer

from polybooru.cli.session import Data, searchable_board


class Caller(StrEnum):
    """Whose fields a query may use."""

    ANONYMOUS = "anonymous"
    USER = "user"
    ASSISTANT = "assistant"
    MODERATOR = "moderator"
    ADMIN = "admin"


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("explain")(explain)


def explain(
    query: str,
    tree: Annotated[bool, typer.Option("--tree", help="Print only the canonical tree.")] = False,
    role: Annotated[Caller, typer.Option(help="Who asks.")] = Caller.ANONYMOUS,
    user_id: Annotated[int | None, typer.Option(help="Their id, for `my:`.")] = None,
    data: Data = None,
) -> None:
    """Print the tree of a query, and how many images of the library it finds in which time."""
    from polybooru.library.actors import ANONYMOUS, Actor, Role
    from polybooru.library.image_fields import Viewer, image_fields
    from polybooru.search.language.canonical import show
    from polybooru.search.language.fields import QueryError
    from polybooru.search.language.parser import parse

    if role is not Caller.ANONYMOUS and user_id is None:
        user_id = 1
    is_staff = role in {Caller.MODERATOR, Caller.ADMIN}
    fields = image_fields(Viewer(user_id=user_id, is_staff=is_staff))
    if tree:
        try:
            print(show(parse(query, fields)))
        except QueryError as error:
            print(error.message, file=sys.stderr)
            raise typer.Exit(1) from error
        return
    from polybooru.library.image_search import order_named

    actor = ANONYMOUS if role is Caller.ANONYMOUS else Actor(user_id=user_id, name="you", role=Role(role))
    with searchable_board(data) as board:
        started = time.perf_counter()
        parsed = board.search.parse(actor, query)
        between = time.perf_counter()
        everything = board.search.filter_for(actor, board.library.policy.everything_filter_id)
        ready = time.perf_counter()
        page = board.search.find(
            actor, parsed, order=order_named("", descending=True), offset=0, limit=25, hidden_by=everything
        )
        done = time.perf_counter()
    print(show(parsed))
    print(f"matches  {page.total} images")
    print(f"parsed   in {(between - started) * 1e6:.0f} µs")
    print(f"searched in {(done - ready) * 1e6:.0f} µs (25 newest, index cold)")
