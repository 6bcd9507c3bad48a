"""docs/reference/command-line.md lists every command with every option and argument."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
import typer
from tests.docs.reference import sections

from polybooru.cli import app

DOCUMENTED = sections("command-line.md")


def commands(command: Any, name: str) -> Iterator[tuple[str, Any]]:
    inner = getattr(command, "commands", None)
    if inner is None:
        yield name, command
        return
    for word, below in inner.items():
        yield from commands(below, f"{name} {word}")


COMMANDS = dict(commands(typer.main.get_command(app), "polybooru"))


def test_every_command_has_a_section_and_no_other_is_described() -> None:
    assert {heading for heading in DOCUMENTED if heading.startswith("polybooru ")} == set(COMMANDS)


@pytest.mark.parametrize("name", COMMANDS)
def test_the_options_of_a_command_are_those_it_has(name: str) -> None:
    usage = DOCUMENTED[name].strip().partition("`. ")[0]
    options = {
        option for parameter in COMMANDS[name].params for option in parameter.opts if option.startswith("--")
    }
    assert set(re.findall(r"--[a-z-]+", usage)) == options - {"--help"}


@pytest.mark.parametrize("name", COMMANDS)
def test_the_arguments_of_a_command_stand_in_its_usage(name: str) -> None:
    usage = DOCUMENTED[name].strip().partition("`. ")[0].partition("[")[0]
    arguments = [p.name.upper() for p in COMMANDS[name].params if p.param_type_name == "argument"]
    assert re.findall(r"[A-Z]+", usage) == arguments
