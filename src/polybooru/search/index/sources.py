"""The fields of a shape, bound to the tables that answer them."""

from dataclasses import dataclass
from typing import TypeAlias

from pyroaring import BitMap

from polybooru.search.index.numbers import Numbers
from polybooru.search.index.postings import Postings
from polybooru.search.index.snapshot import SnapshotReader, SnapshotWriter
from polybooru.search.index.vocabulary import Vocabulary


@dataclass(frozen=True, slots=True)
class Flag:
    """The images for which it is true."""

    images: BitMap


@dataclass(frozen=True, slots=True)
class Keys:
    """Postings asked by key."""

    postings: Postings


@dataclass(frozen=True, slots=True)
class Names:
    """Postings asked by the names of their keys."""

    postings: Postings
    vocabulary: Vocabulary


@dataclass(frozen=True, slots=True)
class ImageIds:
    """The image id as a number."""


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """Answered by whoever asks."""


Source: TypeAlias = Numbers | Flag | Keys | Names | ImageIds | Elsewhere


class Texts:
    """One text an image, of few different ones: each gets a key of its own at first sight and keeps it."""

    __slots__ = ("names",)

    def __init__(self) -> None:
        self.names = Names(Postings(), Vocabulary())

    def key(self, text: str) -> int:
        """The key of the text."""
        vocabulary = self.names.vocabulary
        known = vocabulary.keys(text)
        if known:
            return known[0]
        key = len(vocabulary)
        vocabulary.name(key, (text,))
        return key

    def dump(self, into: SnapshotWriter) -> None:
        """Write all that is needed to restore it."""
        self.names.postings.dump(into)
        self.names.vocabulary.dump(into)

    def restore(self, source: SnapshotReader) -> None:
        """Become what was dumped."""
        self.names.postings.restore(source)
        self.names.vocabulary.restore(source)
