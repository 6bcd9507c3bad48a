"""Tree and one document in memory -> whether it matches.

Decides filters, spoilers and watch lists, and is the oracle for the image index: so plain rather than fast.
"""

import ipaddress
from collections.abc import Collection, Iterator, Mapping
from datetime import datetime
from ipaddress import IPv4Address, IPv6Address
from typing import TypeAlias, assert_never

from polybooru.search.language.patterns import edit_limit, fits, within
from polybooru.search.language.tree import (
    Ago,
    And,
    Boost,
    Bound,
    Equals,
    Everything,
    Fuzzy,
    InGallery,
    Not,
    Nothing,
    Or,
    Phrase,
    Query,
    Range,
    Wildcard,
)
from polybooru.search.language.words import Prose, analyse, in_sequence

Address: TypeAlias = IPv4Address | IPv6Address
Value: TypeAlias = str | int | float | bool | Address | Prose

Document: TypeAlias = Mapping[str, Collection[Value]]
"""Field -> its values, one or several; a missing field has none.

Text as the field's `normalise` leaves it; `tag`: all names of all tags, aliases included; dates: seconds
since 1970; analysed fields: `Prose` (of a bare text, a pattern would see the whole); addresses: those of
`ipaddress`; `gallery_id`: the galleries it is in.
"""


def matches(query: Query, document: Document, now: datetime) -> bool:
    """Whether the document is among those the query means, at the moment `now` (aware)."""
    match query:
        case Nothing():
            return False
        case Everything():
            return True
        case Equals(field, value):
            return any(_equal(value, found) for found in document.get(field, ()))
        case Range(field, lower, upper):
            return any(
                _above(found, lower, now) and _below(found, upper, now) for found in document.get(field, ())
            )
        case Wildcard(field, pattern):
            return any(fits(pattern, text) for text in _texts(document, field))
        case Fuzzy(field, text, fuzz):
            limit = edit_limit(text, fuzz)
            return any(within(limit, text, found) for found in _texts(document, field))
        case Phrase(field, text):
            phrase = tuple(analyse(text))
            return any(in_sequence(phrase, words) for words in _proses(document, field))
        case InGallery(gallery_id):
            return gallery_id in document.get("gallery_id", ())
        case Not(child):
            return not matches(child, document, now)
        case And(children):
            return all(matches(child, document, now) for child in children)
        case Or(children):
            return any(matches(child, document, now) for child in children)
        case Boost(_, child):
            return matches(child, document, now)
        case _:
            assert_never(query)


def _equal(wanted: str | float, found: Value) -> bool:
    """An address equals a network that it lies in; everything else is equal as values are."""
    if isinstance(found, (IPv4Address, IPv6Address)):
        return found in ipaddress.ip_network(str(wanted), strict=False)
    return found == wanted


def _above(found: Value, bound: Bound | None, now: datetime) -> bool:
    if bound is None:
        return True
    if not isinstance(found, (int, float)):
        return False
    limit = _number(bound, now)
    return found >= limit if bound.inclusive else found > limit


def _below(found: Value, bound: Bound | None, now: datetime) -> bool:
    if bound is None:
        return True
    if not isinstance(found, (int, float)):
        return False
    limit = _number(bound, now)
    return found <= limit if bound.inclusive else found < limit


def _number(bound: Bound, now: datetime) -> float:
    """The bound as documents hold it: dates in seconds since 1970."""
    value = bound.value
    if isinstance(value, Ago):
        return now.timestamp() - value.seconds
    return value.timestamp() if isinstance(value, datetime) else value


def _texts(document: Document, field: str) -> Iterator[str]:
    """What a pattern is held against: whole literal values, single words of prose."""
    for value in document.get(field, ()):
        if isinstance(value, str):
            yield value
        elif isinstance(value, Prose):
            yield from value.words


def _proses(document: Document, field: str) -> Iterator[tuple[str, ...]]:
    for value in document.get(field, ()):
        if isinstance(value, Prose):
            yield value.words
        elif isinstance(value, str):
            yield tuple(analyse(value))
