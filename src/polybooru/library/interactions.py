"""Votes, faves and personal hides: counters change in the transaction that changes the rows they count.

What a person has done with an image is one value; a verb says what it is to become, and the difference is
stored. Thousands are wanted a second, so all statements are prepared.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any, NamedTuple, TypeAlias

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Table,
    and_,
    bindparam,
    delete,
    exists,
    insert,
    select,
    update,
)

from polybooru.db.prepared import Prepared
from polybooru.db.tables import faves, hides, images, users, votes
from polybooru.library.accounts import get_user
from polybooru.library.actors import Actor, Permission, require, require_staff
from polybooru.library.errors import NotAllowed
from polybooru.library.granted import Granted
from polybooru.library.grants import check_may_act_for
from polybooru.library.image_document import ImageDocument
from polybooru.library.image_filters import forced_hides
from polybooru.library.image_index import Interaction
from polybooru.library.image_visibility import (
    MAX_ID,
    STATE_COLUMNS,
    ImageState,
    lock_image,
    lock_open_image,
    not_found,
    seen_state,
)
from polybooru.library.verbs import Acts, verb
from polybooru.library.work import Work
from polybooru.search.language.matcher import matches
from polybooru.search.language.tree import Nothing


class Counts(NamedTuple):
    """What an image's counters say after a change, whether there was one, and whether it is now faved."""

    changed: bool
    is_faved: bool
    upvotes: int
    downvotes: int
    faves: int
    hides: int


class _Counted(NamedTuple):
    """The counters of an image."""

    upvotes: int
    downvotes: int
    faves: int
    hides: int


class _Standing(NamedTuple):
    """What one person has done with one image. is_up: None without a vote."""

    is_up: bool | None
    is_faved: bool
    is_hidden: bool


class _Look(NamedTuple):
    """An image, the filter that staff forced on a person, and what that person has done with the image."""

    image: ImageState
    counted: _Counted
    forced_filter_id: int | None
    standing: _Standing


_Change: TypeAlias = Callable[[_Standing], _Standing]
_Refusal: TypeAlias = Callable[[Work, Actor, int], None]


@verb(Acts.IMAGE)
def fave(work: Work, actor: Actor, image_id: int, *, of_user_id: int | None = None) -> Counts:
    """Make the image a favourite, with the upvote that a fave brings; a repeat changes nothing.

    of_user_id: another's, over whom the actor has the grant `manage_favorites`; so with its likes.
    Raises ImageNotFound, NotAllowed, UserNotFound.
    """
    return _rate(work, actor, image_id, _faved, of_user_id)


@verb(Acts.IMAGE)
def unfave(work: Work, actor: Actor, image_id: int, *, of_user_id: int | None = None) -> Counts:
    """Take the fave back, also from an image that staff hid meanwhile; the upvote stays.

    Raises ImageNotFound, NotAllowed, UserNotFound.
    """
    return _rate(work, actor, image_id, _not_faved, of_user_id)


@verb(Acts.IMAGE)
def toggle_fave(work: Work, actor: Actor, image_id: int, *, of_user_id: int | None = None) -> Counts:
    """Fave, or take the fave back if there is one. Raises ImageNotFound, NotAllowed, UserNotFound."""
    return _rate(work, actor, image_id, _toggled, of_user_id)


@verb(Acts.IMAGE)
def vote(work: Work, actor: Actor, image_id: int, *, is_up: bool) -> Counts:
    """Vote up or down, in place of any earlier vote. Raises ImageNotFound, NotAllowed."""
    return _rate(work, actor, image_id, lambda now: now._replace(is_up=is_up))


@verb(Acts.IMAGE)
def unvote(work: Work, actor: Actor, image_id: int) -> Counts:
    """Take the vote back. Raises ImageNotFound, NotAllowed."""
    return _rate(work, actor, image_id, lambda now: now._replace(is_up=None))


@verb(Acts.IMAGE)
def hide(work: Work, actor: Actor, image_id: int) -> Counts:
    """Leave the image out of what the actor finds; a repeat changes nothing.

    Raises ImageNotFound, NotAllowed.
    """
    return _change(work, actor, image_id, lambda now: now._replace(is_hidden=True))


@verb(Acts.IMAGE)
def unhide(work: Work, actor: Actor, image_id: int) -> Counts:
    """Let the actor find the image again. Raises ImageNotFound, NotAllowed."""
    return _change(work, actor, image_id, lambda now: now._replace(is_hidden=False))


@verb(Acts.IMAGE)
def remove_interactions(work: Work, actor: Actor, image_id: int, user_id: int) -> Counts:
    """Take back the vote and the fave of somebody else, as when they were not given honestly.

    Raises NotAllowed, ImageNotFound, also for a hidden image.
    """
    staff_id = require_staff(actor)
    lock_open_image(work, actor, image_id)
    look = _look(work, actor, image_id, user_id if 0 < user_id <= MAX_ID else 0)
    counts = _become(work, user_id, look, look.standing._replace(is_up=None, is_faved=False))
    if counts.changed:
        work.logged(staff_id, "image.remove_interactions", "image", image_id, of_user_id=user_id)
    return counts


def _faved(now: _Standing) -> _Standing:
    # Whoever has faved it and then voted otherwise keeps that vote.
    return now if now.is_faved else now._replace(is_faved=True, is_up=True)


def _not_faved(now: _Standing) -> _Standing:
    return now._replace(is_faved=False)


def _toggled(now: _Standing) -> _Standing:
    return _not_faved(now) if now.is_faved else _faved(now)


