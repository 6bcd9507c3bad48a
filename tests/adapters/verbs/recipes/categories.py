"""Categories."""

from tests.adapters.verbs.recipe import Recipe, recipe

from polybooru.library.categories import CategoryText

TEXT = CategoryText(path="animals.birb", query="bird", name="Birbs", comment="Chirp.", is_safe=True)

RECIPES: dict[str, Recipe] = {
    "add_category": recipe(TEXT),
    "enable_category": recipe(),
    "disable_category": recipe(comment="moulting"),
    "remove_category": recipe(),
}
