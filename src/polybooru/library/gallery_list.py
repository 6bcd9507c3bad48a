"""Galleries one after the other, as far as clients see them that know little of galleries.

One whose images are all out of sight is not there. Neighbour: `galleries`, which makes and changes them.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from polybooru.db.tables import galleries
from polybooru.db.types import HIGHEST_ID
from polybooru.library.errors import GalleryNotFound
from polybooru.library.work import Reading

_SHOWN = select(galleries.c.id, galleries.c.created_at).where(galleries.c.image_count > 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class GalleryStub:
    """That there is a gallery."""

    id: int
    created_at: datetime


def list_galleries(reading: Reading, *, offset: int, limit: int) -> list[GalleryStub]:
    """The oldest first."""
    page = _SHOWN.order_by(galleries.c.created_at, galleries.c.id)
    rows = reading.execute(page.offset(min(offset, HIGHEST_ID)).limit(limit))
    return [GalleryStub(id=row.id, created_at=row.created_at) for row in rows]


def look_at_gallery(reading: Reading, gallery_id: int) -> GalleryStub:
    """One by id. Raises GalleryNotFound."""
    row = None
    if 0 < gallery_id <= HIGHEST_ID:
        row = reading.execute(_SHOWN.where(galleries.c.id == gallery_id)).one_or_none()
    if row is None:
        raise GalleryNotFound(f"There is no gallery {gallery_id}.")
    return GalleryStub(id=row.id, created_at=row.created_at)
