"""Which images a caller may see: one answer for every verb and edge.

An image that waits for approval is there for its uploader and for staff alone, and only where it is asked for
by its id: searches, counts, suggestions and files have none but images *in sight*, approved and not hidden. A
hidden image leaves a stub that everybody sees; nobody votes, faves or comments on it.
Neighbours: `image_index` (what searches leave out), `recounts` (what counters count), `approval`.
"""

from collections.abc import Collection, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Row, and_, bindparam, select

from polybooru.db.prepared import Prepared
from polybooru.db.tables import images
from polybooru.library.actors import Actor
from polybooru.library.errors import ImageNotFound
from polybooru.library.image_index import UNAPPROVED
from polybooru.library.library import Library
from polybooru.library.work import Reading, Work

MAX_ID = 2**31 - 1
"""Ids above it are unknown by definition: the dialects print ids that clients keep in 32 bits."""
IN_SIGHT = and_(images.c.hidden_from_users.is_(False), images.c.is_approved)
"""A condition on rows of `images`: what everybody may find, and what is counted."""


class ImageState(NamedTuple):
    """The columns of an image that say who may see it and do what with it."""

    id: int
    uploader_id: int | None
    hidden_from_users: bool
    is_approved: bool
    duplicate_id: int | None
    is_destroyed: bool
    are_comments_locked: bool
    is_description_locked: bool
    are_tags_locked: bool


STATE_COLUMNS = tuple(images.c[name] for name in ImageState._fields)
_STATES = select(*STATE_COLUMNS)
_STATE = Prepared(_STATES.where(images.c.id == bindparam("image")))
_LOCKED = Prepared(_STATES.where(images.c.id == bindparam("image")).with_for_update(key_share=True))


def is_in_sight(image: Row[Any] | ImageState) -> bool:
    """Whether everybody may find it; image: a row with the columns that say so."""
    return image.is_approved and not image.hidden_from_users


def may_see(actor: Actor, image: ImageState) -> bool:
    """Whether there is such an image for this caller, if only as a stub."""
    is_own = actor.user_id is not None and image.uploader_id == actor.user_id
    return image.is_approved or is_own or actor.is_staff


def lock_images(work: Work, actor: Actor, *image_ids: int) -> list[ImageState]:
    """What state they are in, held until the commit; hidden ones too. Raises ImageNotFound.

    The only way to hold several: whoever holds one waits for none with a smaller id.
    """
    known = sorted({image_id for image_id in image_ids if 0 < image_id <= MAX_ID})
    wanted = _STATES.where(images.c.id.in_(known)).order_by(images.c.id)
    found = {row.id: ImageState(*row) for row in work.execute(wanted.with_for_update(key_share=True))}
    for image_id in image_ids:
        if image_id not in found or not may_see(actor, found[image_id]):
            raise not_found(image_id)
    return [found[image_id] for image_id in image_ids]


def lock_image(work: Work, actor: Actor, image_id: int) -> ImageState:
    """As `lock_images`, for one."""
    return seen_state(actor, image_id, work.run(_LOCKED, image=image_id) if 0 < image_id <= MAX_ID else [])


def lock_open_image(work: Work, actor: Actor, image_id: int) -> ImageState:
    """As `lock_image`, for what people do with an image: a hidden one is not found."""
    row = lock_image(work, actor, image_id)
    if row.hidden_from_users:
        raise not_found(image_id)
    return row


def in_sight(reading: Reading, image_ids: Collection[int]) -> set[int]:
    """Those of a few hundred images at most that everybody may find."""
    known = [image_id for image_id in image_ids if 0 < image_id <= MAX_ID]
    return set(reading.execute(select(images.c.id).where(images.c.id.in_(known), IN_SIGHT)).scalars())


def check_may_see(library: Library, actor: Actor, image_id: int) -> None:
    """Raises ImageNotFound if there is no such image for this caller.

    Cost: none to speak of for what the index knows as approved, as no approval is ever taken back.
    """
    if not 0 < image_id <= MAX_ID:
        raise not_found(image_id)
    replica = library.replica
    with replica.lock:
        if image_id in replica.index and not replica.index.has_flag(UNAPPROVED, image_id):
            return
    with library.reading() as reading:
        seen_state(actor, image_id, reading.run(_STATE, image=image_id))


def seen_state(actor: Actor, image_id: int, found: Sequence[Sequence[Any]]) -> ImageState:
    """The state that was found, if the caller may see the image. Raises ImageNotFound.

    found: a row of `STATE_COLUMNS`, or none.
    """
    state = ImageState(*found[0]) if found else None
    if state is None or not may_see(actor, state):
        raise not_found(image_id)
    return state


def not_found(image_id: int) -> ImageNotFound:
    """The same for one that is not there and for one that this caller may not see."""
    return ImageNotFound(f"There is no image {image_id}.")
