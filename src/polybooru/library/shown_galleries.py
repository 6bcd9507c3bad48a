"""Galleries as everybody reads them. Neighbours: `galleries` (the verbs), `row_search` (which ids)."""

from collections.abc import Iterable

import msgspec
from sqlalchemy import and_, case, null, select

from polybooru.db import joined
from polybooru.db.prepared import Prepared
from polybooru.db.tables import galleries, users
from polybooru.library.work import Reading


class ShownGallery(msgspec.Struct, frozen=True, gc=False):
    """One gallery. cover_id: of an image; user_id, user: None where it is anonymous."""

    id: int
    title: str
    description: str
    spoiler_warning: str
    cover_id: int | None
    user_id: int | None
    user: str | None


_IS_SIGNED = galleries.c.is_anonymous.is_(False)
_ROWS = Prepared(
    select(
        *(galleries.c[name] for name in ("id", "title", "description", "spoiler_warning", "thumbnail_id")),
        case((_IS_SIGNED, galleries.c.user_id), else_=null()),
        users.c.name,
    )
    .outerjoin_from(galleries, users, and_(users.c.id == galleries.c.user_id, _IS_SIGNED))
    .where(joined.among_asked(galleries.c.id))
)


def load_galleries(reading: Reading, gallery_ids: Iterable[int]) -> dict[int, ShownGallery]:
    """Galleries by id; unknown ids are left out. Cost: one statement."""
    return {row[0]: ShownGallery(*row) for row in reading.run(_ROWS, **joined.asked(gallery_ids))}
