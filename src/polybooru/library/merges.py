"""Merging one image into another, of which it is a copy, and taking that back.

The one goes out of sight and points at the other, which gets what people did with it; `carried` says what
that is, and how. A target is in sight, and what is merged is not hidden: so of two merges in opposite
directions the second is refused, and no chain of merges is a circle. All is one transaction over both rows.
"""

from datetime import datetime

from sqlalchemy import func, select, update

from polybooru.db.tables import image_merges, images
from polybooru.library.actors import Actor, require_staff
from polybooru.library.carried import carry, carry_back
from polybooru.library.duplicates import settle_reports_of_image
from polybooru.library.errors import InvalidValue
from polybooru.library.happenings import Happening
from polybooru.library.image_visibility import MAX_ID, is_in_sight, lock_images
from polybooru.library.images import whole_seconds
from polybooru.library.notices import tell_of_merge
from polybooru.library.verbs import Acts, verb
from polybooru.library.work import Reading, Work


@verb(Acts.IMAGE)
def merge_image(work: Work, actor: Actor, image_id: int, target_id: int) -> None:
    """Hide the image as a copy of the target, which takes over what people did with it.

    Raises NotAllowed, ImageNotFound, InvalidValue for one image, one that is hidden or merged already, or a
    target that is not in sight.
    """
    user_id = require_staff(actor)
    image, target = lock_images(work, actor, image_id, target_id)
    if image_id == target_id:
        raise InvalidValue("target", "is the image itself")
    if image.hidden_from_users:
        raise InvalidValue("image", "is hidden or merged already")
    if not is_in_sight(target):
        raise InvalidValue("target", "is not in sight")
    merge_id = _recorded(work, image_id, target_id, user_id)
    _set(work, image_id, hidden_from_users=True, duplicate_id=target_id, deleted_by_user_id=user_id)
    tell_of_merge(work, image_id, target_id, user_id=user_id)
    carry(work, merge_id, image, target, user_id=user_id)
    _take_earlier_first_seen(work, target_id)
    settle_reports_of_image(work, image_id, staff_user_id=user_id)
    work.logged(user_id, "image.merge", "image", image_id, target_id=target_id)
    if image.is_approved:  # else nobody is to hear that there was one
        work.told(Happening.IMAGE_MERGED, image_id, target_id=target_id)
    work.told(Happening.IMAGE_CHANGED, target_id)
    _changed(work, image_id, target_id)


@verb(Acts.IMAGE)
def unmerge_image(work: Work, actor: Actor, image_id: int) -> None:
    """Undo the merge of this image into another: what came from it, and is still as it came, goes back.

    Raises NotAllowed, ImageNotFound, InvalidValue for an image that was not merged or was destroyed, or whose
    target was itself merged since: that is to be undone first.
    """
    user_id = require_staff(actor)
    pointer = select(images.c.duplicate_id).where(images.c.id == image_id)
    target_id = work.execute(pointer).scalar_one_or_none() if 0 < image_id <= MAX_ID else None
    held = lock_images(work, actor, image_id, *([] if target_id is None else [target_id]))
    image, target = held[0], held[-1]
    if target_id is None or image.duplicate_id != target_id:  # maybe not any more
        raise InvalidValue("image", "is not merged")
    if target.duplicate_id is not None:
        raise InvalidValue("target", f"was merged into {target.duplicate_id}; undo that first")
    if image.is_destroyed:
        raise InvalidValue("image", "has no files any more")
    merge_id = _open_merge(work, image_id)
    _set(work, image_id, hidden_from_users=False, duplicate_id=None, deleted_by_user_id=None)
    carry_back(work, merge_id, image, target, user_id=user_id)
    if merge_id is not None:
        work.execute(update(image_merges).where(image_merges.c.id == merge_id).values(undone_at=work.now))
        _take_earlier_first_seen(work, target_id)
    work.logged(user_id, "image.unmerge", "image", image_id, target_id=target_id)
    work.told(Happening.IMAGE_CHANGED, image_id)
    work.told(Happening.IMAGE_CHANGED, target_id)
    _changed(work, image_id, target_id)


def final_duplicate(reading: Reading, image_id: int) -> int:
    """Where merges lead from an image, the image itself if it was not merged; that one may be hidden."""
    start = select(images.c.id, images.c.duplicate_id).where(images.c.id == image_id)
    chain = start.cte("chain", recursive=True)
    chain = chain.union(
        select(images.c.id, images.c.duplicate_id).join(chain, images.c.id == chain.c.duplicate_id)
    )
    end = select(chain.c.id).where(chain.c.duplicate_id.is_(None))
    found: int | None = reading.execute(end).scalar_one_or_none()
    return image_id if found is None else found


def _open_merge(reading: Reading, image_id: int) -> int | None:
    """Id of the record; None for an image that came merged into this library."""
    wanted = select(image_merges.c.id).where(
        image_merges.c.image_id == image_id, image_merges.c.undone_at.is_(None)
    )
    merge_id: int | None = reading.execute(wanted).scalar_one_or_none()
    return merge_id


def _recorded(work: Work, image_id: int, target_id: int, user_id: int | None) -> int:
    first_seen = select(images.c.first_seen_at).where(images.c.id == target_id)
    row = {"image_id": image_id, "target_id": target_id, "user_id": user_id, "merged_at": work.now}
    before: datetime = work.execute(first_seen).scalar_one()
    made = work.insert(image_merges).values(**row, target_first_seen_at=before).returning(image_merges.c.id)
    merge_id: int = work.execute(made).scalar_one()
    return merge_id


def _take_earlier_first_seen(work: Work, target_id: int) -> None:
    """The earliest of its own time and those of what is merged into it.

    Its own is the latest that a merge has found: merges only make it earlier.
    """
    into = image_merges.c.target_id == target_id
    own = work.execute(select(func.max(image_merges.c.target_first_seen_at)).where(into)).scalar_one()
    merged = select(func.min(images.c.first_seen_at)).join(
        image_merges, image_merges.c.image_id == images.c.id
    )
    earliest = work.execute(merged.where(into, image_merges.c.undone_at.is_(None))).scalar_one()
    _set(work, target_id, first_seen_at=min(moment for moment in (own, earliest) if moment is not None))


def _set(work: Work, image_id: int, **values: object) -> None:
    values["updated_at"] = whole_seconds(work.now)
    work.execute(update(images).where(images.c.id == image_id).values(**values))


def _changed(work: Work, *image_ids: int) -> None:
    for image_id in image_ids:
        work.changed("image", image_id)
