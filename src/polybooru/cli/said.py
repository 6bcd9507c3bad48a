"""How commands say what they did: facts as JSON on standard output, or a sentence on standard error."""

import json
from collections.abc import Mapping
from typing import Annotated

import typer

from polybooru.cli.session import note

Json = Annotated[bool, typer.Option("--json", help="Say it as JSON on standard output, one object a line.")]
Facts = Mapping[str, object]


def tell(facts: Facts, sentence: str, *, as_json: bool) -> None:
    """What was done."""
    if as_json:
        show(facts, "", as_json=True)
    else:
        note(sentence)


def show(facts: Facts, line: str, *, as_json: bool) -> None:
    """A result; it goes to standard output either way. Fields of a line are separated by tabs."""
    print(json.dumps(facts, ensure_ascii=False) if as_json else line)


def columns(*values: object) -> str:
    """A line of fields; an empty one for what there is not."""
    return "\t".join("" if value is None else str(value) for value in values)
