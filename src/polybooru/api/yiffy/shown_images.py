"""Image objects: kept encoded, rendered anew where none is kept, with how often each was given put in."""

from collections.abc import Mapping, Sequence

from polybooru.api.yiffy import present
from polybooru.api.yiffy.desk import Desk
from polybooru.httpkit.documents import DocumentCache
from polybooru.library.image_cards import ImageCard, load_cards
from polybooru.library.images import find_md5

DIALECT = "yiffy"


class ShownImages:
    """Images of one board."""

    def __init__(self, desk: Desk, documents: DocumentCache) -> None:
        self._desk = desk
        self._board = desk.board
        self._documents = documents

    @property
    def are_at_hand(self) -> bool:
        """Whether objects are made from memory and a few rows."""
        return self._board.artists.are_at_hand

    def given(self, drawn: Mapping[str, Sequence[int]]) -> dict[str, list[bytes]]:
        """Objects of images that are given to somebody, by the category they were drawn from.

        Those that nobody may find any more are left out.
        """
        wanted = [image_id for image_ids in drawn.values() for image_id in image_ids]
        documents = self._kept_or_made(wanted)
        seen = iter(self.seen([image_id for image_id in wanted if image_id in documents]))
        found: dict[str, list[bytes]] = {}
        for path, image_ids in drawn.items():
            category = present.encode(path)
            there = [documents[image_id] for image_id in image_ids if image_id in documents]
            found[path] = [present.image(document, category, next(seen)) for document in there]
        return found

    def _kept_or_made(self, image_ids: Sequence[int]) -> dict[int, bytes]:
        kept = dict(zip(image_ids, self._documents.get_many(DIALECT, image_ids), strict=True))
        found = {image_id: document for image_id, document in kept.items() if document is not None}
        if len(found) == len(kept):
            return found
        return found | self._made([image_id for image_id in kept if image_id not in found])

    def seen(self, image_ids: Sequence[int]) -> list[int]:
        """Count that these are given; how often each was, with this time."""
        sightings = self._desk.sightings
        return sightings.of(image_ids) if self._desk.options.is_read_only else sightings.saw(image_ids)

    def one(self, card: ImageCard, category: str) -> bytes:
        """The object of an image that was asked for by its id, which does not count."""
        common = present.common_image(card, self._desk.bases)
        [times] = self._desk.sightings.of([card.id])
        return present.image(common, present.encode(category), times)

    def find(self, md5: str, number: int) -> ImageCard | None:
        """The image by its MD5, or by its number; None if there is none to be shown."""
        artists = self._board.artists.known()
        with self._board.library.reading() as reading:
            image_id = find_md5(reading, md5) if md5 else number
            card = load_cards(reading, [image_id], artists).get(image_id) if image_id else None
        return card if card is not None and card.md5 is not None else None

    def card(self, image_id: int) -> ImageCard | None:
        """The image that was drawn; None if it cannot be shown any more."""
        return self.find("", image_id)

    def _made(self, missing: Sequence[int]) -> dict[int, bytes]:
        replica = self._board.library.replica
        applied = replica.applied
        artists = self._board.artists.known()
        with self._board.library.reading() as reading:
            cards = load_cards(reading, missing, artists)
        made = {
            image_id: present.common_image(card, self._desk.bases)
            for image_id, card in cards.items()
            if card.md5 is not None
        }
        with replica.lock:  # between the look and the keeping nothing may become stale
            if applied == replica.applied:
                self._documents.put_many(DIALECT, made)
        return made
