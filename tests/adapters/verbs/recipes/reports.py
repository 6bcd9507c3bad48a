"""Reports."""

from tests.adapters.verbs.recipe import Recipe, recipe

from polybooru.library.reports import Category

_REPORT = recipe(category=Category.RULE_1, reason="spam")
_OUT_OF_SIGHT = "Staff see more than others; a report is no act of theirs."
_HIDDEN_REPORT = recipe(category=Category.RULE_1, reason="spam", unlogged=_OUT_OF_SIGHT)

RECIPES: dict[str, Recipe] = {
    **{f"report_{what}": _REPORT for what in ("comment", "user", "gallery")},
    **{f"report_{what}": _HIDDEN_REPORT for what in ("image", "post", "topic")},
    "share_report_of_image": recipe(reason="wrong tags", unlogged=_OUT_OF_SIGHT),
    "claim_report": recipe(),
    "unclaim_report": recipe(),
    "close_report": recipe(),
}
