"""Images as the dialect shows them in one place, encoded: kept, or made from their rows.

Neighbour: `shown_images`, which puts objects into envelopes.
"""

from collections.abc import Callable, Sequence
from typing import cast

from polybooru.httpkit.documents import DocumentCache
from polybooru.library import images
from polybooru.library.board import Board
from polybooru.library.errors import ImageNotFound
from polybooru.library.images import Image


class KeptImages:
    """Documents of one kind. name: of the kind, among all that the cache keeps; make: one of them."""

    def __init__(
        self, board: Board, documents: DocumentCache, name: str, make: Callable[[Image], bytes]
    ) -> None:
        self._board = board
        self._documents = documents
        self._name = name
        self._make = make

    def find(self, image_ids: Sequence[int]) -> list[bytes]:
        """Documents in the order of the ids. Raises ImageNotFound, and what `make` raises."""
        kept = self._documents.get_many(self._name, image_ids)
        if None not in kept:
            return cast("list[bytes]", kept)
        missing = [image_id for image_id, document in zip(image_ids, kept, strict=True) if document is None]
        made: dict[int, bytes] = {}
        seen = self._board.library.replica.applied
        with self._board.library.glance() as reading:
            loaded = images.load_images(reading, missing, find_tags=self._board.known_tags.find_lists)
        for image_id in missing:
            if image_id not in loaded:
                raise ImageNotFound(f"There is no image {image_id}.")
            made[image_id] = self._make(loaded[image_id])
        with self._board.library.replica.lock:  # between the look and the keeping nothing may become stale
            if seen == self._board.library.replica.applied:  # else what was read may be older than its change
                self._documents.put_many(self._name, made)
        return [
            document if document is not None else made[image_id]
            for image_id, document in zip(image_ids, kept, strict=True)
        ]
