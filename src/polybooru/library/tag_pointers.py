"""What else points at a tag, besides images and other tags.

That is: filters, watch lists, tags locked on images, the list of tags, DNP entries and artist links.

Neighbours: `tag_relations` and `tag_deletion`, after which these point elsewhere or nowhere.
"""

from sqlalchemy import delete, exists, literal, select, update

from polybooru.db.tables import (
    artist_links,
    dnp_entries,
    filter_tags,
    filters,
    image_locked_tags,
    watched_tags,
)
from polybooru.library.artist_links import move_artist_links
from polybooru.library.listed_tags import drop_listed_tag, move_listed_tag
from polybooru.library.work import Reading, Work


def share_pointers(work: Work, tag_id: int, target_id: int) -> None:
    """Let whatever lists the tag list the target too, and give the target its DNP entries and artist links.

    Both are listed until no image has the tag any more: else a filter would let its images through meanwhile.
    """
    listing = select(filter_tags.c.filter_id).where(filter_tags.c.tag_id == tag_id)
    # Whoever edits or deletes one of these filters is done before or comes after.
    in_line = select(filters.c.id).where(filters.c.id.in_(listing)).order_by(filters.c.id)
    work.execute(in_line.with_for_update(key_share=True))
    listed = select(filter_tags.c.filter_id, literal(target_id), filter_tags.c.effect)
    into = work.insert(filter_tags).from_select(
        ["filter_id", "tag_id", "effect"], listed.where(filter_tags.c.tag_id == tag_id)
    )
    work.execute(into.on_conflict_do_nothing())
    watching = select(watched_tags.c.user_id, literal(target_id)).where(watched_tags.c.tag_id == tag_id)
    into = work.insert(watched_tags).from_select(["user_id", "tag_id"], watching)
    work.execute(into.on_conflict_do_nothing())
    locked = select(image_locked_tags.c.image_id, literal(target_id))
    into = work.insert(image_locked_tags).from_select(
        ["image_id", "tag_id"], locked.where(image_locked_tags.c.tag_id == tag_id)
    )
    work.execute(into.on_conflict_do_nothing())
    move_artist_links(work, tag_id, target_id)
    move_listed_tag(work, tag_id, target_id)
    work.execute(update(dnp_entries).where(dnp_entries.c.tag_id == tag_id).values(tag_id=target_id))
    _tell(work, tag_id)


def is_needed(reading: Reading, tag_id: int) -> bool:
    """Whether an artist link or an open DNP entry is about the tag."""
    open_entry = (dnp_entries.c.tag_id == tag_id, dnp_entries.c.state != "closed")
    needed = select(exists().where(*open_entry) | exists().where(artist_links.c.tag_id == tag_id))
    return bool(reading.execute(needed).scalar_one())


def drop_pointers(work: Work, tag_id: int) -> None:
    """Take the tag from all lists."""
    _tell(work, tag_id)
    for table in (filter_tags, watched_tags, image_locked_tags):
        work.execute(delete(table).where(table.c.tag_id == tag_id))
    drop_listed_tag(work, tag_id)


def _tell(work: Work, tag_id: int) -> None:
    listing = select(filter_tags.c.filter_id).where(filter_tags.c.tag_id == tag_id).distinct()
    for filter_id in work.execute(listing).scalars():
        work.changed("filter", filter_id)
    watching = select(watched_tags.c.user_id).where(watched_tags.c.tag_id == tag_id)
    for user_id in work.execute(watching).scalars():
        work.changed("preferences", user_id)
