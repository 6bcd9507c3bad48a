"""Images as answers: documents kept or made, covered by the caller's filter, in their envelopes."""

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from functools import partial

from starlette.responses import Response

from polybooru.api.philomena import present
from polybooru.api.philomena.answers import json_answer
from polybooru.api.philomena.kept_images import KeptImages
from polybooru.httpkit.documents import DocumentCache
from polybooru.library.board import Board
from polybooru.library.image_filters import CompiledFilter
from polybooru.library.own_interactions import own_interactions

DIALECT = "philomena"


class ShownImages:
    """Images of one board.

    with_extra_fields: show fields that only newer boards have; strict clients refuse objects with them.
    """

    def __init__(self, board: Board, documents: DocumentCache, *, with_extra_fields: bool) -> None:
        self._board = board
        root = f"{board.public_url}/img"
        make = partial(present.image_document, root=root, with_extra_fields=with_extra_fields)
        self._kept = KeptImages(board, documents, DIALECT, make)

    def one(self, image_id: int, applied: CompiledFilter, user_id: int | None) -> Response:
        """One image in its envelope. Raises ImageNotFound."""
        [document] = self.documents([image_id], self._board.search.hit_by(applied, [image_id]))
        return json_answer(present.image_envelope(document, self.interactions(user_id, [image_id])))

    def listed(
        self, image_ids: Sequence[int], total: int, covered: AbstractSet[int], user_id: int | None
    ) -> Response:
        """A page of images in its envelope. covered: those that the caller's filter hits."""
        documents = self.documents(image_ids, covered)
        return json_answer(present.images_envelope(documents, self.interactions(user_id, image_ids), total))

    def documents(self, image_ids: Sequence[int], covered: AbstractSet[int]) -> list[bytes]:
        """Documents in the order of the ids. Raises ImageNotFound if one has no row."""
        documents = self._kept.find(image_ids)
        for at, image_id in enumerate(image_ids if covered else ()):
            if image_id in covered:
                documents[at] = present.covered(documents[at])
        return documents

    def interactions(self, user_id: int | None, image_ids: Sequence[int]) -> bytes:
        """The array of what the caller did with the images; empty for nobody."""
        if user_id is None:
            return b"[]"
        return present.interactions(user_id, own_interactions(self._board.library, user_id, image_ids))
