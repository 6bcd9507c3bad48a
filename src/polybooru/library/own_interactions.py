"""What a caller has done with the images of a page, from the index.

Neighbours: `interactions` (the verbs that change it).
"""

from collections.abc import Sequence
from enum import Enum

from pyroaring import BitMap

from polybooru.library.image_index import HIDERS_FIELD
from polybooru.library.library import Library
from polybooru.library.outside_fields import nothing_outside
from polybooru.search.language.tree import Equals


class InteractionType(Enum):
    """What somebody did with an image, in the order in which lists give it.

    The value is the field that tells.
    """

    HIDDEN = HIDERS_FIELD
    FAVED = "faved_by_id"
    UPVOTED = "upvoted_by_id"
    DOWNVOTED = "downvoted_by_id"


def own_interactions(
    library: Library, user_id: int, image_ids: Sequence[int]
) -> list[tuple[InteractionType, int]]:
    """What the user did with a few images, and the image's id: by type, then by id."""
    replica, within, now = library.replica, BitMap(image_ids), library.clock()
    with replica.lock:
        return [
            (kind, image_id)
            for kind in InteractionType
            for image_id in replica.index.select(
                Equals(kind.value, user_id), now=now, outside=nothing_outside, within=within
            )
        ]
