"""Staff take edits of tags back: one, several, and by `tag_batches` all that a person did.

Neighbours: `tag_reverting` (what is left then), `taggings` (rows, counts and the record of the revert).
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence

from sqlalchemy import bindparam, select, update

from polybooru.db import joined
from polybooru.db.tables import tag_change_tags, tag_changes, tags
from polybooru.library.actors import Actor, require_staff
from polybooru.library.errors import InvalidValue, TagChangeNotFound
from polybooru.library.image_locks import locked_tags
from polybooru.library.ratings import RATINGS, rating_faults
from polybooru.library.tag_reverting import Past, standing, states_after
from polybooru.library.taggings import Retagging, carried_tags, hold_images, retag
from polybooru.library.verbs import Acts, verb
from polybooru.library.work import Reading, Work

MOST_AT_ONCE = 100
"""In one transaction."""
_MAX_ID = 2**63 - 1
_OF_IMAGES = (
    select(tag_changes.c.image_id, tag_changes.c.id, tag_changes.c.is_revert, tag_changes.c.reverted_by_id)
    .where(joined.among_asked(tag_changes.c.image_id))
    .order_by(tag_changes.c.id)
)
_TAGS = (
    select(tag_change_tags)
    .join(tag_changes, tag_changes.c.id == tag_change_tags.c.tag_change_id)
    .where(joined.among_asked(tag_changes.c.image_id))
)
_MARK = (
    update(tag_changes)
    .where(tag_changes.c.id == bindparam("reverted"))
    .values(reverted_by_id=bindparam("by"))
)


@verb(Acts.TAG_CHANGE)
def revert_tag_change(work: Work, actor: Actor, change_id: int) -> int:
    """As `revert_tag_changes`, for one. Raises NotAllowed, TagChangeNotFound."""
    return revert_tag_changes(work, actor, [change_id])


@verb(Acts.THE_LIBRARY)
def revert_tag_changes(work: Work, actor: Actor, change_ids: Sequence[int]) -> int:
    """Take edits back, as if they had never been made; what was decided later stays. Returns how many.

    One that is reverted already counts for nothing. Reverting a revert brings back what it had taken back.
    Raises NotAllowed, TagChangeNotFound for any that is not there, InvalidValue for too many.
    """
    staff_id = require_staff(actor)
    wanted = sorted(set(change_ids))
    if len(wanted) > MOST_AT_ONCE:
        raise InvalidValue("changes", f"should have at most {MOST_AT_ONCE} item(s)")
    known = [change_id for change_id in wanted if 0 < change_id <= _MAX_ID]
    there = select(tag_changes.c.id).where(tag_changes.c.id.in_(known))
    missing = set(wanted) - set(work.execute(there).scalars())
    if missing:
        raise TagChangeNotFound(f"There is no tag change {min(missing)}.")
    reverted = take_back(work, wanted, user_id=staff_id)
    for change_id, by in reverted.items():
        work.logged(staff_id, "tag_change.revert", "tag_change", change_id, by=by)
    return len(reverted)


def take_back(
    work: Work, change_ids: Sequence[int], *, user_id: int | None, batch_id: int | None = None
) -> dict[int, int]:
    """Revert those of the changes that stand; by their ids, the ids of the changes that reverted them."""
    having = select(tag_changes.c.image_id).where(joined.among_asked(tag_changes.c.id)).distinct()
    image_ids = work.connection.execute(having, joined.asked(change_ids)).scalars().all()
    hidden = hold_images(work, image_ids)
    history = _histories(work, image_ids)
    chosen = {image_id: standing(changes).intersection(change_ids) for image_id, changes in history.items()}
    chosen = {image_id: found for image_id, found in sorted(chosen.items()) if found}
    states = {image_id: states_after(history[image_id], found) for image_id, found in chosen.items()}
    made = retag(
        work, _retaggings(work, states), hidden=hidden, user_id=user_id, batch_id=batch_id, is_revert=True
    )
    reverted = {change_id: made[image_id] for image_id, found in chosen.items() for change_id in found}
    if reverted:
        marked = [{"reverted": change_id, "by": by} for change_id, by in reverted.items()]
        work.execute(_MARK, marked)
    return reverted


def _histories(work: Work, image_ids: Collection[int]) -> dict[int, list[Past]]:
    """By image; a tag that is an alias by now means its target."""
    rows = work.connection.execute(_TAGS, joined.asked(image_ids)).all()
    meant = _targets(work, {tag_id for _, tag_id, _ in rows})
    changed: defaultdict[int, dict[int, bool]] = defaultdict(dict)
    for change_id, tag_id, is_added in rows:
        changed[change_id][meant[tag_id]] = is_added
    history: defaultdict[int, list[Past]] = defaultdict(list)
    of_images = work.connection.execute(_OF_IMAGES, joined.asked(image_ids))
    for image_id, change_id, is_revert, reverted_by_id in of_images:
        past = Past(id=change_id, is_revert=is_revert, reverted_by_id=reverted_by_id, tags=changed[change_id])
        history[image_id].append(past)
    return history


def _targets(reading: Reading, tag_ids: Iterable[int]) -> dict[int, int]:
    rows = reading.connection.execute(
        select(tags.c.id, tags.c.aliased_tag_id).where(joined.among_asked(tags.c.id)), joined.asked(tag_ids)
    )
    return {tag_id: tag_id if target_id is None else target_id for tag_id, target_id in rows}


def _retaggings(work: Work, states: Mapping[int, Mapping[int, bool]]) -> list[Retagging]:
    names = {tag_id: name for name, tag_id in rating_ids(work).items()}
    among = {tag_id for wanted in states.values() for tag_id in wanted} | names.keys()
    carried, locked = carried_tags(work, states, among=among), locked_tags(work, states)
    found: list[Retagging] = []
    for image_id, wanted in states.items():
        has, fixed = carried.get(image_id, set()), locked.get(image_id, set())
        added = {tag_id for tag_id, is_on in wanted.items() if is_on and tag_id not in has} - fixed
        removed = {tag_id for tag_id, is_on in wanted.items() if not is_on and tag_id in has} - fixed
        if breaks_ratings(names, has, added, removed):  # a later edit has decided about the rating
            added, removed = added - names.keys(), removed - names.keys()
        found.append(Retagging(image_id=image_id, added=frozenset(added), removed=frozenset(removed)))
    return found


def rating_ids(reading: Reading) -> dict[str, int]:
    """Ids of the rating tags by name."""
    rows = reading.execute(select(tags.c.name, tags.c.id).where(tags.c.name.in_(sorted(RATINGS))))
    return {name: tag_id for name, tag_id in rows}  # noqa: C416 — of rows, `dict` has no type


def breaks_ratings(
    names: Mapping[int, str], has: Collection[int], added: Collection[int], removed: Collection[int]
) -> bool:
    """Whether an image whose ratings keep their rules would do so no longer. names: of ratings, by id."""
    before = {names[tag_id] for tag_id in has if tag_id in names}
    gained = {names[tag_id] for tag_id in added if tag_id in names}
    after = (before | gained) - {names[tag_id] for tag_id in removed if tag_id in names}
    return not rating_faults(before) and bool(rating_faults(after))
