"""What people do with images, and what staff decide about them."""

from tests.adapters.verbs.recipe import Recipe, recipe

RECIPES: dict[str, Recipe] = {
    "fave": recipe(),
    "unfave": recipe(),
    "toggle_fave": recipe(),
    "vote": recipe(is_up=True),
    "unvote": recipe(),
    "hide": recipe(),
    "unhide": recipe(),
    "approve_image": recipe(),
    "verify_user": recipe(),
    "unverify_user": recipe(),
}
