"""Aliases and implications: what staff let one tag mean for another.

Neighbours: `tags` (what a list of names means by them), `tag_descriptions`.
"""

from sqlalchemy import delete, literal, select, update

from polybooru.db.tables import filter_tags, image_tags, tag_implications, tags, watched_tags
from polybooru.library.actors import Actor, Permission, require
from polybooru.library.errors import InvalidValue
from polybooru.library.tags import ensure_tag
from polybooru.library.verbs import Acts, verb
from polybooru.library.work import Work


@verb(Acts.TAG)
def alias_tag(work: Work, actor: Actor, name: str, target_name: str) -> None:
    """Make `name` another name of `target_name`; both are made if need be.

    The tag that becomes an alias must not be on any image yet; filters and watch lists that have it have the
    target from now on. Raises NotAllowed, InvalidValue.
    """
    require(actor, Permission.MODERATE)
    source, target = ensure_tag(work, name), ensure_tag(work, target_name)
    if source.id == target.id:
        raise InvalidValue("target", "is the same tag as the source")
    rows = {row.id: row for row in work.execute(select(tags).where(tags.c.id.in_([source.id, target.id])))}
    if rows[target.id].aliased_tag_id is not None:
        raise InvalidValue("target", "is itself aliased and would create a transitive alias")
    if work.execute(select(tags.c.id).where(tags.c.aliased_tag_id == source.id).limit(1)).first():
        raise InvalidValue("tag", "has incoming aliases and cannot be aliased")
    if work.execute(select(image_tags.c.image_id).where(image_tags.c.tag_id == source.id).limit(1)).first():
        raise InvalidValue("tag", "is on images; merge the two tags instead")
    work.execute(update(tags).where(tags.c.id == source.id).values(aliased_tag_id=target.id))
    _move_in_filters(work, source.id, target.id)
    _move_in_watch_lists(work, source.id, target.id)
    work.changed("tag", source.id)
    work.changed("tag", target.id)


def _move_in_filters(work: Work, source_id: int, target_id: int) -> None:
    listing = filter_tags.c.tag_id == source_id
    moved = select(filter_tags.c.filter_id, literal(target_id), filter_tags.c.effect).where(listing)
    work.execute(
        work.insert(filter_tags)
        .from_select(["filter_id", "tag_id", "effect"], moved)
        .on_conflict_do_nothing()
    )
    for filter_id in work.execute(select(filter_tags.c.filter_id).where(listing).distinct()).scalars():
        work.changed("filter", filter_id)
    work.execute(delete(filter_tags).where(listing))


def _move_in_watch_lists(work: Work, source_id: int, target_id: int) -> None:
    watching = watched_tags.c.tag_id == source_id
    moved = select(watched_tags.c.user_id, literal(target_id)).where(watching)
    work.execute(work.insert(watched_tags).from_select(["user_id", "tag_id"], moved).on_conflict_do_nothing())
    for user_id in work.execute(
        delete(watched_tags).where(watching).returning(watched_tags.c.user_id)
    ).scalars():
        work.changed("preferences", user_id)


@verb(Acts.TAG)
def imply_tag(work: Work, actor: Actor, name: str, implied_name: str) -> None:
    """Let adding `name` also add `implied_name`; both are made if need be; a repeat changes nothing.

    Raises NotAllowed, InvalidValue.
    """
    require(actor, Permission.MODERATE)
    tag, implied = ensure_tag(work, name), ensure_tag(work, implied_name)
    if tag.id == implied.id:
        raise InvalidValue("implied", "is the same tag")
    if work.execute(
        select(tag_implications.c.tag_id).where(
            tag_implications.c.tag_id == implied.id, tag_implications.c.implied_tag_id == tag.id
        )
    ).first():
        raise InvalidValue("implied", "implies this tag already; the two would form a circle")
    work.execute(
        work.insert(tag_implications)
        .values(tag_id=tag.id, implied_tag_id=implied.id)
        .on_conflict_do_nothing()
    )
    work.changed("tag", tag.id)
    work.changed("tag", implied.id)
