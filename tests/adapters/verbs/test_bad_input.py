"""Whatever is put in place of one argument of a verb: it is refused by a known error, or does no harm."""

import typing
from collections.abc import Iterator
from typing import Any

import pytest
from tests.adapters.verbs.cells import call, on_stage, targets
from tests.adapters.verbs.hostile import in_place_of
from tests.adapters.verbs.recipe import made
from tests.adapters.verbs.recipes.every import RECIPES
from tests.adapters.verbs.roles import ADMIN, MODERATOR, OWNER, PROGRAM, STRANGER
from tests.adapters.verbs.table import KNOWN
from tests.adapters.verbs.world import World
from tests.libraries import wrong_counters

from polybooru.library.verbs import VERBS, Acts, Verb

Arguments = tuple[list[Any], dict[str, Any]]


@pytest.mark.parametrize("name", KNOWN)
def test_a_verb_survives_bad_input(world: World, name: str) -> None:
    verb = VERBS[name]
    role, honest = _works(world, verb)
    for place, arguments, facts in _spoilt(world, verb, honest):
        with world.rehearsal.stage():
            try:
                outcome = on_stage(world, verb, role, arguments, facts)
            except Exception as error:
                told = f"{name}, called as {role}, with a bad {place}: {_short(arguments)} {_short(facts)}"
                raise AssertionError(told) from error
            if outcome.changes:
                assert wrong_counters(world.library) == [], place


def _works(world: World, verb: Verb) -> tuple[str, str]:
    """A role and a state in which the verb changes something."""
    for role in (STRANGER, OWNER, MODERATOR, ADMIN, PROGRAM):
        for state, _ in targets(world, verb):
            outcome = call(world, verb, role, *_honest(world, verb, state))
            is_told = world.rehearsal.is_sqlite or not RECIPES[verb.name].uncached
            if outcome.has_effect or (outcome.error is None and not is_told):
                return role, state
    raise AssertionError(f"{verb.name} does nothing in any state.")


def _honest(world: World, verb: Verb, state: str) -> Arguments:
    recipe = RECIPES[verb.name]
    arguments = [made(value, world) for value in recipe.args]
    if verb.acts_on is not Acts.THE_LIBRARY:
        arguments.insert(0, world.objects[verb.acts_on][state].keys[recipe.key])
    return arguments, {name: made(value, world) for name, value in recipe.facts.items()}


def _spoilt(world: World, verb: Verb, state: str) -> Iterator[tuple[str, list[Any], dict[str, Any]]]:
    """The name of the argument that is spoilt, and all arguments; made anew, as some get used up."""
    hints = typing.get_type_hints(verb.function)
    names = [name for name in hints if name not in {"work", "library", "actor", "return"}]
    arguments, facts = _honest(world, verb, state)
    for place, value in enumerate(arguments):
        for bad in in_place_of(value, hints[names[place]]):
            arguments, facts = _honest(world, verb, state)
            arguments[place] = bad
            yield names[place], arguments, facts
    for name in facts:
        for bad in in_place_of(facts[name], hints[name]):
            arguments, facts = _honest(world, verb, state)
            yield name, arguments, facts | {name: bad}


def _short(value: object) -> str:
    text = ascii(value)
    return text if len(text) < 300 else f"{text[:300]}…"
