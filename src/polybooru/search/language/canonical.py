r"""Tree -> its one canonical text, for tests, logs and `polybooru explain --tree`.

    (none) (all) (tag "NAME") (eq FIELD VALUE) (range FIELD (gte V) (lt V)) (wildcard FIELD "PATTERN")
    (fuzzy FIELD "TEXT" N) (phrase FIELD "TEXT") (in-gallery N) (and A B …) (or A B …) (not A) (boost N A)

Strings stand in quotes with `"` and `\` escaped; numbers, booleans and dates are bare. This is not the search
language, and nothing reads it back.
"""

from datetime import datetime
from decimal import Decimal
from typing import assert_never

from polybooru.search.language.dates import END_OF_TIME
from polybooru.search.language.tree import (
    DEFAULT_TAG_FIELD,
    Ago,
    And,
    Boost,
    Bound,
    Equals,
    Everything,
    Fuzzy,
    InGallery,
    Moment,
    Not,
    Nothing,
    Or,
    Phrase,
    Query,
    Range,
    Wildcard,
)


def show(query: Query) -> str:
    """The canonical text of a tree: equal texts, equal trees."""
    match query:
        case Nothing():
            return "(none)"
        case Everything():
            return "(all)"
        case Equals(field, value):
            if field == DEFAULT_TAG_FIELD:
                return f"(tag {_value(value)})"
            return f"(eq {field} {_value(value)})"
        case Range(field, lower, upper):
            bounds = [*_bound("gt", lower), *_bound("lt", upper)]
            return f"(range {' '.join([field, *bounds])})"
        case Wildcard(field, pattern):
            return f"(wildcard {field} {_quoted(pattern)})"
        case Fuzzy(field, text, fuzz):
            return f"(fuzzy {field} {_quoted(text)} {fuzz})"
        case Phrase(field, text):
            return f"(phrase {field} {_quoted(text)})"
        case InGallery(gallery_id):
            return f"(in-gallery {gallery_id})"
        case Not(child):
            return f"(not {show(child)})"
        case And(children):
            return f"(and {' '.join(map(show, children))})"
        case Or(children):
            return f"(or {' '.join(map(show, children))})"
        case Boost(factor, child):
            return f"(boost {factor} {show(child)})"
        case _:
            assert_never(query)


def _bound(name: str, bound: Bound | None) -> list[str]:
    if bound is None:
        return []
    value = bound.value
    text = _moment(value) if isinstance(value, (datetime, Ago)) else _value(value)
    return [f"({name}{'e' if bound.inclusive else ''} {text})"]


def _moment(moment: Moment) -> str:
    if isinstance(moment, Ago):
        return f"now-{moment.seconds}s"
    if moment == END_OF_TIME:
        return "10000-01-01T00:00:00Z"
    return moment.replace(tzinfo=None).isoformat(timespec="seconds") + "Z"


def _value(value: str | float) -> str:
    if isinstance(value, str):
        return _quoted(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    if value == int(value):
        return str(int(value))
    return f"{Decimal(repr(value)):f}"


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
