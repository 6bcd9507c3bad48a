"""All recipes, by the name of their verb: those of every module beside this one."""

from collections.abc import Mapping
from importlib import import_module
from pathlib import Path

from tests.adapters.verbs.recipe import Recipe

_ROOMS = sorted(path.stem for path in Path(__file__).parent.glob("*.py") if path != Path(__file__))

RECIPES: Mapping[str, Recipe] = {
    name: recipe
    for room in _ROOMS
    for name, recipe in import_module(f"tests.adapters.verbs.recipes.{room}").RECIPES.items()
}
