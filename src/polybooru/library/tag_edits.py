"""People change the tags of an image, by its old list and a new one.

Neighbours: `taggings` (rows, counts and record), `tag_rules` (what the result has to be), `tag_history`.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import Self

from polybooru.library.actors import Actor, Permission, require
from polybooru.library.errors import EditRefused, NotAllowed
from polybooru.library.image_locks import locked_tags
from polybooru.library.image_visibility import lock_open_image
from polybooru.library.tag_names import clean_tag_list
from polybooru.library.tag_rules import tag_faults
from polybooru.library.taggings import Retagging, carried_tags, retag
from polybooru.library.tags import (
    Tag,
    brought_along,
    ensure_tags,
    find_tags,
    in_display_order,
    load_tags,
)
from polybooru.library.verbs import Acts, verb
from polybooru.library.work import Work


@dataclass(frozen=True, slots=True, kw_only=True)
class EditedTags:
    """What an edit really did. change_id: of its record in the history; None if nothing changed."""

    change_id: int | None
    tags: tuple[Tag, ...]
    added: tuple[Tag, ...]
    removed: tuple[Tag, ...]


@verb(Acts.IMAGE)
def edit_image_tags(
    work: Work, actor: Actor, image_id: int, old: Sequence[str], new: Sequence[str]
) -> EditedTags:
    """Apply the difference between the list of names that somebody saw and the one that is wanted.

    So two edits at once merge: what neither list or both lists name stays as it is. Implied tags and the tag
    `oc` come along with tags that are new to the image; single tags that staff locked stay as they are.
    Raises ImageNotFound, also for a hidden one, EditRefused with the faults of an upload, LoginRequired,
    NotAllowed, also where all tags are locked.
    """
    user_id = require(actor, Permission.WRITE)
    image = lock_open_image(work, actor, image_id)
    if image.are_tags_locked and not actor.is_staff:
        raise NotAllowed("The tags of this image are locked.")
    locked = locked_tags(work, [image_id]).get(image_id, set())
    wish = _wish(work, old, new).without(locked)
    carried = carried_tags(work, [image_id]).get(image_id, set())
    fresh = [tag for tag in wish.gained.values() if tag.id not in carried]
    brought = [tag for tag in brought_along(work, fresh, new_names=wish.unknown) if tag.id not in locked]
    gained = wish.gained | {tag.id: tag for tag in brought}
    removed = frozenset((wish.lost & carried) - gained.keys())
    known = load_tags(work, carried - removed) | gained
    faults = tag_faults(work.policy, [*(tag.name for tag in known.values()), *wish.unknown])
    if faults and (removed or wish.unknown or not gained.keys() <= carried):
        raise EditRefused(faults)
    made = {tag.id: tag for tag in ensure_tags(work, wish.unknown).values()}
    added = frozenset((known | made).keys() - carried)
    change_id = None
    if added or removed:
        wanted = Retagging(image_id=image_id, added=added, removed=removed)
        if not image.is_approved and image.uploader_id != user_id:  # as nobody but staff may
            work.logged(user_id, "image.tag", "image", image_id)
        change_id = retag(
            work, [wanted], hidden=() if image.is_approved else (image_id,), user_id=user_id
        ).get(image_id)
    return _told(work, change_id, known | made, added, removed)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Wish:
    """unknown: names of tags that are to be made. lost: ids."""

    gained: dict[int, Tag]
    unknown: list[str]
    lost: set[int]

    def without(self, tag_ids: Collection[int]) -> Self:
        """What is left of it when these tags stay as they are."""
        gained = {tag_id: tag for tag_id, tag in self.gained.items() if tag_id not in tag_ids}
        return replace(self, gained=gained, lost=self.lost.difference(tag_ids))


def _wish(work: Work, old: Sequence[str], new: Sequence[str]) -> _Wish:
    """Tags that only the new list means, and those that only the old one means."""
    before, after = (clean_tag_list(",".join(names)) for names in (old, new))
    both = set(before) & set(after)
    found = find_tags(work, {*before, *after})
    stay = {found[name].id for name in both if name in found}
    lost = {found[name].id for name in before if name in found}
    gained = {found[name].id: found[name] for name in after if name in found}
    return _Wish(  # an alias in one list and its target in the other mean the same
        gained={tag_id: tag for tag_id, tag in gained.items() if tag_id not in stay | lost},
        unknown=[name for name in after if name not in found and name not in both],
        lost=lost - stay - gained.keys(),
    )


def _told(
    work: Work, change_id: int | None, left: dict[int, Tag], added: frozenset[int], removed: frozenset[int]
) -> EditedTags:
    return EditedTags(
        change_id=change_id,
        tags=tuple(in_display_order(left.values())),
        added=tuple(in_display_order(left[tag_id] for tag_id in added)),
        removed=tuple(in_display_order(load_tags(work, removed).values())),
    )
