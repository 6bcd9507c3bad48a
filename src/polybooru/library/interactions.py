"""Votes, faves and personal hides: counters change in the transaction that changes the rows they count."""

from dataclasses import dataclass

from sqlalchemy import delete, select, update

from polybooru.db.tables import faves, hides, images, votes
from polybooru.library.actors import Actor, Permission, require
from polybooru.library.image_visibility import lock_open_image
from polybooru.library.work import Work


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """What an image's counters say after a change, and whether there was one."""

    changed: bool
    upvotes: int
    downvotes: int
    faves: int
    hides: int


def fave(work: Work, actor: Actor, image_id: int) -> Counts:
    """Make the image a favourite of the actor, with the upvote that a fave brings; a repeat changes nothing.

    Raises ImageNotFound, NotAllowed.
    """
    user_id = require(actor, Permission.INTERACT)
    lock_open_image(work, actor, image_id)
    added = work.execute(
        work.insert(faves)
        .values(image_id=image_id, user_id=user_id, liked_at=work.now)
        .on_conflict_do_nothing()
        .returning(faves.c.image_id)
    ).first()
    if added is None:
        return _counts(work, image_id, changed=False)
    work.execute(update(images).where(images.c.id == image_id).values(faves=images.c.faves + 1))
    _set_vote(work, user_id, image_id, is_up=True)
    work.changed("interaction", image_id, user_id)
    return _counts(work, image_id, changed=True)


def unfave(work: Work, actor: Actor, image_id: int) -> Counts:
    """Take the fave back; the upvote stays. Raises ImageNotFound, NotAllowed."""
    user_id = require(actor, Permission.INTERACT)
    lock_open_image(work, actor, image_id)
    removed = work.execute(
        delete(faves).where(faves.c.image_id == image_id, faves.c.user_id == user_id)
    ).rowcount
    if removed:
        work.execute(update(images).where(images.c.id == image_id).values(faves=images.c.faves - 1))
        work.changed("interaction", image_id, user_id)
    return _counts(work, image_id, changed=removed > 0)


def vote(work: Work, actor: Actor, image_id: int, *, is_up: bool) -> Counts:
    """Vote up or down, in place of any earlier vote. Raises ImageNotFound, NotAllowed."""
    user_id = require(actor, Permission.INTERACT)
    lock_open_image(work, actor, image_id)
    changed = _set_vote(work, user_id, image_id, is_up=is_up)
    if changed:
        work.changed("interaction", image_id, user_id)
    return _counts(work, image_id, changed=changed)


def unvote(work: Work, actor: Actor, image_id: int) -> Counts:
    """Take the vote back. Raises ImageNotFound, NotAllowed."""
    user_id = require(actor, Permission.INTERACT)
    lock_open_image(work, actor, image_id)
    earlier = _vote_of(work, user_id, image_id)
    if earlier is not None:
        work.execute(delete(votes).where(votes.c.image_id == image_id, votes.c.user_id == user_id))
        _count_vote(work, image_id, is_up=earlier, by=-1)
        work.changed("interaction", image_id, user_id)
    return _counts(work, image_id, changed=earlier is not None)


def hide(work: Work, actor: Actor, image_id: int) -> Counts:
    """Leave the image out of what the actor finds; a repeat changes nothing.

    Raises ImageNotFound, NotAllowed.
    """
    user_id = require(actor, Permission.INTERACT)
    lock_open_image(work, actor, image_id)
    added = work.execute(
        work.insert(hides)
        .values(image_id=image_id, user_id=user_id, hidden_at=work.now)
        .on_conflict_do_nothing()
        .returning(hides.c.image_id)
    ).first()
    if added is not None:
        _count_hide(work, user_id, image_id, by=1)
    return _counts(work, image_id, changed=added is not None)


def unhide(work: Work, actor: Actor, image_id: int) -> Counts:
    """Let the actor find the image again. Raises ImageNotFound, NotAllowed."""
    user_id = require(actor, Permission.INTERACT)
    lock_open_image(work, actor, image_id)
    removed = work.execute(
        delete(hides).where(hides.c.image_id == image_id, hides.c.user_id == user_id)
    ).rowcount
    if removed:
        _count_hide(work, user_id, image_id, by=-1)
    return _counts(work, image_id, changed=removed > 0)


def _count_hide(work: Work, user_id: int, image_id: int, *, by: int) -> None:
    work.execute(update(images).where(images.c.id == image_id).values(hides=images.c.hides + by))
    work.changed("interaction", image_id, user_id)


def _vote_of(work: Work, user_id: int, image_id: int) -> bool | None:
    statement = select(votes.c.is_up).where(votes.c.image_id == image_id, votes.c.user_id == user_id)
    found: bool | None = work.execute(statement).scalar_one_or_none()
    return found


def _set_vote(work: Work, user_id: int, image_id: int, *, is_up: bool) -> bool:
    earlier = _vote_of(work, user_id, image_id)
    if earlier is is_up:
        return False
    if earlier is not None:
        _count_vote(work, image_id, is_up=earlier, by=-1)
    work.execute(
        work.insert(votes)
        .values(image_id=image_id, user_id=user_id, is_up=is_up, voted_at=work.now)
        .on_conflict_do_update(
            index_elements=["image_id", "user_id"], set_={"is_up": is_up, "voted_at": work.now}
        )
    )
    _count_vote(work, image_id, is_up=is_up, by=1)
    return True


def _count_vote(work: Work, image_id: int, *, is_up: bool, by: int) -> None:
    column = images.c.upvotes if is_up else images.c.downvotes
    work.execute(update(images).where(images.c.id == image_id).values({column: column + by}))


def _counts(work: Work, image_id: int, *, changed: bool) -> Counts:
    row = work.execute(
        select(images.c.upvotes, images.c.downvotes, images.c.faves, images.c.hides).where(
            images.c.id == image_id
        )
    ).one()
    return Counts(
        changed=changed, upvotes=row.upvotes, downvotes=row.downvotes, faves=row.faves, hides=row.hides
    )
