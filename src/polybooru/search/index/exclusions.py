"""What is left out of search after search, as one kept set.

Every page of a caller leaves out the hidden images and what the caller's filter hides. Whoever searches makes
one `LeftOut` of these trees and hands the same one in each time; its images are kept under it, and before
their next use the images that have changed since are asked again.
"""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import islice

from pyroaring import BitMap

from polybooru.search.language.tree import Query

MOST_KEPT = 16
"""A set takes at most a bit for each image."""

MOST_CHANGES = 4_096
"""After so many changes to images a set is made anew."""


class LeftOut:
    """What one of these trees matches is no result."""

    __slots__ = ("trees",)

    def __init__(self, *trees: Query) -> None:
        self.trees = trees


NOTHING_LEFT_OUT = LeftOut()


_LIVE = -1


@dataclass(slots=True)
class _Kept:
    images: BitMap
    followed: int  # changes; _LIVE: the set follows them by itself
    by_name: bool


class Exclusions:
    """The sets asked last, and what has changed since."""

    __slots__ = ("_changes", "_dropped", "_kept")

    def __init__(self) -> None:
        self._kept: dict[LeftOut, _Kept] = {}  # those made or corrected last come last
        self._changes: list[int] = []
        self._dropped = 0

    def find(self, left_out: LeftOut) -> BitMap | None:
        """The kept set, if it is there and no image has changed since; not to be changed."""
        kept = self._kept.get(left_out)
        if kept is None or kept.followed not in (_LIVE, self._dropped + len(self._changes)):
            return None
        return kept.images

    def take(self, left_out: LeftOut, images: BitMap) -> BitMap:
        """Let the set be one that the index keeps anyway, and give it back."""
        self._put(left_out, _Kept(images, _LIVE, by_name=False))
        return images

    def keep(self, left_out: LeftOut, find: Callable[[BitMap | None], BitMap], *, by_name: bool) -> BitMap:
        """The set as it is now, kept from now on; not to be changed.

        find: evaluates the `Or` of the trees, for all images or some. by_name: whether names decide it.
        """
        now = self._dropped + len(self._changes)
        kept = self._kept.pop(left_out, None)
        if kept is None or kept.followed < self._dropped:
            kept = _Kept(find(None).copy(), now, by_name)
        elif kept.followed < now:
            stale = BitMap(islice(self._changes, kept.followed - self._dropped, None))
            kept.images -= stale
            kept.images |= find(stale)
            kept.followed = now
        self._put(left_out, kept)
        return kept.images

    def _put(self, left_out: LeftOut, kept: _Kept) -> None:
        self._kept[left_out] = kept
        if len(self._kept) > MOST_KEPT:
            del self._kept[next(iter(self._kept))]

    def changed(self, image_id: int) -> None:
        """Something about the image is different, or it has come or gone."""
        self._changes.append(image_id)
        if len(self._changes) > MOST_CHANGES:
            self._dropped += len(self._changes)
            self._changes.clear()

    def renamed(self) -> None:
        """Names mean other keys than before."""
        self._kept = {left_out: kept for left_out, kept in self._kept.items() if not kept.by_name}

    def clear(self) -> None:
        """Much has changed at once."""
        self._kept.clear()

    def memory_bytes(self) -> int:
        """Upper bound of the bytes of the bitmaps, roughly."""
        return sum(2 * len(kept.images) for kept in self._kept.values())
