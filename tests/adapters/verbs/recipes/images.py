"""What staff decide about images."""

from tests.adapters.verbs.recipe import Recipe, recipe

RECIPES: dict[str, Recipe] = {
    "approve_image": recipe(),
    "verify_user": recipe(),
    "unverify_user": recipe(),
}
