"""The names of integer keys: text -> keys, and for wildcards all texts side by side (`names`).

A key may have several names (a tag and its aliases), a name several keys.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from itertools import chain, islice

import numpy as np
from numpy.typing import NDArray
from pyroaring import BitMap

from polybooru.search.index.bitmaps import bitmap_of
from polybooru.search.index.names import NameTable
from polybooru.search.index.patterns import Glob, near
from polybooru.search.index.snapshot import SnapshotReader, SnapshotWriter

MOST_CHANGED = 256
"""So many changed names are held against a pattern one by one, before the table is made anew."""


class Vocabulary:
    """Names of the keys of some postings. `version` rises with every change."""

    __slots__ = ("_changed", "_keys", "_moved", "_names", "_table", "version")

    def __init__(self) -> None:
        self._keys: dict[str, tuple[int, ...]] = {}
        self._names: dict[int, tuple[str, ...]] = {}
        self._table: NameTable | None = None
        self._changed: set[str] = set()
        self.version = 0
        self._moved: list[Callable[[], object]] = []

    def when_moved(self, call: Callable[[], object]) -> None:
        """Call when a name that had keys has others."""
        self._moved.append(call)

    def __len__(self) -> int:
        """How many keys have names."""
        return len(self._names)

    def dump(self, into: SnapshotWriter) -> None:
        """Write all that is needed to restore it."""
        into.array("keys", np.array([*self._names], np.uint32))
        into.array("counts", np.array([*map(len, self._names.values())], np.uint32))
        into.texts("names", chain.from_iterable(self._names.values()))

    def restore(self, source: SnapshotReader) -> None:
        """Become what was dumped."""
        texts = iter(source.texts("names"))
        keys, counts = source.array("keys").tolist(), source.array("counts").tolist()
        for key, count in zip(keys, counts, strict=True):
            self._names[key] = names = tuple(islice(texts, count))
            for text in names:
                known = self._keys.get(text)
                self._keys[text] = (key,) if known is None else (*known, key)

    def load(self, names: Mapping[int, Collection[str]]) -> None:
        """Define the names of many keys."""
        self._table = None
        self._changed.clear()
        for key, texts in names.items():
            self.name(key, texts)

    def name(self, key: int, names: Collection[str]) -> None:
        """Define all names of a key; none remove it."""
        old, new = self._names.get(key, ()), tuple(dict.fromkeys(names))
        if old == new:
            return
        for text in old:
            if text not in new:
                self._remove(text, key)
        for text in new:
            if text not in old:
                self._add(text, key)
        if new:
            self._names[key] = new
        else:
            self._names.pop(key, None)
        self.version += 1

    def keys(self, text: str) -> tuple[int, ...]:
        """The keys of this exact name."""
        return self._keys.get(text, ())

    def keys_matching(self, pattern: str) -> BitMap:
        """The keys with a name that a wildcard pattern matches."""
        glob = Glob(pattern)
        return self._marked(self.table.matching(pattern), filter(glob.matches, self._changed))

    def keys_near(self, text: str, distance: int) -> BitMap:
        """The keys with a name within this Levenshtein distance."""
        return self._marked(self.table.near(text, distance), near(text, distance, self._changed))

    def warm(self) -> None:
        """Make now what the first pattern would have to make."""
        _ = self.table

    def memory_bytes(self) -> int:
        """Bytes of texts and tables, roughly."""
        table = self._table.memory_bytes() if self._table is not None else 0
        return table + 220 * len(self._keys) + sum(map(len, self._keys)) + 150 * len(self._names)

    @property
    def table(self) -> NameTable:
        """The names in order, as they were not long ago."""
        if self._table is None or len(self._changed) > max(MOST_CHANGED, len(self._keys) // 64):
            self._table = NameTable(self._keys)
            self._changed.clear()
        return self._table

    def _marked(self, marks: NDArray[np.bool_], changed: Iterable[str]) -> BitMap:
        """The keys of the marked names, and of those that match among the changed."""
        for text in self._changed:
            marks[self.table.same(text)] = False
        keys = bitmap_of(np.sort(self.table.keys(marks)))
        keys.update(key for text in changed for key in self._keys.get(text, ()))
        return keys

    def _add(self, text: str, key: int) -> None:
        known = self._keys.get(text, ())
        self._keys[text] = (*known, key)
        self._note(text, moved=bool(known))

    def _remove(self, text: str, key: int) -> None:
        left = tuple(other for other in self._keys[text] if other != key)
        if left:
            self._keys[text] = left
        else:
            del self._keys[text]
        self._note(text, moved=True)

    def _note(self, text: str, *, moved: bool) -> None:
        for call in self._moved if moved else ():
            call()
        if self._table is not None:
            self._changed.add(text)
