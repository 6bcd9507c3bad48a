"""Tags that go: those that staff delete, and those that nothing needs.

A tag on many images goes in steps, in the background. Its part of the history goes with it: without the tag
nothing of that could be reverted. Neighbours: `tag_moves`, `tag_pointers`, `tag_jobs`.
"""

from datetime import timedelta

from sqlalchemy import Select, delete, exists, or_, select, update

from polybooru.db.full_text import TAG_WORDS, remove_words
from polybooru.db.tables import (
    artist_links,
    dnp_entries,
    filter_tags,
    image_locked_tags,
    image_tags,
    listed_tags,
    tag_change_tags,
    tag_implications,
    tags,
    watched_tags,
)
from polybooru.library import jobs
from polybooru.library.actors import Actor, require_staff
from polybooru.library.errors import InvalidValue, TagNotFound
from polybooru.library.ratings import RATINGS
from polybooru.library.tag_moves import is_tagged, take_from_some_images
from polybooru.library.tag_pointers import drop_pointers, is_needed
from polybooru.library.tags import check_tag_name, take_turns_at_tags
from polybooru.library.verbs import Acts, verb
from polybooru.library.work import Reading, Work

_FORGOTTEN_AT_ONCE = 1_000
_PURGED_AT_ONCE = 200
_UNUSED_AFTER = timedelta(days=1)
_KEPT = sorted(RATINGS | {"oc"})
"""Names that rules go by."""


@verb(Acts.TAG)
def delete_tag(work: Work, actor: Actor, name: str) -> None:
    """Take a tag from all images, relations, filters and watch lists, and remove it; in the background.

    Raises NotAllowed, TagNotFound, InvalidValue for a rating and for a tag that has open DNP entries
    or artist links.
    """
    staff_id = require_staff(actor)
    clean = check_tag_name(name)
    # Not held: its images come first, as for whoever edits one, and the last step looks again.
    row = work.execute(select(tags).where(tags.c.name == clean)).one_or_none()
    if row is None:
        raise TagNotFound(f"There is no tag {clean!r}.")
    if clean in RATINGS:
        raise InvalidValue("tag", "is a rating, which the rules know by this name")
    if is_needed(work, row.id):
        raise InvalidValue("tag", "has DNP entries or artist links, which would go with it")
    if delete_some(work, row.id):
        jobs.enqueue(work, jobs.DELETE_TAG, row.id)
    work.logged(staff_id, "tag.delete", "tag", row.id, name=clean)


def delete_some(work: Work, tag_id: int) -> bool:
    """One step of a deletion; whether there is more to do."""
    take_turns_at_tags(work)
    if take_from_some_images(work, tag_id, None):
        return True
    mentions = select(tag_change_tags.c.tag_change_id).where(tag_change_tags.c.tag_id == tag_id)
    some = mentions.order_by(tag_change_tags.c.tag_change_id).limit(_FORGOTTEN_AT_ONCE)
    change_ids = work.execute(some).scalars().all()
    if change_ids:
        among = tag_change_tags.c.tag_change_id.in_(change_ids)
        work.execute(delete(tag_change_tags).where(tag_change_tags.c.tag_id == tag_id, among))
        return True
    # Held against whoever is about to use it, with its aliases, in one order; then there may be a last image.
    concerned = select(tags.c.id).where(or_(tags.c.id == tag_id, tags.c.aliased_tag_id == tag_id))
    work.execute(concerned.order_by(tags.c.id).with_for_update())
    if is_tagged(work, tag_id) or work.execute(some).first() is not None:
        return True
    if not is_needed(work, tag_id):  # else somebody asked for an entry meanwhile: then the tag stays
        _remove(work, tag_id)
    return False


def _remove(work: Work, tag_id: int) -> None:
    drop_pointers(work, tag_id)
    work.execute(delete(dnp_entries).where(dnp_entries.c.tag_id == tag_id))  # closed ones
    pair = tag_implications.c
    for one, other in ((pair.tag_id, pair.implied_tag_id), (pair.implied_tag_id, pair.tag_id)):
        for related in work.execute(delete(tag_implications).where(one == tag_id).returning(other)).scalars():
            work.changed("tag", related)
    freed = update(tags).where(tags.c.aliased_tag_id == tag_id).values(aliased_tag_id=None)
    for alias_id in work.execute(freed.returning(tags.c.id)).scalars().all():
        work.changed("tag", alias_id)
    target_id = work.execute(
        delete(tags).where(tags.c.id == tag_id).returning(tags.c.aliased_tag_id)
    ).scalar_one_or_none()
    if target_id is not None:
        work.changed("tag", target_id)
    work.transaction.words.get(TAG_WORDS, {}).pop(tag_id, None)
    remove_words(work.connection, TAG_WORDS, tag_id)
    work.changed("tag", tag_id)


def is_any_unused(reading: Reading) -> bool:
    """Whether there is something to purge: asked first, as purging needs the write lock."""
    return reading.execute(_unused(reading).limit(1)).first() is not None


def purge_unused_tags(work: Work) -> int:
    """Remove some tags that nothing and nobody has anything to do with for a day; returns how many.

    That is: on no image, hidden ones too, in no history, filter, watch list or relation, and without a
    description.
    """
    take_turns_at_tags(work)
    found = work.execute(_unused(work).limit(_PURGED_AT_ONCE)).scalars().all()
    held = select(tags.c.id).where(tags.c.id.in_(found)).order_by(tags.c.id).with_for_update()
    work.execute(held)
    for tag_id in work.execute(_unused(work).where(tags.c.id.in_(found))).scalars().all():
        _remove(work, tag_id)
    return len(found)


def _unused(reading: Reading) -> Select[int]:
    other = tags.alias("other")
    used = [
        exists().where(column == tags.c.id)
        for column in (
            image_tags.c.tag_id,
            tag_change_tags.c.tag_id,
            filter_tags.c.tag_id,
            watched_tags.c.tag_id,
            dnp_entries.c.tag_id,
            artist_links.c.tag_id,
            image_locked_tags.c.tag_id,
            listed_tags.c.tag_id,
            tag_implications.c.tag_id,
            tag_implications.c.implied_tag_id,
            other.c.aliased_tag_id,
        )
    ]
    return select(tags.c.id).where(
        tags.c.image_count == 0,
        tags.c.description == "",
        tags.c.short_description == "",
        tags.c.aliased_tag_id.is_(None),
        tags.c.created_at < reading.now - _UNUSED_AFTER,
        tags.c.name.not_in(_KEPT),
        ~or_(*used),
    )
