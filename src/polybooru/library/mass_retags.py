"""Tags added to and removed from all images that a query of staff's finds: a look ahead, and some images.

Neighbours: `tag_batches` (how it begins, goes on and is undone), `taggings`.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from pyroaring import BitMap
from sqlalchemy import func, select

from polybooru.db import joined
from polybooru.db.tables import image_tags, tags
from polybooru.library.actors import Actor, require_staff
from polybooru.library.errors import InvalidValue, TagNotFound
from polybooru.library.image_locks import locked_tags
from polybooru.library.image_search import ImageSearch
from polybooru.library.library import Library
from polybooru.library.tag_names import clean_tag_list
from polybooru.library.tag_reverts import breaks_ratings, rating_ids
from polybooru.library.taggings import Retagging, carried_tags, hold_images, retag
from polybooru.library.tags import brought_along, find_tags, load_tags
from polybooru.library.work import Reading, Work
from polybooru.search.index import ById

IMAGES_AT_ONCE = 100
"""In a transaction: some ten milliseconds during which others wait to write."""
MAX_TAGS = 50
_SAMPLE = 10
_COUNTED = (
    select(image_tags.c.image_id, func.count())
    .where(joined.among_asked(image_tags.c.image_id))
    .group_by(image_tags.c.image_id)
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Retag:
    """Tags by id, that all images are to have, and that none is to have."""

    added: frozenset[int]
    removed: frozenset[int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """What a retag would change. added, removed: on how many images, by name; sample: some that change."""

    images: int
    changing: int
    added: Mapping[str, int]
    removed: Mapping[str, int]
    sample: tuple[int, ...]


def matching_images(library: Library, search: ImageSearch, actor: Actor, query: str) -> BitMap:
    """Ids of all images in sight that match, whatever filter and hides the caller has.

    Raises NotAllowed, InvalidQuery, QueryTooExpensive.
    """
    require_staff(actor)
    everything = search.filter_for(actor, library.policy.everything_filter_id)
    page = search.find(
        actor,
        search.parse(actor, query),
        order=ById(),
        offset=0,
        limit=max(1, len(library.replica.index)),
        hidden_by=everything,
        with_own_hidden=True,
    )
    return BitMap(page.ids)


def preview_retag(
    reading: Reading,
    actor: Actor,
    image_ids: Iterable[int],
    added: Collection[str] = (),
    removed: Collection[str] = (),
) -> Preview:
    """What a retag of these images would do, but for locked tags and what the rules leave out.

    Raises NotAllowed, TagNotFound, InvalidValue.
    """
    require_staff(actor)
    wanted, images = retag_of(reading, added, removed), BitMap(image_ids)
    names = {tag_id: tag.name for tag_id, tag in load_tags(reading, wanted.added | wanted.removed).items()}
    gaining = {tag_id: images - _having(reading, tag_id) for tag_id in wanted.added}
    losing = {tag_id: images & _having(reading, tag_id) for tag_id in wanted.removed}
    changing = BitMap.union(BitMap(), *gaining.values(), *losing.values())
    return Preview(
        images=len(images),
        changing=len(changing),
        added={names[tag_id]: len(found) for tag_id, found in gaining.items()},
        removed={names[tag_id]: len(found) for tag_id, found in losing.items()},
        sample=tuple(changing[:_SAMPLE]),
    )


def _having(reading: Reading, tag_id: int) -> BitMap:
    return BitMap(
        reading.execute(select(image_tags.c.image_id).where(image_tags.c.tag_id == tag_id)).scalars()
    )


def retag_of(reading: Reading, added: Collection[str], removed: Collection[str]) -> Retag:
    """The tags that these names mean; all exist. Raises TagNotFound, InvalidValue."""
    names = [clean_tag_list(",".join(given)) for given in (added, removed)]
    if not any(names):
        raise InvalidValue("tags", "should have at least 1 item(s)")
    if sum(map(len, names)) > MAX_TAGS:
        raise InvalidValue("tags", f"should have at most {MAX_TAGS} item(s)")
    known = find_tags(reading, {name for given in names for name in given})
    unknown = [name for given in names for name in given if name not in known]
    if unknown:
        raise TagNotFound(f"There is no tag {unknown[0]!r}.")
    gained, lost = (frozenset(known[name].id for name in given) for given in names)
    if gained & lost:
        raise InvalidValue("tags", "should not be both added and removed")
    return Retag(added=gained, removed=lost)


def read_ids(text: str) -> frozenset[int]:
    """Of numbers between commas."""
    return frozenset(map(int, text.split(","))) if text else frozenset()


def retag_some(
    work: Work, image_ids: Sequence[int], wanted: Retag, *, user_id: int | None, batch_id: int
) -> None:
    """Do it to these images; implied tags come along with those that are new to an image.

    Locked tags stay, and so does an image that would break the rules on ratings or have too many tags.
    """
    hidden = hold_images(work, image_ids)
    meant = _meant(work, wanted.added | wanted.removed)
    gained = {meant[tag_id] for tag_id in wanted.added if tag_id in meant}
    lost = {meant[tag_id] for tag_id in wanted.removed if tag_id in meant} - gained
    brought = {tag.id: {t.id for t in brought_along(work, [tag])} for tag in load_tags(work, gained).values()}
    names = {tag_id: name for name, tag_id in rating_ids(work).items()}
    among = gained | lost | set().union(*brought.values()) | names.keys()
    carried, locked = carried_tags(work, image_ids, among=among), locked_tags(work, image_ids)
    numbers: dict[int, int] = {}
    if gained:
        numbers.update(work.connection.execute(_COUNTED, joined.asked(image_ids)).all())
    found: list[Retagging] = []
    for image_id in image_ids:
        has, fixed = carried.get(image_id, set()), locked.get(image_id, set())
        fresh = gained - has
        added = frozenset(fresh.union(*(brought[tag_id] for tag_id in fresh)) - has - fixed)
        removed = frozenset((lost & has) - added - fixed)
        is_too_many = numbers.get(image_id, 0) + len(added) > work.policy.max_tags
        if (added or removed) and not is_too_many and not breaks_ratings(names, has, added, removed):
            found.append(Retagging(image_id=image_id, added=added, removed=removed))
    retag(work, found, hidden=hidden, user_id=user_id, batch_id=batch_id)


def _meant(reading: Reading, tag_ids: Collection[int]) -> dict[int, int]:
    """Those of the tags that are still there, and what they mean by now."""
    meaning = select(tags.c.id, func.coalesce(tags.c.aliased_tag_id, tags.c.id))
    rows = reading.connection.execute(meaning.where(joined.among_asked(tags.c.id)), joined.asked(tag_ids))
    return {tag_id: target_id for tag_id, target_id in rows}  # noqa: C416 — of rows, `dict` has no type
