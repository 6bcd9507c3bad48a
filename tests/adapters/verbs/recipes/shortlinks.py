"""Short addresses."""

from tests.adapters.verbs.objects.shortlinks import MANAGEMENT_CODE
from tests.adapters.verbs.recipe import Recipe, recipe

from polybooru.library.shortlinks import LinkText

_WANTED = LinkText(url="https://example.com/some/where", code="short", credit="Fern")

RECIPES: dict[str, Recipe] = {
    "create_shortlink": recipe(_WANTED),
    "edit_shortlink": recipe(MANAGEMENT_CODE, key="code", url="https://example.com/else", credit="Moss"),
    "delete_shortlink": recipe(MANAGEMENT_CODE, key="code"),
    "remove_shortlink": recipe(key="code", reason="leads astray"),
}
