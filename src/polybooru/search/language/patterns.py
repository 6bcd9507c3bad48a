"""Whether one text fits a wildcard pattern or lies within an edit distance.

Used by `matcher`, and by whoever has expanded a pattern against names of its own. No regular expressions: a
pattern comes from outside.
"""

from decimal import Decimal

MAX_EDIT_DISTANCE = 2


def fits(pattern: str, text: str) -> bool:
    """`*` stands for any run, `?` for one character. Cost: at most the product of the lengths.

    Greedy: after a `*` the shortest run is tried first, and only the last `*` is ever widened, which suffices
    because whatever an earlier one could take, the last can take too.
    """
    at, star, resume = 0, -1, 0
    position = 0
    while position < len(text):
        if at < len(pattern) and pattern[at] == "*":
            star, resume = at, position
            at += 1
        elif at < len(pattern) and pattern[at] in ("?", text[position]):
            at += 1
            position += 1
        elif star >= 0:
            resume += 1
            at, position = star + 1, resume
        else:
            return False
    return all(character == "*" for character in pattern[at:])


def edit_limit(text: str, fuzz: str) -> int:
    """The edit distance that a fuzz, as written, allows from a text: `Fuzzy` says how."""
    number = Decimal(fuzz)
    if number == 0:
        return 0
    distance = number if number >= 1 else (1 - number) * len(text)
    return MAX_EDIT_DISTANCE if distance >= MAX_EDIT_DISTANCE else int(distance)


def within(limit: int, one: str, other: str) -> bool:
    """Whether Levenshtein's distance is at most `limit`. Cost: length times limit."""
    if abs(len(one) - len(other)) > limit:
        return False
    if not limit:
        return one == other
    beyond = limit + 1
    # row[k]: distance of one[:i] and other[: i + k - limit]; no other columns can stay within the limit
    row = [max(0, k - limit) if k >= limit else beyond for k in range(2 * limit + 1)]
    for i, character in enumerate(one, 1):
        previous, row = row, []
        for k in range(2 * limit + 1):
            j = i + k - limit
            if j < 0 or j > len(other):
                row.append(beyond)
                continue
            kept = previous[k] + (j == 0 or other[j - 1] != character)
            removed = previous[k + 1] + 1 if k < 2 * limit else beyond
            added = row[k - 1] + 1 if k else beyond
            row.append(min(kept, removed, added))
        if min(row) > limit:
            return False
    return row[len(other) - len(one) + limit] <= limit
