"""The fields of a shape, bound to the tables that answer them."""

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray
from pyroaring import BitMap

from polybooru.search.index.bitmaps import EMPTY
from polybooru.search.index.names import NameTable
from polybooru.search.index.numbers import Numbers
from polybooru.search.index.postings import Held, Postings
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


class Names:
    """Postings asked by the names of their keys."""

    __match_args__ = ("postings", "vocabulary")
    __slots__ = ("_held", "_table", "_weights", "postings", "vocabulary")

    def __init__(self, postings: Postings, vocabulary: Vocabulary) -> None:
        self.postings = postings
        self.vocabulary = vocabulary
        self._held: dict[str, Held] = {}
        """What was asked by name, found in one look: the keys of a name and their images are two more."""
        for table in (postings, vocabulary):
            table.when_moved(self._held.clear)
        self._table: NameTable | None = None
        self._weights: NDArray[np.int64] = np.zeros(1, np.int64)

    def held(self, name: str) -> Held | None:
        """The images of the key of this name as they are held: not to be changed. None if it has several."""
        images = self._held.get(name)
        return self._find(name) if images is None else images

    def expect(self, pattern: str | None) -> tuple[int, int, int]:
        """How many names a pattern is held against, and how many of them and of their images match at most.

        None: a pattern of any text. The images are counted as they were when the names were put in order.
        """
        table = self.vocabulary.table
        if table is not self._table:
            counts = map(self.postings.count, table.all_keys.tolist())
            self._weights = np.concatenate(([0], np.cumsum(np.fromiter(counts, np.int64))))
            self._table = table
        first, last, is_all = table.narrowed(pattern or "*")
        matches = last - first
        pairs = int(self._weights[last] - self._weights[first])
        return 0 if is_all and pattern is not None else matches, matches, pairs

    def _find(self, name: str) -> Held | None:
        keys = self.vocabulary.keys(name)
        if len(keys) > 1:
            return None
        images = self.postings.held(keys[0]) if keys else EMPTY
        if images:
            self._held[name] = images
        return images


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
