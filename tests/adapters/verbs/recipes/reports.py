"""Reports, duplicates, blocks, artist links, badges."""

from sqlalchemy import select
from tests.adapters.verbs.recipe import Made, Recipe, recipe
from tests.adapters.verbs.roles import OWNER
from tests.adapters.verbs.world import World

from polybooru.db.tables import badge_awards
from polybooru.library.report_rows import Category
from polybooru.library.verbs import Acts

_REPORT = recipe(category=Category.RULE_1, reason="spam")
_OUT_OF_SIGHT = "Staff see more than others; a report is no act of theirs."
_HIDDEN_REPORT = recipe(category=Category.RULE_1, reason="spam", unlogged=_OUT_OF_SIGHT)


def _award_of_owner(world: World) -> int:
    with world.library.reading() as reading:
        return reading.execute(select(badge_awards.c.id)).scalar_one()


RECIPES: dict[str, Recipe] = {
    **{f"report_{what}": _REPORT for what in ("comment", "user", "gallery")},
    **{f"report_{what}": _HIDDEN_REPORT for what in ("image", "post", "topic")},
    "share_report_of_image": recipe(reason="wrong tags", unlogged=_OUT_OF_SIGHT),
    "claim_report": recipe(),
    "unclaim_report": recipe(),
    "close_report": recipe(),
    "report_duplicate": recipe(
        Made(lambda world: world.id(Acts.IMAGE, "in sight")), reason="same", unlogged=_OUT_OF_SIGHT
    ),
    "claim_duplicate_report": recipe(),
    "unclaim_duplicate_report": recipe(),
    "reject_duplicate_report": recipe(),
    "accept_duplicate_report": recipe(),
    "accept_reversed_duplicate_report": recipe(),
    "block_file": recipe("0" * 128, reason="not here"),
    "block_picture": recipe(5, reason="not here"),
    "block_image": recipe(reason="not here"),
    "unblock": recipe(),
    "request_artist_link": recipe("https://example.org/me"),
    "withdraw_artist_link": recipe(),
    "confirm_link_of_artist": recipe(),
    "mark_artist_contacted": recipe(),
    "verify_artist_link": recipe(),
    "reject_artist_link": recipe(),
    "create_badge": recipe("Helper"),
    "edit_badge": recipe(title="Great helper"),
    "disable_badge": recipe(),
    "enable_badge": recipe(),
    "award_badge": recipe(Made(lambda world: world.user_id(OWNER)), reason="helped"),
    "revoke_award": recipe(Made(_award_of_owner)),
}
