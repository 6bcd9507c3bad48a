"""Scores computed from counters, as pure functions."""

import math

_Z = 2.57583
_Z_SQUARED = 6.634900189  # not exactly the square of the above: both constants are the source's


def wilson_score(upvotes: int, downvotes: int) -> float:
    """Lower bound of the 99.5 % Wilson interval of the share of upvotes; 0.0 without any.

    Source: docs/reference/philomena.md, Wilson score.
    """
    if upvotes <= 0:
        return 0.0
    n = upvotes + downvotes
    share = upvotes / n
    spread = _Z * math.sqrt((share * (1 - share) + _Z_SQUARED / (4 * n)) / n)
    return (share + _Z_SQUARED / (2 * n) - spread) / (1 + _Z_SQUARED / n)
