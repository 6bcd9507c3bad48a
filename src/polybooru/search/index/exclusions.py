"""What is left out of search after search, as one kept set.

Every page of a caller leaves out the hidden images and what the caller's filter hides: trees that are the
same objects each time, because whoever searches holds on to them. So a negated tree that is met again is
taken for one of these, the union of all of them is kept, and before its next use the images that have changed
since are asked again.
"""

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from itertools import islice

from pyroaring import BitMap

from polybooru.search.language.tree import Query

MOST_SEEN = 256
MOST_KEPT = 16
"""A set takes at most a bit for each image."""

MOST_CHANGES = 4_096
"""After so many changes to images a set is made anew."""


@dataclass(slots=True)
class _Kept:
    asked: tuple[Query, ...]  # held, so that the identities it is filed under stay theirs
    images: BitMap
    followed: int
    version: int


class Exclusions:
    """The negated trees met last, and the unions of those that were met together."""

    __slots__ = ("_changes", "_dropped", "_kept", "_seen")

    def __init__(self) -> None:
        self._seen: dict[int, tuple[Query, bool]] = {}
        self._kept: dict[Hashable, _Kept] = {}
        self._changes: list[int] = []
        self._dropped = 0

    def meet(self, query: Query, lasts: Callable[[Query], bool]) -> bool:
        """Whether this very tree has been met lately, and means the same as long as no image changes."""
        name = id(query)
        met = self._seen.pop(name, None)
        self._seen[name] = (query, met is not None and (met[1] or lasts(query)))
        if len(self._seen) > MOST_SEEN:
            del self._seen[next(iter(self._seen))]
        return self._seen[name][1]

    def known(self, query: Query) -> bool:
        """Whether it has been met more than once; asking changes nothing."""
        return self._seen.get(id(query), (query, False))[1]

    def union(
        self, trees: tuple[Query, ...], version: int, find: Callable[[BitMap | None], BitMap]
    ) -> BitMap:
        """The images that one of the trees matches; not to be changed.

        version: of the names that the trees go by. find: evaluates their `Or`, for all images or some.
        """
        name = tuple(map(id, trees))
        now = self._dropped + len(self._changes)
        kept = self._kept.pop(name, None)
        if kept is None or kept.version != version or kept.followed < self._dropped:
            kept = _Kept(trees, find(None).copy(), now, version)
            if len(self._kept) >= MOST_KEPT:
                del self._kept[next(iter(self._kept))]
        elif kept.followed < now:
            stale = BitMap(islice(self._changes, kept.followed - self._dropped, None))
            kept.images -= stale
            kept.images |= find(stale)
            kept.followed = now
        self._kept[name] = kept
        return kept.images

    def changed(self, image_id: int) -> None:
        """Something about the image is different, or it has come or gone."""
        self._changes.append(image_id)
        if len(self._changes) > MOST_CHANGES:
            self._dropped += len(self._changes)
            self._changes.clear()

    def clear(self) -> None:
        """Much has changed at once."""
        self._kept.clear()

    def memory_bytes(self) -> int:
        """Upper bound of the bytes of the bitmaps, roughly."""
        return sum(2 * len(kept.images) for kept in self._kept.values())
