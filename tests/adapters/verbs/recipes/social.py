"""Comments, galleries, forums, polls, subscriptions and notices."""

from datetime import timedelta

from tests.adapters.verbs.recipe import Made, Recipe, recipe
from tests.adapters.verbs.world import World
from tests.libraries import NOON

from polybooru.library.forums import ForumText
from polybooru.library.galleries import GalleryText
from polybooru.library.polls import PollText
from polybooru.library.topics import TopicText
from polybooru.library.verbs import Acts

_OUT_OF_SIGHT = "Staff enter more places than others; what they write there is no act of theirs."
_UNCACHED = "Subscriptions and what is new are read from the rows."
_POLL = PollText(title="Which?", options=["one", "two"], ends_at=NOON + timedelta(days=1))


def _chosen(world: World) -> list[int]:
    return [world.id(Acts.IMAGE, "in sight")]


def _another(world: World) -> list[int]:
    return [world.id(Acts.IMAGE, "locked"), *_chosen(world)]


def _options(world: World) -> list[int]:
    return [world.objects[Acts.POLL]["open"].keys["option"]]


RECIPES: dict[str, Recipe] = {
    "post_comment": recipe("A comment.", unlogged=_OUT_OF_SIGHT),
    "edit_comment": recipe("Another text.", reason="typo"),
    "hide_comment": recipe(reason="rude"),
    "unhide_comment": recipe(),
    "destroy_comment": recipe(),
    "approve_comment": recipe(),
    "create_gallery": recipe(GalleryText(title="Woods")),
    "edit_gallery": recipe(GalleryText(title="Hills", is_descending=True)),
    "delete_gallery": recipe(),
    "add_images": recipe(Made(_another)),
    "remove_images": recipe(Made(_chosen)),
    "reorder_images": recipe(Made(lambda world: [world.id(Acts.IMAGE, "faved"), *_chosen(world)])),
    "create_forum": recipe("arts", ForumText(name="Arts")),
    "edit_forum": recipe(ForumText(name="Arts"), key="short_name"),
    "create_topic": recipe(TopicText(title="Trees", body="Which?"), key="short_name", unlogged=_OUT_OF_SIGHT),
    "reply": recipe("A post.", unlogged=_OUT_OF_SIGHT),
    "retitle_topic": recipe("Other trees"),
    "stick_topic": recipe(),
    "unstick_topic": recipe(),
    "lock_topic": recipe(),
    "unlock_topic": recipe(),
    "move_topic": recipe("art"),
    "hide_topic": recipe(reason="rude"),
    "unhide_topic": recipe(),
    "edit_post": recipe("Another text.", reason="typo"),
    "hide_post": recipe(reason="rude"),
    "unhide_post": recipe(),
    "destroy_post": recipe(),
    "approve_post": recipe(),
    "create_poll": recipe(_POLL),
    "vote_in_poll": recipe(Made(_options), unlogged=_OUT_OF_SIGHT),
    "withdraw_poll_votes": recipe(unlogged=_OUT_OF_SIGHT),
    "delete_poll": recipe(),
    **{
        f"{act}_{what}": recipe(uncached=_UNCACHED, unlogged=_OUT_OF_SIGHT)
        for act in ("subscribe", "unsubscribe")
        for what in ("image", "topic")
    },
    **{f"{act}_gallery": recipe(uncached=_UNCACHED) for act in ("subscribe", "unsubscribe")},
    **{
        f"{act}_forum": recipe(key="short_name", uncached=_UNCACHED, unlogged=_OUT_OF_SIGHT)
        for act in ("subscribe", "unsubscribe")
    },
    "mark_notice_read": recipe(uncached=_UNCACHED),
    "mark_all_notices_read": recipe(uncached=_UNCACHED),
}
