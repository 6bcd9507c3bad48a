"""What people do with images, and what staff decide about them."""

from datetime import timedelta

from tests.adapters.verbs.recipe import Made, Recipe, recipe
from tests.adapters.verbs.roles import STRANGER
from tests.libraries import NOON

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
    "revert_source_change": recipe(),
    "revert_source_changes_of": recipe(
        since=NOON - timedelta(days=1), until=NOON + timedelta(days=1), before=None
    ),
    "edit_description": recipe("a lake"),
    "edit_alt_text": recipe("two foxes"),
    "edit_scratchpad": recipe("asked the artist"),
    "set_anonymous": recipe(is_anonymous=True),
    "change_uploader": recipe(Made(lambda world: world.user_id(STRANGER))),
    "clear_hash": recipe(),
    "repair_image": recipe(),
    "lock_comments": recipe(),
    "unlock_comments": recipe(),
    "lock_description": recipe(),
    "unlock_description": recipe(),
    "lock_image_tags": recipe(),
    "unlock_image_tags": recipe(),
    "set_locked_tags": recipe(["used"]),
    "remove_interactions": recipe(Made(lambda world: world.user_id(STRANGER))),
    "destroy_image": recipe(),
    "ask_for_preview": recipe("png", uncached="how far it is stands in the rows"),
}
