"""Unions of many postings, kept while they are likely to be asked again.

`artist:*` is the union of tens of thousands of bitmaps, the hidden tags of a filter of hundreds; both come
with every page. A kept union follows what an image gains and loses; a changed name drops those of its
vocabulary.
"""

from collections.abc import Collection, Hashable
from dataclasses import dataclass

from pyroaring import BitMap

from polybooru.search.index.postings import Postings
from polybooru.search.index.vocabulary import Vocabulary

MOST_KEPT = 64
"""A union takes at most a bit for each image: 24 MB in all for 3 million. Of a thousand searches some forty
ask for different patterns: with fewer than that each would push out one that is asked again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Union:
    asked: object  # held so that the identity it may be filed under stays its own
    postings: Postings
    vocabulary: Vocabulary | None
    version: int
    keys: BitMap
    images: BitMap


class KeptUnions:
    """The unions asked last, at most `MOST_KEPT`."""

    __slots__ = ("_unions",)

    def __init__(self) -> None:
        self._unions: dict[Hashable, _Union] = {}  # by last use; an OrderedDict hashes its keys when walked

    def find(self, name: Hashable) -> BitMap | None:
        """The images kept under this name, if they are still right; not to be changed."""
        kept = self._unions.get(name)
        if kept is None or (kept.vocabulary is not None and kept.version != kept.vocabulary.version):
            return None
        self._unions[name] = self._unions.pop(name)
        return kept.images

    def keep(
        self,
        name: Hashable,
        asked: object,
        postings: Postings,
        vocabulary: Vocabulary | None,
        keys: BitMap,
        images: BitMap,
    ) -> BitMap:
        """Keep the union of these keys, found by way of the vocabulary where there is one, and give it back.

        name: the hash of a big tree would cost more than it saves, so that may be `id(asked)`.
        images: kept as it is and corrected, so nobody else's.
        """
        version = vocabulary.version if vocabulary is not None else 0
        self._unions.pop(name, None)
        self._unions[name] = _Union(
            asked=asked, postings=postings, vocabulary=vocabulary, version=version, keys=keys, images=images
        )
        if len(self._unions) > MOST_KEPT:
            del self._unions[next(iter(self._unions))]
        return images

    def changed(self, postings: Postings, image_id: int, keys: Collection[int]) -> None:
        """The image has gained or lost these keys."""
        of_these = [kept for kept in self._unions.values() if kept.postings is postings]
        if not of_these:
            return
        different = BitMap(keys)
        touched = [kept for kept in of_these if not kept.keys.isdisjoint(different)]
        if not touched:
            return
        present = BitMap(postings.keys(image_id))
        for kept in touched:
            if kept.keys.isdisjoint(present):
                kept.images.discard(image_id)
            else:
                kept.images.add(image_id)

    def clear(self) -> None:
        """Forget all of them: much has changed at once."""
        self._unions.clear()

    def memory_bytes(self) -> int:
        """Upper bound of the bytes of the bitmaps, roughly."""
        return sum(len(kept.images) * 2 + len(kept.keys) * 2 for kept in self._unions.values())
