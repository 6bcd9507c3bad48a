"""Tags, and which image has which."""

from tests.adapters.verbs.recipe import Made, Recipe, recipe

from polybooru.library.verbs import Acts

_LATER = "It only asks for what the worker does then, which is told image by image."

_UNLISTED = "What is not listed shows nowhere."

RECIPES: dict[str, Recipe] = {
    "edit_image_tags": recipe(["safe", "used"], ["safe", "new", "aliased"]),
    "describe_tag": recipe(key="name", description="Purrs.", short_description="A cat", category="species"),
    "rename_tag": recipe("another name", key="name"),
    "alias_tag": recipe("other", key="name"),
    "unalias_tag": recipe(key="name"),
    "imply_tag": recipe("other", key="name"),
    "unimply_tag": recipe("implied", key="name"),
    "delete_tag": recipe(key="name"),
    "revert_tag_change": recipe(uncached="Of a change that counts for nothing any more, nothing changes."),
    "revert_tag_changes": recipe(Made(lambda world: [world.id(Acts.TAG_CHANGE, "standing")])),
    "revert_tag_changes_of_user": recipe(
        uncached=_LATER, reaching="What somebody did who deleted the account can be undone."
    ),
    "start_retag": recipe(
        query="safe",
        image_ids=Made(lambda world: [world.id(Acts.IMAGE, "in sight")]),
        added=["free"],
        removed=["used"],
        uncached=_LATER,
    ),
    "undo_tag_batch": recipe(uncached=_LATER),
    "request_dnp": recipe("No Edits", key="name", reason="mine"),
    "claim_dnp": recipe(uncached=_UNLISTED),
    "list_dnp": recipe(),
    "rescind_dnp": recipe(),
    "acknowledge_dnp": recipe(uncached=_UNLISTED),
    "close_dnp": recipe(uncached=_UNLISTED),
}
