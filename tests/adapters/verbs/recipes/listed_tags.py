"""Listed tags."""

from tests.adapters.verbs.recipe import Recipe, recipe

RECIPES: dict[str, Recipe] = {
    "list_tag": recipe(key="name", name="other-name", description="Listed.", is_nsfw=True),
    "unlist_tag": recipe(key="name"),
    "list_most_used_tags": recipe(),
}
