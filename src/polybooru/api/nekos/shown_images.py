"""Images as answers: documents kept or made, with links that are good for a while."""

from collections.abc import Sequence

from polybooru.api.nekos import present
from polybooru.api.nekos.desk import Desk
from polybooru.httpkit.documents import DocumentCache
from polybooru.library.images import Image, load_images
from polybooru.library.shelves import ARTIST_NAMESPACE, CHARACTERS, Shelf, Shelved
from polybooru.library.signed_links import SignedLinks
from polybooru.library.tags import Tag

DIALECT = "nekos"


class ShownImages:
    """Images of one board. root: address of the folder that their files have."""

    def __init__(self, desk: Desk, documents: DocumentCache, links: SignedLinks, root: str) -> None:
        self._desk = desk
        self._documents = documents
        self._links = links
        self._root = root

    def documents(self, image_ids: Sequence[int], expiry: int) -> list[bytes]:
        """In the order of the ids; one that is gone meanwhile is left out. expiry: seconds."""
        now = self._desk.board.library.clock()
        until = present.later(now, expiry)
        expires, shown = int(until.timestamp()), present.time(until)
        return [
            present.filled(
                document,
                present.Link(
                    root=self._root,
                    query=f"?expires={expires}&signature={self._links.sign(image_id, expires)}",
                    expires=shown,
                ),
            )
            for image_id, document in zip(image_ids, self._rendered(image_ids), strict=True)
            if document is not None
        ]

    def _rendered(self, image_ids: Sequence[int]) -> list[bytes | None]:
        kept = self._documents.get_many(DIALECT, image_ids)
        if None not in kept:
            return kept
        missing = [image_id for image_id, document in zip(image_ids, kept, strict=True) if document is None]
        library = self._desk.board.library
        seen = library.replica.applied
        with library.reading() as reading:
            loaded = load_images(reading, missing, find_tags=self._desk.board.known_tags.find_lists)
        made = self._made([loaded[image_id] for image_id in missing if image_id in loaded])
        with library.replica.lock:  # between the look and the keeping nothing may become stale
            if seen == library.replica.applied:  # else what was read may be older than its change
                self._documents.put_many(DIALECT, made)
        return [
            document if document is not None else made.get(image_id)
            for image_id, document in zip(image_ids, kept, strict=True)
        ]

    def _made(self, images: Sequence[Image]) -> dict[int, bytes]:
        tags = {tag.id: tag for image in images for tag in image.tags}
        shelves = {shelf: self._on(shelf, [*tags.values()]) for shelf in Shelf}

        def of(image: Image, shelf: Shelf) -> list[Shelved]:
            known = shelves[shelf]
            return [known[tag.id] for tag in image.tags if tag.id in known]

        return {
            image.id: present.image_document(
                image,
                present.Surroundings(
                    artist=next(iter(of(image, Shelf.ARTISTS)), None),
                    characters=of(image, Shelf.CHARACTERS),
                    categories=of(image, Shelf.CATEGORIES),
                ),
                self._desk.uuids,
            )
            for image in images
        }

    def _on(self, shelf: Shelf, tags: Sequence[Tag]) -> dict[int, Shelved]:
        match shelf:
            case Shelf.ARTISTS:
                asked = [tag.id for tag in tags if tag.namespace == ARTIST_NAMESPACE]
            case Shelf.CHARACTERS:
                asked = [tag.id for tag in tags if tag.category in CHARACTERS]
            case Shelf.CATEGORIES:
                asked = [tag.id for tag in tags]
        return {found.tag_id: found for found in self._desk.catalogue.shown(shelf, asked)}
