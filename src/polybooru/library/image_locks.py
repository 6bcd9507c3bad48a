"""What staff have locked on an image: its comments, its description, its tags, or single tags.

A lock on description and tags stops people, not staff; locked comments, and a single locked tag, are the same
for everybody until staff unlock them.
Neighbours: the verbs that ask: `comments`, `image_edits`, `tag_edits`.
"""

from collections import defaultdict
from collections.abc import Collection, Sequence

from sqlalchemy import delete, select, update

from polybooru.db import joined
from polybooru.db.tables import image_locked_tags, images
from polybooru.library.actors import Actor, require_staff
from polybooru.library.errors import InvalidValue
from polybooru.library.image_visibility import lock_image
from polybooru.library.tag_names import clean_tag_list
from polybooru.library.tags import find_tags_to_keep
from polybooru.library.verbs import Acts, verb
from polybooru.library.work import Reading, Work

_LOCKED = select(image_locked_tags.c.image_id, image_locked_tags.c.tag_id).where(
    joined.among_asked(image_locked_tags.c.image_id)
)


@verb(Acts.IMAGE)
def lock_comments(work: Work, actor: Actor, image_id: int) -> None:
    """Let nobody comment on the image, nor edit a comment. Raises NotAllowed, ImageNotFound."""
    _set(work, actor, image_id, "are_comments_locked", is_locked=True)


@verb(Acts.IMAGE)
def unlock_comments(work: Work, actor: Actor, image_id: int) -> None:
    """Undo `lock_comments`. Raises NotAllowed, ImageNotFound."""
    _set(work, actor, image_id, "are_comments_locked", is_locked=False)


@verb(Acts.IMAGE)
def lock_description(work: Work, actor: Actor, image_id: int) -> None:
    """Let nobody but staff write about the image. Raises NotAllowed, ImageNotFound."""
    _set(work, actor, image_id, "is_description_locked", is_locked=True)


@verb(Acts.IMAGE)
def unlock_description(work: Work, actor: Actor, image_id: int) -> None:
    """Undo `lock_description`. Raises NotAllowed, ImageNotFound."""
    _set(work, actor, image_id, "is_description_locked", is_locked=False)


@verb(Acts.IMAGE)
def lock_image_tags(work: Work, actor: Actor, image_id: int) -> None:
    """Let nobody but staff edit the tags of the image. Raises NotAllowed, ImageNotFound."""
    _set(work, actor, image_id, "are_tags_locked", is_locked=True)


@verb(Acts.IMAGE)
def unlock_image_tags(work: Work, actor: Actor, image_id: int) -> None:
    """Undo `lock_image_tags`. Raises NotAllowed, ImageNotFound."""
    _set(work, actor, image_id, "are_tags_locked", is_locked=False)


@verb(Acts.IMAGE)
def set_locked_tags(work: Work, actor: Actor, image_id: int, names: Sequence[str]) -> None:
    """Let these tags stay as they are on the image, on it or not, and no others.

    Raises NotAllowed, ImageNotFound, InvalidValue for a tag that does not exist or too many of them.
    """
    user_id = require_staff(actor)
    lock_image(work, actor, image_id)
    clean = clean_tag_list(",".join(names))
    if len(clean) > work.policy.max_tags:
        raise InvalidValue("tags", f"should be at most {work.policy.max_tags}")
    found = find_tags_to_keep(work, clean)
    unknown = next((name for name in clean if name not in found), None)
    if unknown is not None:
        raise InvalidValue("tags", f"There is no tag {unknown!r}.")
    tag_ids = sorted({tag.id for tag in found.values()})
    work.execute(delete(image_locked_tags).where(image_locked_tags.c.image_id == image_id))
    if tag_ids:
        rows = [{"image_id": image_id, "tag_id": tag_id} for tag_id in tag_ids]
        # Conflicts: one of them may just become an alias, and then its target is locked too.
        work.execute(work.insert(image_locked_tags).values(rows).on_conflict_do_nothing())
    work.logged(user_id, "image.lock_single_tags", "image", image_id, tag_ids=tag_ids)
    work.changed("image", image_id)


def locked_tags(reading: Reading, image_ids: Collection[int]) -> dict[int, set[int]]:
    """Ids of the tags that stay as they are, by the image's id; images without any are left out."""
    found: defaultdict[int, set[int]] = defaultdict(set)
    for image_id, tag_id in reading.connection.execute(_LOCKED, joined.asked(image_ids)):
        found[image_id].add(tag_id)
    return found


def _set(work: Work, actor: Actor, image_id: int, column: str, *, is_locked: bool) -> None:
    user_id = require_staff(actor)
    lock_image(work, actor, image_id)
    work.execute(update(images).where(images.c.id == image_id).values({column: is_locked}))
    what = {
        "are_comments_locked": "comments",
        "is_description_locked": "description",
        "are_tags_locked": "tags",
    }
    work.logged(user_id, f"image.{'' if is_locked else 'un'}lock_{what[column]}", "image", image_id)
    work.changed("image", image_id)
