"""The names of integer keys: text -> keys, with the texts in order for wildcards.

A key may have several names (a tag and its aliases), a name several keys.
"""

from bisect import bisect_left, insort
from collections.abc import Collection, Mapping
from itertools import chain, islice

import numpy as np
from pyroaring import BitMap

from polybooru.search.index.patterns import Glob, matching, near
from polybooru.search.index.snapshot import SnapshotReader, SnapshotWriter


class Vocabulary:
    """Names of the keys of some postings. `version` rises with every change."""

    __slots__ = ("_keys", "_names", "_ordered", "version")

    def __init__(self) -> None:
        self._keys: dict[str, tuple[int, ...]] = {}
        self._names: dict[int, tuple[str, ...]] = {}
        self._ordered: list[str] | None = []
        self.version = 0

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
        counts = source.array("counts").tolist()
        names = {
            key: [*islice(texts, n)] for key, n in zip(source.array("keys").tolist(), counts, strict=True)
        }
        self.load(names)

    def load(self, names: Mapping[int, Collection[str]]) -> None:
        """Define the names of many keys; the order is made when it is first asked for."""
        self._ordered = None
        for key, texts in names.items():
            self.name(key, texts)

    def name(self, key: int, names: Collection[str]) -> None:
        """Define all names of a key; none remove it."""
        old, new = self._names.get(key, ()), tuple(dict.fromkeys(names))
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
        prefix = Glob(pattern).prefix
        ordered = self._in_order()
        texts = ordered[bisect_left(ordered, prefix) : _end(ordered, prefix)]
        return self._keys_of(matching(pattern, texts))

    def keys_near(self, text: str, distance: int) -> BitMap:
        """The keys with a name within this Levenshtein distance."""
        return self._keys_of(near(text, distance, self._keys))

    def estimate(self, pattern: str | None) -> tuple[int, int]:
        """How many names have to be looked at for a pattern, and how many match at most; None: any text."""
        if pattern is None:
            return len(self._keys), len(self._keys)
        glob = Glob(pattern)
        if not glob.prefix:
            return len(self._keys), len(self._keys)
        ordered = self._in_order()
        count = _end(ordered, glob.prefix) - bisect_left(ordered, glob.prefix)
        return 0 if glob.is_prefix else count, count

    def memory_bytes(self) -> int:
        """Bytes of texts and tables, roughly."""
        return 220 * len(self._keys) + sum(map(len, self._keys)) + 150 * len(self._names)

    def _keys_of(self, texts: Collection[str]) -> BitMap:
        return BitMap([key for text in texts for key in self._keys[text]])

    def _in_order(self) -> list[str]:
        if self._ordered is None:
            self._ordered = sorted(self._keys)
        return self._ordered

    def _add(self, text: str, key: int) -> None:
        keys = self._keys.get(text)
        if keys is None and self._ordered is not None:
            insort(self._ordered, text)
        self._keys[text] = (*(keys or ()), key)

    def _remove(self, text: str, key: int) -> None:
        left = tuple(other for other in self._keys[text] if other != key)
        if left:
            self._keys[text] = left
            return
        del self._keys[text]
        if self._ordered is not None:
            del self._ordered[bisect_left(self._ordered, text)]


def _end(ordered: list[str], prefix: str) -> int:
    """Where the texts with this prefix end."""
    stem = prefix.rstrip("\U0010ffff")
    if not stem:
        return len(ordered)
    return bisect_left(ordered, stem[:-1] + chr(ord(stem[-1]) + 1))
