"""`polybooru explain`: what a query means, what the index does for it, and what that costs."""

import sys
import time
from collections.abc import Iterator
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from polybooru.cli.session import Data, searchable_board

if TYPE_CHECKING:
    from polybooru.library.explained import Explained
    from polybooru.search.index import Step

_WIDTH = 60


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
    """Print the tree of a query, the steps that answer it, and what they cost, estimated and measured."""
    from polybooru.library.actors import ANONYMOUS, Actor, Role
    from polybooru.library.image_fields import Viewer, image_fields
    from polybooru.search.language.canonical import show
    from polybooru.search.language.fields import QueryError
    from polybooru.search.language.parser import parse

    if role is not Caller.ANONYMOUS and user_id is None:
        user_id = 1
    is_staff = role in {Caller.MODERATOR, Caller.ADMIN}
    if tree:
        fields = image_fields(Viewer(user_id=user_id, is_staff=is_staff))
        try:
            print(show(parse(query, fields)))
        except QueryError as error:
            print(error.message, file=sys.stderr)
            raise typer.Exit(1) from error
        return
    from polybooru.library.explained import explained

    actor = ANONYMOUS if role is Caller.ANONYMOUS else Actor(user_id=user_id, name="you", role=Role(role))
    with searchable_board(data) as board:
        started = time.perf_counter()
        parsed = board.search.parse(actor, query)
        parse_us = (time.perf_counter() - started) * 1e6
        taken_apart = explained(board.library, board.search, actor, parsed)
    print(show(parsed))
    print()
    for line in (*_steps(taken_apart), "", *_sums(taken_apart, parse_us)):
        print(line)


def _steps(explained: "Explained") -> Iterator[str]:
    """The steps in the order in which they are taken; what one is made of stands before it, further in."""
    yield f"{'step':{_WIDTH}}{'estimated':>22}{'asked for alone':>22}"
    yield f"{'':{_WIDTH}}{'images':>12}{'µs':>10}{'images':>12}{'µs':>10}"
    for part in explained.parts:
        images, took = f"≤ {part.step.images:,}", f"{part.step.microseconds:,.1f}"
        line = f"{_name(part.step):{_WIDTH}}{images:>12}{took:>10}"
        if part.found is not None:
            line += f"{part.found.images:>12,}{part.found.best_us:>10,.1f}"
        yield line


def _name(step: "Step") -> str:
    from polybooru.search.index import How
    from polybooru.search.language.canonical import show

    name = "  " * step.depth + step.how.value
    if step.query is not None and step.how not in {How.INTERSECT, How.JOIN, How.SUBTRACT}:
        name += f": {show(step.query)}"
    return name if len(name) < _WIDTH else name[: _WIDTH - 2] + "…"


def _sums(explained: "Explained", parse_us: float) -> Iterator[str]:
    found, budget_us = explained.found, explained.budget_us
    verdict = "within" if explained.estimated_us <= budget_us else "over"
    yield f"estimated  {explained.estimated_us:,.0f} µs, {verdict} the budget of {budget_us:,.0f} µs"
    if isinstance(found, str):
        yield f"refused    {found}"
    else:
        yield f"measured   {found.best_us:,.0f} µs for the 25 newest, {found.first_us:,.0f} µs the first time"
        yield f"matches    {found.images:,} images"
    yield f"parsed in  {parse_us:,.0f} µs"
