"""`polybooru pattern`: one pattern of the Nekos API against texts."""

from typing import Annotated

import typer

_SECONDS = 10.0  # for all texts; whoever waits at a terminal may have longer ones than a request


def register(app: typer.Typer) -> None:
    """Add the command."""
    # A text may begin with a hyphen.
    app.command("pattern", context_settings={"ignore_unknown_options": True})(pattern)


def pattern(
    pattern: str,
    text: Annotated[
        list[str] | None, typer.Argument(metavar="TEXT...", help="What it is held against.")
    ] = None,
) -> None:
    """Tell of each text whether the pattern matches all of it, a line each; without texts only judge it."""
    from polybooru.search.pattern import Automaton, Budget, lowered, parse

    automaton = Automaton(parse(pattern), Budget(_SECONDS))
    for each in text or ():
        print("match" if automaton.matches(lowered(each)) else "no match")
