"""The little that short answers show of an image, in one statement: its file, artists and sources.

`images.load_images` reads what whole documents show, which takes several times as long.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import select

from polybooru.db import joined
from polybooru.db.prepared import Prepared
from polybooru.db.tables import image_sources, image_tags, images
from polybooru.library.artists import Artist
from polybooru.library.image_visibility import IN_SIGHT
from polybooru.library.work import Reading


class ImageCard(NamedTuple):
    """One image in sight whose files are made. md5: of the current file; None where it is not noted yet."""

    id: int
    md5: str | None
    mime_type: str
    format: str
    width_px: int
    height_px: int
    size_bytes: int
    created_at: datetime
    blob: str
    sha512_hash: str
    artists: tuple[str, ...]
    sources: tuple[str, ...]


_CARDS = Prepared(
    select(
        *(images.c[name] for name in ("id", "md5_hash", "mime_type", "format", "width_px", "height_px")),
        *(images.c[name] for name in ("size_bytes", "created_at", "blob", "sha512_hash")),
        select(joined.joined_numbers(image_tags.c.tag_id))
        .where(image_tags.c.image_id == images.c.id)
        .scalar_subquery(),
        select(joined.texts_by_number(image_sources.c.position, image_sources.c.url))
        .where(image_sources.c.image_id == images.c.id)
        .scalar_subquery(),
    ).where(joined.among_asked(images.c.id), IN_SIGHT, images.c.is_processed)
)


def load_cards(
    reading: Reading, image_ids: Sequence[int], artists: Mapping[int, Artist]
) -> dict[int, ImageCard]:
    """Cards by id; images that nobody may find, and unprocessed ones, are left out. artists: all, by tag."""
    return {
        row[0]: ImageCard._make([*row[:10], _artists(row[10], artists), tuple(joined.read_texts(row[11]))])
        for row in reading.run(_CARDS, **joined.asked(image_ids))
    }


def _artists(tag_ids: str | None, artists: Mapping[int, Artist]) -> tuple[str, ...]:
    found = [artists[tag_id].name for tag_id in joined.read_numbers(tag_ids) if tag_id in artists]
    return tuple(sorted(found))
