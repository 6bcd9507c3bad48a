"""The one door through which the tags of images change after their upload, for whatever reason.

Rows, counts, the record in the history and the change log go together. Rules and rights are the callers':
`tag_edits` (people, one image), `mass_retags` (staff, many images), `tag_reverts`.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from sqlalchemy import bindparam, delete, insert, not_, select, update

from polybooru.db import joined
from polybooru.db.tables import image_tags, images, tag_change_tags, tag_changes
from polybooru.library.happenings import Happening
from polybooru.library.image_visibility import IN_SIGHT
from polybooru.library.images import whole_seconds
from polybooru.library.tags import add_to_counts, keep_tags
from polybooru.library.work import Reading, Work

_IN_LINE = (
    select(images.c.id, not_(IN_SIGHT))
    .where(joined.among_asked(images.c.id))
    .order_by(images.c.id)
    .with_for_update(key_share=True)
)
_CARRIED = select(image_tags.c.image_id, image_tags.c.tag_id).where(joined.among_asked(image_tags.c.image_id))
_TOUCHED = update(images).where(joined.among_asked(images.c.id)).values(updated_at=bindparam("moment"))
_UNTAGGED = delete(image_tags).where(
    image_tags.c.image_id == bindparam("of_image"), image_tags.c.tag_id == bindparam("of_tag")
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Retagging:
    """What becomes of one image: tags, by id, that it does not have and gets, and those that it loses."""

    image_id: int
    added: frozenset[int]
    removed: frozenset[int]


class Tagging(NamedTuple):
    """One tag that one image gets or loses."""

    image_id: int
    tag_id: int
    is_added: bool


def hold_images(work: Work, image_ids: Collection[int]) -> set[int]:
    """Those of the images that are out of sight, and so in no count.

    All rows are held to the end of the transaction, so that what is read of their tags stays true.
    """
    rows = work.connection.execute(_IN_LINE, joined.asked(sorted(image_ids))).all()
    return {image_id for image_id, is_unseen in rows if is_unseen}


def carried_tags(
    reading: Reading, image_ids: Iterable[int], among: Collection[int] | None = None
) -> dict[int, set[int]]:
    """Ids of the tags of images by the image's id; among: look only for these."""
    wanted = _CARRIED if among is None else _CARRIED.where(image_tags.c.tag_id.in_(sorted(among)))
    carried: defaultdict[int, set[int]] = defaultdict(set)
    for image_id, tag_id in reading.connection.execute(wanted, joined.asked(image_ids)):
        carried[image_id].add(tag_id)
    return carried


def retag(
    work: Work,
    retaggings: Sequence[Retagging],
    *,
    hidden: Collection[int],
    user_id: int | None,
    batch_id: int | None = None,
    is_revert: bool = False,
) -> dict[int, int]:
    """Do and record it all; ids of the records by the image's id.

    The caller holds the images, each named once. hidden: those that are in no count. Tags that somebody has
    just removed are left out.
    """
    if not retaggings:
        return {}
    concerned = set[int]().union(*(one.added | one.removed for one in retaggings))
    kept = keep_tags(work, concerned, to_count=True)
    made = insert(tag_changes).returning(tag_changes.c.id, sort_by_parameter_order=True)
    common = {"user_id": user_id, "made_at": work.now, "tag_batch_id": batch_id, "is_revert": is_revert}
    rows = [{"image_id": one.image_id, **common} for one in retaggings]
    change_ids = work.execute(made, rows).scalars().all()
    recorded = [
        (change_id, one.image_id, tag_id, is_added)
        for one, change_id in zip(retaggings, change_ids, strict=True)
        for tag_ids, is_added in ((one.added & kept, True), (one.removed, False))
        for tag_id in sorted(tag_ids)
    ]
    if recorded:
        _record(work, recorded)
        touched = {image_id for _, image_id, _, _ in recorded}
        work.connection.execute(_TOUCHED, {"moment": whole_seconds(work.now), **joined.asked(touched)})
        _tell(work, [one for one in retaggings if one.image_id not in hidden], is_batch=batch_id is not None)
        tag_and_count(work, [Tagging(i, t, is_added) for _, i, t, is_added in recorded], hidden=hidden)
    return {one.image_id: change_id for one, change_id in zip(retaggings, change_ids, strict=True)}


def tag_and_count(work: Work, taggings: Sequence[Tagging], *, hidden: Collection[int]) -> None:
    """Add and remove what is not there and is, without a record: as where a tag goes or means another.

    The caller holds the images. hidden: those that are in no count.
    """
    added = [{"image_id": one.image_id, "tag_id": one.tag_id} for one in taggings if one.is_added]
    if added:
        work.execute(insert(image_tags), added)
    removed = [{"of_image": one.image_id, "of_tag": one.tag_id} for one in taggings if not one.is_added]
    if removed:
        work.execute(_UNTAGGED, removed)
    differences = Counter[int]()
    for one in taggings:
        work.changed("image_tags", one.image_id)
        if one.image_id not in hidden:
            differences[one.tag_id] += 1 if one.is_added else -1
    add_to_counts(work, {tag_id: by for tag_id, by in differences.items() if by})


def _tell(work: Work, retaggings: Sequence[Retagging], *, is_batch: bool) -> None:
    """One image by itself; of many, those together that get and lose the same."""
    alike: defaultdict[tuple[frozenset[int], frozenset[int]], list[int]] = defaultdict(list)
    for one in retaggings:
        if one.added or one.removed:
            alike[one.added, one.removed].append(one.image_id)
    for (added, removed), image_ids in alike.items():
        tags = {"added": sorted(added), "removed": sorted(removed)}
        if is_batch or len(retaggings) > 1:
            work.told(Happening.IMAGES_TAGGED, image_ids[0], image_ids=image_ids, **tags)
        else:
            work.told(Happening.IMAGE_TAGGED, image_ids[0], **tags)
            work.told(Happening.IMAGE_CHANGED, image_ids[0])


def _record(work: Work, recorded: Sequence[tuple[int, int, int, bool]]) -> None:
    work.execute(
        insert(tag_change_tags),
        [
            {"tag_change_id": change_id, "tag_id": tag_id, "is_added": is_added}
            for change_id, _, tag_id, is_added in recorded
        ],
    )
