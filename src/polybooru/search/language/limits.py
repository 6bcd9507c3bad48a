"""How much one query may ask for; each number becomes a setting."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Upper bounds of one text, checked while it is read; over any of them the text is refused.

    nesting: parentheses inside each other; the readers of a tree recurse about four frames for each.
    clauses: terms; one that stands for a stored query (`my:watched`, `filter_id:1`) counts once.
    """

    text_bytes: int = 4096
    tokens: int = 512
    nesting: int = 32
    clauses: int = 512
    wildcards: int = 8
    fuzzy_terms: int = 4
    ranges: int = 32
