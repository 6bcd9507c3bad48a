"""The orders of image search by the names that callers write.

The order of a gallery is read from its rows once and kept until the gallery changes. Neighbours:
`image_search` (who asks), `search.index` (what can be ordered by).
"""

import math
import re
import secrets
from array import array
from collections.abc import Sequence
from typing import assert_never

from sqlalchemy import select

from polybooru.db import Change
from polybooru.db.tables import gallery_images
from polybooru.library.image_index import SHAPE
from polybooru.library.images import MAX_ID
from polybooru.library.library import Library
from polybooru.search.index import AtRandom, ByGallery, ById, ByNumber, ByScore, NumberKind, Order, Position

SORTS = {
    name: name
    for name in (
        "updated_at",
        "first_seen_at",
        "aspect_ratio",
        "faves",
        "upvotes",
        "downvotes",
        "hides",
        "width",
        "height",
        "score",
        "comment_count",
        "tag_count",
        "wilson_score",
        "pixels",
        "size",
        "duration",
    )
}
"""Names that a caller may sort by, and the columns they mean; see `order_named` for the others."""
_LEADING_INTEGER = re.compile(r"[+-]?[0-9]{1,18}")
_INTEGER = re.compile(r"[+-]?[0-9]+")
_LONGEST = 20  # digits that are read of a number: more only make it more absurd
_GALLERIES_KEPT = 64
_SEEDS = 2**63


def order_named(name: str, *, descending: bool, seed: int | None = None) -> Order:
    """The order that a sort name means; an unknown name means the default, newest first seen first.

    seed: for `random` without one of its own; None draws one. What `gallery_id` means, only `ImageOrders`
    knows.
    """
    if name in SORTS:
        return ByNumber(SORTS[name], descending)
    if name == "id":
        return ById(descending)
    if name == "_score":
        return ByScore(descending)
    kind, _, value = name.partition(":")
    if kind == "random":
        number = _LEADING_INTEGER.match(value)
        if number:
            return AtRandom(int(number[0]) % _SEEDS)
        return AtRandom(secrets.randbelow(_SEEDS) if seed is None else seed)
    return ByNumber("first_seen_at", descending)


def can_stand(at: Position, order: Order) -> bool:
    """Whether an image can have this place in the order; `Position` says what its value is."""
    value = at.value
    match order:
        case ById():
            return value is None
        case ByNumber(column) if SHAPE.numbers[column] is NumberKind.FLOAT:
            return value is None or (isinstance(value, float) and not math.isnan(value))
        case ByNumber() | ByGallery():
            return value is None or isinstance(value, int)
        case AtRandom():
            return isinstance(value, int) and value >= 0
        case ByScore():
            return isinstance(value, int)
        case _:
            assert_never(order)


class ImageOrders:
    """The orders of one library, with those of its galleries."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self._galleries: dict[int, tuple[Sequence[int], Sequence[int]]] = {}
        library.replica.listen(self._forget)

    def named(self, name: str, *, descending: bool, seed: int | None = None) -> Order:
        """As `order_named`, and `gallery_id:N`: images of no gallery of that id come newest first."""
        gallery_id = _gallery_id(name)
        if gallery_id is None:
            return order_named(name, descending=descending, seed=seed)
        ids, places = self._listed(gallery_id)
        return ByGallery(ids, descending, places)

    def is_at_hand(self, name: str) -> bool:
        """Whether no rows have to be read for this order."""
        gallery_id = _gallery_id(name)
        return gallery_id is None or gallery_id in self._galleries

    def _listed(self, gallery_id: int) -> tuple[Sequence[int], Sequence[int]]:
        found = self._galleries.get(gallery_id)
        if found is not None:
            return found
        seen = self._library.replica.applied
        rows = select(gallery_images.c.image_id, gallery_images.c.position)
        with self._library.reading() as reading:
            listed = reading.execute(
                rows.where(gallery_images.c.gallery_id == gallery_id).order_by(
                    gallery_images.c.position, gallery_images.c.image_id
                )
            ).all()
        found = array("q", [row.image_id for row in listed]), array("q", [row.position for row in listed])
        with self._library.replica.lock:  # between the look and the keeping nothing may become stale
            if seen == self._library.replica.applied:
                if len(self._galleries) >= _GALLERIES_KEPT:
                    self._galleries.clear()
                self._galleries[gallery_id] = found
        return found

    def _forget(self, batch: Sequence[Change]) -> None:
        for change in batch:
            if change.kind == "gallery":
                self._galleries.pop(change.object_id, None)


def _gallery_id(name: str) -> int | None:
    """None for another order; 0 for a gallery that cannot be."""
    if not name.startswith("gallery_id:"):
        return None
    value = name.removeprefix("gallery_id:")
    if not _INTEGER.fullmatch(value):
        return None
    gallery_id = int(value[:_LONGEST])
    return gallery_id if 0 < gallery_id <= MAX_ID else 0
