"""How the program finds images that may be the same picture: by their intensities, once they are processed.

In the rows, not in the reverse index: the worker holds no index, and what another worker has just committed
has to count. Source of the rule: docs/reference/moderation.md, duplicates
"""

from typing import Any, TypeAlias

from sqlalchemy import ColumnElement, Float, and_, cast, func, select

from polybooru.db.tables import images
from polybooru.library.duplicates import insert_report, known_pairs
from polybooru.library.image_visibility import IN_SIGHT
from polybooru.library.work import Work

Corners: TypeAlias = tuple[float, float, float, float]

WINDOW = 0.2 * 3
ASPECT_WINDOW = 0.05
MAX_REPORTS = 10
REASON = "Automated Perceptual dedupe match"
_LOOKED_AT = 5_000
"""Images in the window of which the nearest count: bounds the work where one picture fills the library."""

_LOCK = 0x64757065  # advisory lock key: two workers that process the same picture must see one another
_CORNERS = (images.c.intensity_nw, images.c.intensity_ne, images.c.intensity_sw, images.c.intensity_se)


def take_turns(work: Work) -> None:
    """Hold off others who are about to record fingerprints, until the commit; before any row is locked."""
    if not work.is_sqlite:
        work.execute(select(func.pg_advisory_xact_lock(_LOCK)))


def report_look_alikes(work: Work, image_id: int, corners: Corners, aspect: float) -> list[int]:
    """Report images in sight that look like this one, nearest first, none twice; ids of those images.

    corners: brightness north-west, north-east, south-west, south-east. aspect: width by height.
    Nothing is reported of an image that is itself hidden.
    """
    visible = select(images.c.id).where(images.c.id == image_id, images.c.hidden_from_users.is_(False))
    if work.execute(visible).first() is None:
        return []
    near = nearest(work, image_id, corners, aspect)
    # Held, so that none is hidden meanwhile; by ascending id, and the caller's own has no row lock yet.
    held = select(images.c.id).where(images.c.id.in_([*near, image_id])).order_by(images.c.id)
    work.execute(held.with_for_update(key_share=True))
    still = set(work.execute(select(images.c.id).where(images.c.id.in_(near), IN_SIGHT)).scalars())
    known = known_pairs(work, image_id, near)
    reported = [other for other in near if other in still and other not in known]
    for other in reported:
        insert_report(work, image_id, other, user_id=None, reason=REASON)
    return reported


def nearest(work: Work, image_id: int, corners: Corners, aspect: float) -> list[int]:
    """Other images in sight within the windows, by the sum of squared differences."""
    around = [_near(column, value, WINDOW) for column, value in zip(_CORNERS, corners, strict=True)]
    candidates = select(images.c.id).where(*around).limit(_LOOKED_AT)
    ratio = cast(images.c.width_px, Float) / images.c.height_px
    distance = sum(
        ((column - value) * (column - value) for column, value in zip(_CORNERS, corners, strict=True)),
        (ratio - aspect) * (ratio - aspect),
    )
    wanted = (
        select(images.c.id)
        .where(images.c.id.in_(candidates.scalar_subquery()), images.c.id != image_id, images.c.height_px > 0)
        .where(_near(ratio, aspect, ASPECT_WINDOW), IN_SIGHT)
        .order_by(distance, images.c.id)
        .limit(MAX_REPORTS)
    )
    return list(work.execute(wanted).scalars())


def _near(column: ColumnElement[Any], value: float, window: float) -> ColumnElement[bool]:
    return and_(column >= value - window, column <= value + window)
