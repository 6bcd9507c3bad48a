"""Images as answers: documents kept or made, with the moments of likes, in their envelope."""

from collections.abc import AsyncIterator, Mapping, Sequence

from anyio import to_thread
from msgspec import Raw
from starlette.responses import Response, StreamingResponse

from polybooru.api.waifu import present
from polybooru.api.waifu.answers import JSON, failure, json_answer
from polybooru.api.waifu.present import Places
from polybooru.httpkit.documents import DocumentCache
from polybooru.library.board import Board
from polybooru.library.favourites import Liked
from polybooru.library.listed_rows import load_listed
from polybooru.library.tag_listing import Listing, TagListing

AT_ONCE = 500
"""A longer list is sent in parts of so many, so that nobody holds all of it."""


class ShownImages:
    """Images of one board."""

    def __init__(self, board: Board, documents: DocumentCache, listing: TagListing, places: Places) -> None:
        self._board = board
        self._documents = documents
        self._listing = listing
        self._places = places
        self._tags: tuple[int, Mapping[int, Raw]] = (0, {})

    @property
    def are_at_hand(self) -> bool:
        """Whether images are shown from memory and a few rows."""
        return self._board.artists.are_at_hand

    def listed(self, found: Sequence[Liked]) -> Response:
        """The images in order; where there are none, that is a failure."""
        if len(found) > AT_ONCE:
            return StreamingResponse(self._parts(found), media_type=JSON)
        documents = self._finished(found)
        return json_answer(present.images_envelope(documents)) if documents else failure(404)

    async def _parts(self, found: Sequence[Liked]) -> AsyncIterator[bytes]:
        yield present.HEAD
        is_first = True
        for at in range(0, len(found), AT_ONCE):
            documents = await to_thread.run_sync(self._finished, found[at : at + AT_ONCE])
            if documents:
                yield (b"" if is_first else b",") + b",".join(documents)
                is_first = False
        yield present.TAIL

    def _finished(self, found: Sequence[Liked]) -> list[bytes]:
        """Those of them that are still there."""
        documents = self._rendered([liked.image_id for liked in found])
        return [
            present.liked(document, liked.at)
            for liked, document in zip(found, documents, strict=True)
            if document is not None
        ]

    def _rendered(self, image_ids: Sequence[int]) -> list[bytes | None]:
        listing = self._listing.current()
        shelf = f"waifu {listing.version}"
        kept = self._documents.get_many(shelf, image_ids)
        if None not in kept:
            return kept
        missing = [image_id for image_id, document in zip(image_ids, kept, strict=True) if document is None]
        seen = self._board.library.replica.applied
        with self._board.library.glance() as reading:
            rows = load_listed(reading, missing)
        artists = self._board.artists.of_images([row.tag_ids for row in rows.values()])
        tags = self._tags_of(listing)
        made = {
            row.id: present.image_document(row, artist, tags, listing.for_adults, self._places)
            for row, artist in zip(rows.values(), artists, strict=True)
        }
        with self._board.library.replica.lock:  # between the look and the keeping nothing may become stale
            if seen == self._board.library.replica.applied:
                self._documents.put_many(shelf, made)
        return [
            document if document is not None else made.get(image_id)
            for image_id, document in zip(image_ids, kept, strict=True)
        ]

    def _tags_of(self, listing: Listing) -> Mapping[int, Raw]:
        """Encoded once for each list."""
        version, tags = self._tags
        if version != listing.version:
            tags = present.tag_documents(listing)
            self._tags = (listing.version, tags)
        return tags
