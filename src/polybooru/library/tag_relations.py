"""Aliases and implications: what staff let one tag mean for another.

Neighbours: `tags` (what a list of names means by them), `tag_moves` (the images of a tag that becomes an
alias), `tag_pointers` (its filters and watch lists).
"""

from typing import Any

from sqlalchemy import Row, delete, select, update

from polybooru.db.tables import tag_implications, tags
from polybooru.library import jobs
from polybooru.library.actors import Actor, require_staff
from polybooru.library.errors import InvalidValue, TagNotFound
from polybooru.library.ratings import RATINGS
from polybooru.library.tag_moves import is_tagged
from polybooru.library.tag_pointers import drop_pointers, share_pointers
from polybooru.library.tags import check_tag_name, hold_tags, lock_tags, take_turns_at_tags
from polybooru.library.verbs import Acts, verb
from polybooru.library.work import Reading, Work


@verb(Acts.TAG)
def alias_tag(work: Work, actor: Actor, name: str, target_name: str) -> None:
    """Make `name` another name of `target_name`; both are made if need be; a repeat changes nothing.

    This is how two tags are merged: images, filters, watch lists and DNP entries of the one have the other
    from then on, images in the background. Raises NotAllowed, InvalidValue.
    """
    staff_id = require_staff(actor)
    source_name, target_name = check_tag_name(name), check_tag_name(target_name, "target")
    if source_name == target_name:
        raise InvalidValue("target", "is the same tag as the source")
    if source_name in RATINGS:
        raise InvalidValue("tag", "is a rating, which the rules know by this name")
    take_turns_at_tags(work)
    names = [source_name, target_name]
    there = {row.name: row for row in work.execute(select(tags).where(tags.c.name.in_(names)))}
    _refuse_chain(work, there.get(source_name), there.get(target_name))
    rows = hold_tags(work, names)
    source_id, target_id = rows[source_name].id, rows[target_name].id
    if rows[source_name].aliased_tag_id == target_id:
        return
    _refuse_chain(work, rows[source_name], rows[target_name])  # others may have been faster
    work.execute(update(tags).where(tags.c.id == source_id).values(aliased_tag_id=target_id))
    share_pointers(work, source_id, target_id)
    if is_tagged(work, source_id):
        jobs.enqueue(work, jobs.MOVE_TAGGINGS, source_id)
    else:
        drop_pointers(work, source_id)
    for changed in (source_id, target_id, rows[source_name].aliased_tag_id):
        if changed is not None:
            work.changed("tag", changed)
    work.logged(staff_id, "tag.alias", "tag", source_id, name=source_name, target=target_name)


def _refuse_chain(reading: Reading, source: Row[Any] | None, target: Row[Any] | None) -> None:
    if target is not None and target.aliased_tag_id is not None:
        raise InvalidValue("target", "is itself aliased and would create a transitive alias")
    if source is not None:
        incoming = select(tags.c.id).where(tags.c.aliased_tag_id == source.id).limit(1)
        if reading.execute(incoming).first() is not None:
            raise InvalidValue("tag", "has incoming aliases and cannot be aliased")


@verb(Acts.TAG)
def unalias_tag(work: Work, actor: Actor, name: str) -> None:
    """Let an alias be a tag of its own again; what it gave to its target stays there.

    Raises NotAllowed, TagNotFound, InvalidValue for a tag that is no alias.
    """
    staff_id = require_staff(actor)
    clean = check_tag_name(name)
    take_turns_at_tags(work)
    row = lock_tags(work, [clean]).get(clean)
    if row is None:
        raise TagNotFound(f"There is no tag {clean!r}.")
    if row.aliased_tag_id is None:
        raise InvalidValue("tag", "is not an alias")
    work.execute(update(tags).where(tags.c.id == row.id).values(aliased_tag_id=None))
    work.changed("tag", row.id)
    work.changed("tag", row.aliased_tag_id)
    work.logged(staff_id, "tag.unalias", "tag", row.id, name=clean)


@verb(Acts.TAG)
def imply_tag(work: Work, actor: Actor, name: str, implied_name: str) -> None:
    """Let adding `name` also add `implied_name`; both are made if need be; a repeat changes nothing.

    Raises NotAllowed, InvalidValue, also for what would lead back to the tag, over any number of others.
    """
    staff_id = require_staff(actor)
    clean, implied = check_tag_name(name), check_tag_name(implied_name, "implied")
    if clean == implied:
        raise InvalidValue("implied", "is the same tag")
    take_turns_at_tags(work)
    rows = hold_tags(work, [clean, implied])
    # Circles close over any number of rows. After the tags, as whoever deletes one holds it first.
    work.database.lock_table(work.connection, tag_implications)
    if _leads_to(work, rows[implied].id, rows[clean].id):
        raise InvalidValue("implied", "implies this tag already; the two would form a circle")
    pair = {"tag_id": rows[clean].id, "implied_tag_id": rows[implied].id}
    added = work.insert(tag_implications).values(pair).on_conflict_do_nothing()
    if work.execute(added.returning(tag_implications.c.tag_id)).first() is not None:
        work.changed("tag", pair["tag_id"])
        work.changed("tag", pair["implied_tag_id"])
        work.logged(staff_id, "tag.imply", "tag", pair["tag_id"], name=clean, implied=implied)


def _leads_to(reading: Reading, tag_id: int, wanted_id: int) -> bool:
    """Whether implications lead from one tag to the other, over others too."""
    reached, fresh = {tag_id}, {tag_id}
    while fresh and wanted_id not in reached:
        further = select(tag_implications.c.implied_tag_id).where(
            tag_implications.c.tag_id.in_(sorted(fresh))
        )
        fresh = set(reading.execute(further).scalars()) - reached
        reached |= fresh
    return wanted_id in reached


@verb(Acts.TAG)
def unimply_tag(work: Work, actor: Actor, name: str, implied_name: str) -> None:
    """Let adding `name` no longer add `implied_name`; images keep what they have.

    Raises NotAllowed, TagNotFound, InvalidValue where nothing is implied.
    """
    staff_id = require_staff(actor)
    clean, implied = check_tag_name(name), check_tag_name(implied_name, "implied")
    take_turns_at_tags(work)
    rows = lock_tags(work, [clean, implied])
    for wanted in (clean, implied):
        if wanted not in rows:
            raise TagNotFound(f"There is no tag {wanted!r}.")
    pair = (
        tag_implications.c.tag_id == rows[clean].id,
        tag_implications.c.implied_tag_id == rows[implied].id,
    )
    if not work.execute(delete(tag_implications).where(*pair)).rowcount:
        raise InvalidValue("implied", "is not implied by this tag")
    work.changed("tag", rows[clean].id)
    work.changed("tag", rows[implied].id)
    work.logged(staff_id, "tag.unimply", "tag", rows[clean].id, name=clean, implied=implied)
