"""What else points at a tag, besides images and other tags: filters, watch lists, DNP entries.

Neighbours: `tag_relations` and `tag_deletion`, after which these point elsewhere or nowhere.
"""

from sqlalchemy import delete, literal, select, update

from polybooru.db.tables import dnp_entries, filter_tags, watched_tags
from polybooru.library.work import Work


def share_pointers(work: Work, tag_id: int, target_id: int) -> None:
    """Let whatever lists the tag list the target too, and let its DNP entries be the target's.

    Both are listed until no image has the tag any more: else a filter would let its images through meanwhile.
    """
    listed = select(filter_tags.c.filter_id, literal(target_id), filter_tags.c.effect)
    into = work.insert(filter_tags).from_select(
        ["filter_id", "tag_id", "effect"], listed.where(filter_tags.c.tag_id == tag_id)
    )
    work.execute(into.on_conflict_do_nothing())
    watching = select(watched_tags.c.user_id, literal(target_id)).where(watched_tags.c.tag_id == tag_id)
    into = work.insert(watched_tags).from_select(["user_id", "tag_id"], watching)
    work.execute(into.on_conflict_do_nothing())
    work.execute(update(dnp_entries).where(dnp_entries.c.tag_id == tag_id).values(tag_id=target_id))
    _tell(work, tag_id)


def drop_pointers(work: Work, tag_id: int) -> None:
    """Take the tag from all lists."""
    _tell(work, tag_id)
    for table in (filter_tags, watched_tags):
        work.execute(delete(table).where(table.c.tag_id == tag_id))


def _tell(work: Work, tag_id: int) -> None:
    listing = select(filter_tags.c.filter_id).where(filter_tags.c.tag_id == tag_id).distinct()
    for filter_id in work.execute(listing).scalars():
        work.changed("filter", filter_id)
    watching = select(watched_tags.c.user_id).where(watched_tags.c.tag_id == tag_id)
    for user_id in work.execute(watching).scalars():
        work.changed("preferences", user_id)
