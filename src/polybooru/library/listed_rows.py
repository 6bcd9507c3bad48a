"""What documents by listed tags show of an image, in one statement: its file, tags and first source.

`images.load_images` reads what whole documents show, which takes twice as long. Neighbour: `image_cards`.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import bindparam, select

from polybooru.db import joined
from polybooru.db.prepared import Prepared
from polybooru.db.tables import image_sources, image_tags, images
from polybooru.library.fingerprints import unsigned
from polybooru.library.work import Reading


class ListedRow(NamedTuple):
    """One image. perceptual_hash: signed; None before it was processed. tag_ids: ascending."""

    id: int
    format: str
    width_px: int
    height_px: int
    size_bytes: int
    faves: int
    created_at: datetime
    dominant_color: str | None
    perceptual_hash: int | None
    sha512_hash: str
    tag_ids: Sequence[int]
    source: str | None

    @property
    def signature(self) -> str:
        """Of a picture that could not be looked at the beginning of its file's hash: opaque, and its own."""
        found = self.perceptual_hash
        return self.sha512_hash[:16] if found is None else f"{unsigned(found):016x}"


_COLUMNS = ListedRow._fields[:-2]
_EVERY = select(
    *(images.c[name] for name in _COLUMNS),
    select(joined.joined_numbers(image_tags.c.tag_id))
    .where(image_tags.c.image_id == images.c.id)
    .scalar_subquery(),
    select(image_sources.c.url)
    .where(image_sources.c.image_id == images.c.id)
    .order_by(image_sources.c.position)
    .limit(1)
    .scalar_subquery(),
)
_ROWS = Prepared(_EVERY.where(joined.among_asked(images.c.id)))
_ROW = Prepared(_EVERY.where(images.c.id == bindparam("image_id")))
"""One by its id, which most ask for: to take a list of one apart costs a fifth of the rest."""


def load_listed(reading: Reading, image_ids: Sequence[int]) -> dict[int, ListedRow]:
    """Images by id, hidden or not; unknown ids are left out."""
    if len(image_ids) == 1:
        rows = reading.run(_ROW, image_id=image_ids[0])
    else:
        rows = reading.run(_ROWS, **joined.asked(image_ids))
    return {
        row[0]: ListedRow._make([*row[:-2], sorted(joined.read_numbers(row[-2])), row[-1]]) for row in rows
    }
