"""What a caller may search by: the names of fields, their kinds, and how their values are read.

The language knows no nouns. Whoever parses hands in the fields of that noun and caller; a name that is not
among them is ordinary text for the default field.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import Enum, auto

from polybooru.search.language.tree import Query

_MOST_KNOWN, _LONGEST_KNOWN = 8_192, 64
"""So many parts of at most so many characters: some 3 MB."""


class Kind(Enum):
    """How a field's value is read and which comparisons it allows (docs/reference/search.md, kinds)."""

    INTEGER = auto()
    FLOAT = auto()
    DATE = auto()
    NUMERIC = auto()  # ids: digits, equality only
    BOOLEAN = auto()
    IP = auto()
    LITERAL = auto()
    ANALYSED = auto()
    CUSTOM = auto()


def fold(text: str) -> str:
    """Trim and lower-case: the normal form of literal values other than tags and file names."""
    return text.strip().lower()


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One searchable field.

    name: as written before the colon.
    normalise: applied to text values (literal, analysed) after escapes are removed, and to wildcard patterns.
    expand: for `CUSTOM` only: trimmed value -> tree; raises QueryError with the field's own message.
    target: field name in the tree, where it differs from the written one.
    """

    name: str
    kind: Kind
    normalise: Callable[[str], str] = fold
    expand: Callable[[str], Query] | None = None
    target: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Fields:
    """The fields one caller may use on one noun; `default` takes every term without a known prefix.

    known: parts of lists (`safe`, ` -two words`) that the parser has read before, and their trees; may be
    shared by fields of the same names and kinds.
    """

    default: Field
    by_name: Mapping[str, Field]
    known: dict[str, Query] = field(default_factory=dict[str, Query], compare=False, repr=False)

    def remember(self, part: str, tree: Query) -> None:
        """Know this part of a list from now on, within bounds."""
        if len(part) <= _LONGEST_KNOWN:
            if len(self.known) >= _MOST_KNOWN:
                self.known.clear()
            self.known[part] = tree


class QueryError(Exception):
    """The text is not a query.

    message: fit for the caller, worded as the dialect that owns the language words it.
    column: where it went wrong, in characters from 0; None where no one place is to blame.
    """

    def __init__(self, message: str, column: int | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.column = column
