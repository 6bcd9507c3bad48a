"""The query tree: what a text of the search language means.

A closed set of frozen values. `parser` makes them, `canonical` prints them, `matcher` reads them against one
document in memory, `search.index` against the whole library. Text values in a tree are already normalised.
Source of the rules: docs/reference/search.md.

Structs rather than dataclasses, as a frozen dataclass takes half a microsecond to make; without the garbage
collector, as a frozen tree has no cycles.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import TypeAlias

from msgspec import Struct

DEFAULT_TAG_FIELD = "tag"
"""Field name that tag leaves carry; the canonical form prints it as `(tag "NAME")`."""


class Nothing(Struct, frozen=True, gc=False):
    """Matches no document."""


class Everything(Struct, frozen=True, gc=False):
    """Matches every document, also one without the field it was written for."""


class Equals(Struct, frozen=True, gc=False):
    """The field has this value; of a field with several values, one of them."""

    field: str
    value: str | int | float | bool


class Ago(Struct, frozen=True, gc=False):
    """A moment so many seconds before the query is evaluated."""

    seconds: int


Moment: TypeAlias = datetime | Ago


class Bound(Struct, frozen=True, gc=False):
    """One end of a range."""

    value: int | float | Moment
    inclusive: bool


class Range(Struct, frozen=True, gc=False):
    """The field lies between two bounds, of which one may be missing."""

    field: str
    lower: Bound | None = None
    upper: Bound | None = None


class Wildcard(Struct, frozen=True, gc=False):
    """A pattern of `*` (any run) and `?` (one character) against a whole literal value or one analysed word.

    The pattern holds no escapes: every other character stands for itself.
    """

    field: str
    pattern: str


class Fuzzy(Struct, frozen=True, gc=False):
    """Levenshtein distance to the text; `fuzz` is the number as written.

    1 and more: the distance, at most 2. Between 0 and 1: floor((1 - fuzz) * length), at most 2. 0: equal.
    """

    field: str
    text: str
    fuzz: str


class Phrase(Struct, frozen=True, gc=False):
    """The analysed words of the text, one after the other, in an analysed field."""

    field: str
    text: str


class InGallery(Struct, frozen=True, gc=False):
    """Images of one gallery."""

    gallery_id: int


class Not(Struct, frozen=True, gc=False):
    """Documents that the child does not match."""

    child: "Query"


class And(Struct, frozen=True, gc=False):
    """Documents that all children match; never empty, never directly inside another And."""

    children: tuple["Query", ...]


class Or(Struct, frozen=True, gc=False):
    """Documents that one of the children matches; never empty, never directly inside another Or."""

    children: tuple["Query", ...]


class Boost(Struct, frozen=True, gc=False):
    """The child, with its relevance multiplied by `factor` (as written, without a plus sign)."""

    factor: str
    child: "Query"


Leaf: TypeAlias = Nothing | Everything | Equals | Range | Wildcard | Fuzzy | Phrase | InGallery
Query: TypeAlias = Leaf | Not | And | Or | Boost


def leaves_of(query: Query) -> Iterator[Leaf]:
    """The leaves of the tree, negated ones too."""
    waiting = [query]
    while waiting:
        match waiting.pop():
            case And(children) | Or(children):
                waiting.extend(children)
            case Not(child) | Boost(_, child):
                waiting.append(child)
            case leaf:
                yield leaf
