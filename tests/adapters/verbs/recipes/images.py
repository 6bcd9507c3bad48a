"""What people do with images, and what staff decide about them."""

from tests.adapters.verbs.recipe import Made, Recipe, recipe

from polybooru.library.verbs import Acts

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
    "feature_image": recipe(),
    "hide_image": recipe(reason="blurry"),
    "unhide_image": recipe(),
    "merge_image": recipe(Made(lambda world: world.id(Acts.IMAGE, "faved"))),
    "unmerge_image": recipe(),
    "edit_sources": recipe(["https://example.org/2", "https://example.org/1"]),
    "clear_source_history": recipe(),
}
