"""The orders of image search by the names that callers write."""

import re
import secrets

from polybooru.search.index import AtRandom, ById, ByNumber, Order

SORTS = {
    name: name
    for name in (
        "updated_at",
        "first_seen_at",
        "aspect_ratio",
        "faves",
        "upvotes",
        "downvotes",
        "hides",
        "width",
        "height",
        "score",
        "comment_count",
        "tag_count",
        "wilson_score",
        "pixels",
        "size",
        "duration",
    )
}
"""Names that a caller may sort by, and the columns they mean; also `id`, `random` and `random:SEED`."""
_LEADING_INTEGER = re.compile(r"[+-]?[0-9]{1,18}")


def order_named(name: str, *, descending: bool) -> Order:
    """The order that a sort name means; an unknown name means the default, newest first seen first."""
    if name in SORTS:
        return ByNumber(SORTS[name], descending)
    if name == "id":
        return ById(descending)
    kind, _, value = name.partition(":")
    number = _LEADING_INTEGER.match(value)
    if kind == "random":
        return AtRandom(int(number[0]) & (2**63 - 1) if number else secrets.randbits(63))
    if kind == "gallery_id" and number:
        return ById(descending=True)  # how images outside the gallery follow; there are no galleries yet
    return ByNumber("first_seen_at", descending)
