"""Bans."""

from datetime import timedelta

from tests.adapters.verbs.recipe import Recipe, recipe
from tests.libraries import NOON

TOMORROW = NOON + timedelta(days=1)

RECIPES: dict[str, Recipe] = {
    "ban_user": recipe(reason="rude", expires_at=TOMORROW, note="again"),
    "ban_network": recipe("192.0.2.7", reason="rude", expires_at=TOMORROW, note="again"),
    "edit_ban": recipe(reason="very rude", expires_at=TOMORROW, note="again"),
    "lift_ban": recipe(),
    "restore_ban": recipe(),
}
