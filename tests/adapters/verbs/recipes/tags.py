"""Tags, and which image has which."""

from tests.adapters.verbs.recipe import Recipe, recipe

RECIPES: dict[str, Recipe] = {
    "edit_image_tags": recipe(["safe", "used"], ["safe", "new", "aliased"]),
    "describe_tag": recipe(key="name", description="Purrs.", short_description="A cat", category="species"),
    "rename_tag": recipe("another name", key="name"),
    "alias_tag": recipe("other", key="name"),
    "unalias_tag": recipe(key="name"),
    "imply_tag": recipe("other", key="name"),
    "unimply_tag": recipe("implied", key="name"),
    "delete_tag": recipe(key="name"),
}
