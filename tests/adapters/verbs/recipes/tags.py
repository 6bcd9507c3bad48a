"""Tags, and which image has which."""

from tests.adapters.verbs.recipe import Recipe, recipe

RECIPES: dict[str, Recipe] = {"edit_image_tags": recipe(["safe", "used"], ["safe", "new", "aliased"])}
