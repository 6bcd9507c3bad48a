"""All recipes, by the name of their verb."""

from collections.abc import Mapping

from tests.adapters.verbs.recipe import Recipe
from tests.adapters.verbs.recipes import filters, images, moderation, reports, tags, uploads

_ROOMS = (filters, images, moderation, reports, tags, uploads)

RECIPES: Mapping[str, Recipe] = {name: recipe for room in _ROOMS for name, recipe in room.RECIPES.items()}
