"""Accounts, tokens, grants."""

from datetime import timedelta

from tests.adapters.verbs.objects.people import PASSWORD
from tests.adapters.verbs.recipe import Made, Recipe, recipe
from tests.adapters.verbs.roles import OWNER

from polybooru.library.actors import Role
from polybooru.library.granted import Granted
from polybooru.library.profiles import Preferences, ProfileText
from polybooru.library.token_terms import TokenLimits

NEW_PASSWORD = "eleven owls in a barn"

RECIPES: dict[str, Recipe] = {
    "register_user": recipe("newcomer", NEW_PASSWORD),
    "create_user": recipe("newcomer", NEW_PASSWORD, role=Role.ASSISTANT),
    "change_password": recipe(PASSWORD, NEW_PASSWORD),
    "set_password": recipe(NEW_PASSWORD),
    "set_role": recipe(Role.ASSISTANT),
    "rename_user": recipe("newcomer"),
    "deactivate_user": recipe(reason="rude"),
    "reactivate_user": recipe(),
    "delete_user": recipe(reason="asked"),
    "edit_profile": recipe(ProfileText(bio="I like trees.", personal_title="Gardener")),
    "set_preferences": recipe(Preferences(images_per_page=10, writes_anonymously=True)),
    "create_token": recipe(name="phone", scopes=frozenset({"read"}), expires_in=timedelta(days=1)),
    "revoke_token": recipe(),
    "switch_token": recipe(is_active=False),
    "disable_token": recipe(reason="too much at once"),
    "enable_token": recipe(),
    "limit_token": recipe(TokenLimits(bulk_limit=10, short_window_ms=1_000, short_limit=1)),
    "add_grant": recipe(Granted.VIEW_FAVORITES, Made(lambda world: world.user_id(OWNER))),
    "remove_grant": recipe(),
}
