"""The query tree: what a text of the search language means.

A closed set of frozen values. `parser` makes them, `canonical` prints them, `matcher` reads them against one
document in memory, `search.index` against the whole library. Text values in a tree are already normalised.
Source of the rules: docs/reference/search.md.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

DEFAULT_TAG_FIELD = "tag"
"""Field name that tag leaves carry; the canonical form prints it as `(tag "NAME")`."""


@dataclass(frozen=True, slots=True)
class Nothing:
    """Matches no document."""


@dataclass(frozen=True, slots=True)
class Everything:
    """Matches every document, also one without the field it was written for."""


@dataclass(frozen=True, slots=True)
class Equals:
    """The field has this value; of a field with several values, one of them."""

    field: str
    value: str | int | float | bool


@dataclass(frozen=True, slots=True)
class Ago:
    """A moment so many seconds before the query is evaluated."""

    seconds: int


Moment: TypeAlias = datetime | Ago


@dataclass(frozen=True, slots=True)
class Bound:
    """One end of a range."""

    value: int | float | Moment
    inclusive: bool


@dataclass(frozen=True, slots=True)
class Range:
    """The field lies between two bounds, of which one may be missing."""

    field: str
    lower: Bound | None = None
    upper: Bound | None = None


@dataclass(frozen=True, slots=True)
class Wildcard:
    """A pattern of `*` (any run) and `?` (one character) against a whole literal value or one analysed word.

    The pattern holds no escapes: every other character stands for itself.
    """

    field: str
    pattern: str


@dataclass(frozen=True, slots=True)
class Fuzzy:
    """Levenshtein distance to the text; `fuzz` is the number as written.

    1 and more: the distance, at most 2. Between 0 and 1: floor((1 - fuzz) * length), at most 2. 0: equal.
    """

    field: str
    text: str
    fuzz: str


@dataclass(frozen=True, slots=True)
class Phrase:
    """The analysed words of the text, one after the other, in an analysed field."""

    field: str
    text: str


@dataclass(frozen=True, slots=True)
class InGallery:
    """Images of one gallery."""

    gallery_id: int


@dataclass(frozen=True, slots=True)
class Not:
    """Documents that the child does not match."""

    child: "Query"


@dataclass(frozen=True, slots=True)
class And:
    """Documents that all children match; never empty, never directly inside another And."""

    children: tuple["Query", ...]


@dataclass(frozen=True, slots=True)
class Or:
    """Documents that one of the children matches; never empty, never directly inside another Or."""

    children: tuple["Query", ...]


@dataclass(frozen=True, slots=True)
class Boost:
    """The child, with its relevance multiplied by `factor` (as written, without a plus sign)."""

    factor: str
    child: "Query"


Leaf: TypeAlias = Nothing | Everything | Equals | Range | Wildcard | Fuzzy | Phrase | InGallery
Query: TypeAlias = Leaf | Not | And | Or | Boost
