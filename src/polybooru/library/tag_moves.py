"""Images of a tag that becomes an alias, or goes: each step takes some of them, in a short transaction.

What was done so far is what stands in the rows, so that a step may come at any time after any other. Nothing
of it goes into the history: there a tag that is an alias means its target. Neighbours: `tag_jobs` (who calls
the steps), `tag_relations`.
"""

from sqlalchemy import func, select

from polybooru.db.tables import image_tags, tags
from polybooru.library.tag_pointers import drop_pointers, share_pointers
from polybooru.library.taggings import Tagging, carried_tags, hold_images, tag_and_count
from polybooru.library.tags import keep_tags, take_turns_at_tags
from polybooru.library.work import Reading, Work

IMAGES_AT_ONCE = 100
"""In a transaction: some ten milliseconds during which others wait to write."""


def is_tagged(reading: Reading, tag_id: int) -> bool:
    """Whether any image has the tag, hidden or not."""
    first = select(image_tags.c.image_id).where(image_tags.c.tag_id == tag_id).limit(1)
    return reading.execute(first).first() is not None


def count_taggings(reading: Reading, tag_id: int) -> int:
    """How many images have the tag, hidden ones too."""
    having = select(func.count()).select_from(image_tags).where(image_tags.c.tag_id == tag_id)
    number: int = reading.execute(having).scalar_one()
    return number


def move_some_taggings(work: Work, tag_id: int) -> bool:
    """Give some images of an alias its target; whether there may be more of them."""
    take_turns_at_tags(work)
    alias = select(tags.c.aliased_tag_id).where(tags.c.id == tag_id)
    target_id = work.execute(alias).scalar_one_or_none()
    if target_id is None:  # it is an alias no longer
        return False
    if take_from_some_images(work, tag_id, target_id):
        return True
    if not keep_tags(work, [target_id]):  # somebody has just removed it: look again
        return True
    share_pointers(work, tag_id, target_id)
    drop_pointers(work, tag_id)
    return False


def take_from_some_images(work: Work, tag_id: int, target_id: int | None) -> bool:
    """Take the tag from some images and give them the target instead; whether there were any."""
    having = select(image_tags.c.image_id).where(image_tags.c.tag_id == tag_id)
    first = having.order_by(image_tags.c.image_id).limit(IMAGES_AT_ONCE)
    image_ids = work.execute(first).scalars().all()
    if not image_ids:
        return False
    hidden = hold_images(work, image_ids)
    both = {tag_id} if target_id is None else {tag_id, target_id}
    if not keep_tags(work, both, to_count=True) >= both:  # somebody has just removed one: look again
        return True
    changed: list[Tagging] = []
    for image_id, carried in carried_tags(work, image_ids, among=both).items():
        if tag_id in carried:
            changed.append(Tagging(image_id, tag_id, is_added=False))
            if target_id is not None and target_id not in carried:
                changed.append(Tagging(image_id, target_id, is_added=True))
    tag_and_count(work, changed, hidden=hidden)
    return True
