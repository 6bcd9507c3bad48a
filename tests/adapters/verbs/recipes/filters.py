"""Filters and watch lists."""

from tests.adapters.verbs.recipe import Made, Recipe, recipe

from polybooru.library.filter_edits import FilterText
from polybooru.library.verbs import Acts

TEXT = FilterText(name="No woods", hidden_tags=["used"], spoilered_complex="safe", is_public=True)

RECIPES: dict[str, Recipe] = {
    "create_filter": recipe(TEXT),
    "edit_filter": recipe(TEXT),
    "delete_filter": recipe(),
    "set_current_filter": recipe(unlogged="Staff see every filter; which one they use is their own choice."),
    "force_filter": recipe(Made(lambda world: world.id(Acts.FILTER, "public"))),
    "watch_tag": recipe(key="name"),
    "unwatch_tag": recipe(key="name"),
    "set_watch_queries": recipe(watched="safe", excluded="used", hides_spoilered=True),
}