def _rate(work: Work, actor: Actor, image_id: int, change: _Change, of_user_id: int | None = None) -> Counts:
    """As `_change`, of votes and faves: none on what staff hide from the person by a filter."""
    return _change(work, actor, image_id, change, _refuse_forced, of_user_id)


def _refuse_forced(work: Work, actor: Actor, image_id: int) -> None:
    hidden = forced_hides(work, actor)
    if not isinstance(hidden, Nothing) and matches(hidden, ImageDocument(work, image_id), work.now):
        raise NotAllowed("A filter that staff have chosen for you hides this image.")


def _change(
    work: Work,
    actor: Actor,
    image_id: int,
    change: _Change,
    refuse: _Refusal | None = None,
    of_user_id: int | None = None,
) -> Counts:
    """refuse: asked only where staff have forced a filter on the person."""
    user_id = require(actor, Permission.INTERACT)
    if of_user_id is not None and of_user_id != user_id:
        check_may_act_for(work, actor, Granted.MANAGE_FAVORITES, of_user_id)
        user_id = get_user(work, of_user_id).id
    look = _look(work, actor, image_id, user_id)
    after = change(look.standing)
    if not (look.standing.is_faved and not after.is_faved):  # what was faved once can be taken back
        if look.image.hidden_from_users:
            raise not_found(image_id)
        if look.forced_filter_id is not None and refuse is not None:
            refuse(work, replace(actor, user_id=user_id), image_id)
    return _become(work, user_id, look, after)


def _look(work: Work, actor: Actor, image_id: int, user_id: int) -> _Look:
    """All of it stays as it is until the commit."""
    if not work.is_sqlite:  # which has its writers in line: nobody comes between
        lock_image(work, actor, image_id)
    rows = work.run(_LOOK, image=image_id, user=user_id) if 0 < image_id <= MAX_ID else []
    image = seen_state(actor, image_id, [row[:_COUNTED_AT] for row in rows])
    counted = _Counted._make(rows[0][_COUNTED_AT:_DONE_AT])
    forced_filter_id, *standing = rows[0][_DONE_AT:]
    return _Look(image, counted, forced_filter_id, _Standing._make(standing))


def _become(work: Work, user_id: int, look: _Look, after: _Standing) -> Counts:
    before, counted, image_id = look.standing, look.counted, look.image.id
    if after == before:
        return Counts(False, after.is_faved, *counted)
    _store(work, image_id, user_id, before, after)
    counted = _Counted(
        upvotes=counted.upvotes + (after.is_up is True) - (before.is_up is True),
        downvotes=counted.downvotes + (after.is_up is False) - (before.is_up is False),
        faves=counted.faves + after.is_faved - before.is_faved,
        hides=counted.hides + after.is_hidden - before.is_hidden,
    )
    work.run(_COUNT, image=image_id, **counted._asdict())
    now = Interaction(after.is_faved, after.is_hidden, after.is_up, *counted)
    work.changed("interaction", image_id, user_id, known=now)
    return Counts(True, after.is_faved, *counted)


def _store(work: Work, image_id: int, user_id: int, before: _Standing, after: _Standing) -> None:
    key = {"image": image_id, "user": user_id}
    if after.is_up is not before.is_up:
        if before.is_up is not None:
            work.run(_UNVOTE, **key)
        if after.is_up is not None:
            work.run(_VOTE, **key, up=after.is_up, now=work.now)
    if after.is_faved and not before.is_faved:
        work.run(_FAVE, **key, now=work.now)
    elif before.is_faved and not after.is_faved:
        work.run(_UNFAVE, **key)
    if after.is_hidden and not before.is_hidden:
        work.run(_HIDE, **key, now=work.now)
    elif before.is_hidden and not after.is_hidden:
        work.run(_UNHIDE, **key)


_IMAGE: BindParameter[int] = bindparam("image")
_USER: BindParameter[int] = bindparam("user")
_NOW: BindParameter[datetime] = bindparam("now")
_COUNTERS = tuple(images.c[name] for name in _Counted._fields)


def _theirs(table: Table) -> ColumnElement[bool]:
    return and_(table.c.image_id == _IMAGE, table.c.user_id == _USER)


def _put(table: Table, **values: BindParameter[Any]) -> Prepared:
    return Prepared(insert(table).values(image_id=_IMAGE, user_id=_USER, **values))


_DONE = (
    select(users.c.forced_filter_id).where(users.c.id == _USER).scalar_subquery(),
    select(votes.c.is_up).where(_theirs(votes)).scalar_subquery(),
    exists().where(_theirs(faves)),
    exists().where(_theirs(hides)),
)
_COUNTED_AT = len(STATE_COLUMNS)
_DONE_AT = _COUNTED_AT + len(_COUNTERS)
_LOOK = Prepared(select(*STATE_COLUMNS, *_COUNTERS, *_DONE).where(images.c.id == _IMAGE))
_VOTE = _put(votes, is_up=bindparam("up"), voted_at=_NOW)
_UNVOTE = Prepared(delete(votes).where(_theirs(votes)))
_FAVE = _put(faves, liked_at=_NOW)
_UNFAVE = Prepared(delete(faves).where(_theirs(faves)))
_HIDE = _put(hides, hidden_at=_NOW)
_UNHIDE = Prepared(delete(hides).where(_theirs(hides)))
_COUNT = Prepared(
    update(images).where(images.c.id == _IMAGE).values({name: bindparam(name) for name in _Counted._fields})
)
