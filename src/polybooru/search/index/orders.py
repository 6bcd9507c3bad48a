"""The orders in which results can be asked, and places in them from which a walk goes on.

Structs, as the trees of the language are, since every search makes one.
"""

from collections.abc import Sequence
from typing import TypeAlias

from msgspec import Struct

from polybooru.search.index.columns import Number


class ById(Struct, frozen=True, gc=False):
    """By image id."""

    descending: bool = True


class ByNumber(Struct, frozen=True, gc=False):
    """By a column, then by id, both in one direction; images without a value come last in either."""

    column: str
    descending: bool = True


class AtRandom(Struct, frozen=True, gc=False):
    """A shuffle that a seed (any integer) repeats, for ever: a new image is put somewhere, no other moves."""

    seed: int


class ByScore(Struct, frozen=True, gc=False):
    """By relevance, then by id, both in one direction.

    Relevance is the sum, over the positive leaves that the image matches, of the product of the boosts around
    each (1 where there are none). Leaves under a `Not` count nothing.
    """

    descending: bool = True


class ByGallery(Struct, frozen=True, eq=False):
    """In the order of these different ids, or backwards; images that are not among them last, newest first.

    places: ascending, one for each id: an id keeps its place while others come and go, so that a walk can go
    on. Without them the places are those in the list.
    """

    ids: Sequence[int]
    descending: bool = False
    places: Sequence[int] | None = None

    def placed(self) -> dict[int, int]:
        """The place of each id, in order."""
        return dict(zip(self.ids, range(len(self.ids)) if self.places is None else self.places, strict=True))


Order: TypeAlias = ById | ByNumber | AtRandom | ByScore | ByGallery


class Position(Struct, frozen=True, gc=False):
    """Where an image stands in an order: all that comes after can be told from this alone.

    value: what the order compares before the id: the number (None where there is none), the place in the
    shuffle, the score in millionths, the place in the gallery (None outside); None by id.
    """

    image_id: int
    value: Number | None = None
