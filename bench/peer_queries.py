"""What the requests filter and sort by, for the peers that have to be told."""

from datetime import UTC, datetime

from polybooru.search.index.intervals import interval
from polybooru.search.index.shape import NumberKind

NUMBERS = (
    "score",
    "faves",
    "width",
    "height",
    "aspect_ratio",
    "created_at",
    "upvotes",
    "downvotes",
    "comment_count",
    "size",
    "wilson_score",
)
FLOATS = frozenset({"aspect_ratio", "wilson_score"})
_NOW = datetime(2026, 1, 1, tzinfo=UTC)


def ends_of(query):
    """Both ends of a range, inclusive, as plain numbers; None where it is open."""
    kind = NumberKind.FLOAT if query.field in FLOATS else NumberKind.INTEGER
    low, high = interval(kind, query, _NOW)
    return None if query.lower is None else low, None if query.upper is None else high
