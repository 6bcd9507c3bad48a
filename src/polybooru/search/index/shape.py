"""What an index holds, as a value that the library hands in: the index itself knows no nouns.

`fields` joins the language to the storage: it says for each field name that a tree may carry where the
answer lies.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum, auto
from hashlib import sha256
from typing import TypeAlias

from polybooru.search.index.errors import UnknownName


class NumberKind(Enum):
    """How a column's values compare."""

    INTEGER = auto()
    FLOAT = auto()  # 64 bits, so that a bound and a value that print alike are equal
    DATE = auto()  # whole seconds since 1970 in UTC


@dataclass(frozen=True, slots=True)
class NumberField:
    """Equality and ranges over a column."""

    column: str


@dataclass(frozen=True, slots=True)
class ImageIdField:
    """Equality and ranges over the image id itself, which needs no column."""


@dataclass(frozen=True, slots=True)
class FlagField:
    """True or false; an image without the flag is false."""

    flag: str


@dataclass(frozen=True, slots=True)
class IdField:
    """Equality with an integer key of the postings."""

    postings: str


@dataclass(frozen=True, slots=True)
class NameField:
    """Equality, wildcards and fuzzy search over the names of the keys."""

    postings: str
    vocabulary: str


@dataclass(frozen=True, slots=True)
class TextField:
    """Equality, wildcards and fuzzy search over one text an image, of which there are few different ones."""

    text: str


@dataclass(frozen=True, slots=True)
class OutsideField:
    """Answered by whoever asks, through the `outside` argument of a search."""


FieldSource: TypeAlias = (
    NumberField | ImageIdField | FlagField | IdField | NameField | TextField | OutsideField
)


def _nothing() -> frozenset[str]:
    return frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """The parts of an index and the fields that read them.

    numbers: one column each, to filter and to sort by.
    flags: one bitmap each.
    postings: integer key -> images; keys lie in 0..2^32-1.
    vocabularies: the names of the keys of some postings, already normalised.
    texts: one interned text an image.
    gallery: the postings that `InGallery` reads.
    Raises UnknownName when a field reads a part that is not there.
    """

    numbers: Mapping[str, NumberKind] = field(default_factory=dict[str, NumberKind])
    flags: frozenset[str] = field(default_factory=_nothing)
    postings: frozenset[str] = field(default_factory=_nothing)
    vocabularies: frozenset[str] = field(default_factory=_nothing)
    texts: frozenset[str] = field(default_factory=_nothing)
    fields: Mapping[str, FieldSource] = field(default_factory=dict[str, FieldSource])
    gallery: str | None = None

    def __post_init__(self) -> None:
        wanted = [("postings", self.gallery, self.postings)] if self.gallery is not None else []
        for source in self.fields.values():
            match source:
                case NumberField(column):
                    wanted.append(("column", column, frozenset(self.numbers)))
                case FlagField(flag):
                    wanted.append(("flag", flag, self.flags))
                case IdField(postings):
                    wanted.append(("postings", postings, self.postings))
                case NameField(postings, vocabulary):
                    wanted.append(("postings", postings, self.postings))
                    wanted.append(("vocabulary", vocabulary, self.vocabularies))
                case TextField(text):
                    wanted.append(("text", text, self.texts))
                case ImageIdField() | OutsideField():
                    pass
        for part, name, known in wanted:
            if name not in known:
                raise UnknownName(f"a field reads the {part} {name!r}, which the shape does not have")

    def fingerprint(self) -> str:
        """The same for shapes whose indexes hold the same parts; the fields that read them do not count."""
        kinds = {name: kind.name for name, kind in self.numbers.items()}
        parts = [sorted(part) for part in (kinds.items(), self.flags, self.postings, self.vocabularies)]
        return sha256(repr([*parts, sorted(self.texts)]).encode()).hexdigest()
