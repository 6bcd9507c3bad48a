"""Comments on images. The image counts those that were approved; whoever changes one holds the image's row.

One that staff hide or destroy stays counted. One that waits for approval, or waits again, is not.
Neighbours: `written`, what comments share with posts; `notices`, who hears of one.
"""

from typing import Any

from sqlalchemy import Row, select, update

from polybooru.db.full_text import COMMENT_WORDS
from polybooru.db.tables import comment_edits, comments, images
from polybooru.library.actors import Actor, Permission, require, require_staff
from polybooru.library.errors import CommentNotFound, ImageNotFound, NotAllowed, Unavailable
from polybooru.library.happenings import Happening
from polybooru.library.image_visibility import MAX_ID, ImageState, lock_image, lock_open_image
from polybooru.library.notices import IMAGE_COMMENT, note
from polybooru.library.verbs import Acts, verb
from polybooru.library.work import Reading, Work
from polybooru.library.written import Edit, Written, may_see

COMMENT = Written(kind="comment", table=comments, edits=comment_edits, words=COMMENT_WORDS)


@verb(Acts.IMAGE)
def post_comment(work: Work, actor: Actor, image_id: int, body: str, *, is_anonymous: bool = False) -> int:
    """Id of the new comment. One of a young account that leads to other hosts waits for approval.

    Raises LoginRequired, NotAllowed where comments are locked too, ImageNotFound, InvalidValue.
    """
    user_id = require(actor, Permission.WRITE)
    stored = COMMENT.body(work, actor, body)
    _refuse_locked(lock_open_image(work, actor, image_id))
    comment_id = COMMENT.insert(work, actor, stored, is_anonymous=is_anonymous, image_id=image_id)
    if not stored.needs_approval:
        _count(work, image_id, 1)
        _tell(work, user_id, image_id, comment_id)
    return comment_id


@verb(Acts.COMMENT)
def edit_comment(work: Work, actor: Actor, comment_id: int, body: str, *, reason: str = "") -> None:
    """Change an own comment, for staff any, with a reason; what it was is kept.

    Raises LoginRequired, NotAllowed where comments are locked too, CommentNotFound, InvalidValue.
    """
    require(actor, Permission.WRITE)
    comment, image = _locked(work, actor, comment_id)
    if comment.hidden_from_users or image.hidden_from_users:
        raise _not_found(comment_id)
    if not actor.is_staff:
        _refuse_locked(image)
    is_approved = COMMENT.edit(work, actor, comment, body, reason=reason)
    work.told(Happening.COMMENT_CHANGED, comment_id)
    if comment.is_approved and not is_approved:
        _count(work, image.id, -1)


@verb(Acts.COMMENT)
def hide_comment(work: Work, actor: Actor, comment_id: int, *, reason: str) -> None:
    """Take the comment from sight, reversibly; a repeat only changes the reason.

    Raises LoginRequired, NotAllowed, CommentNotFound, InvalidValue.
    """
    require_staff(actor)
    comment, _ = _locked(work, actor, comment_id)
    COMMENT.hide(work, actor, comment, reason=reason)


@verb(Acts.COMMENT)
def unhide_comment(work: Work, actor: Actor, comment_id: int) -> None:
    """Undo `hide_comment`; one that is not hidden stays as it is.

    Raises LoginRequired, NotAllowed, CommentNotFound, InvalidValue for one that was destroyed.
    """
    require_staff(actor)
    comment, _ = _locked(work, actor, comment_id)
    if comment.hidden_from_users:
        COMMENT.unhide(work, actor, comment)


@verb(Acts.COMMENT)
def destroy_comment(work: Work, actor: Actor, comment_id: int) -> None:
    """Remove the text of a hidden comment and what it was before for good; the row stays.

    Raises LoginRequired, NotAllowed, CommentNotFound, InvalidValue for one in sight.
    """
    require_staff(actor)
    comment, _ = _locked(work, actor, comment_id)
    COMMENT.destroy(work, actor, comment)


@verb(Acts.COMMENT)
def approve_comment(work: Work, actor: Actor, comment_id: int) -> bool:
    """Let everybody see a comment; whether it was waiting for that.

    Raises LoginRequired, NotAllowed, CommentNotFound.
    """
    require_staff(actor)
    comment, _ = _locked(work, actor, comment_id)
    if comment.is_approved:
        return False
    COMMENT.approve(work, actor, comment)
    _count(work, comment.image_id, 1)
    if not comment.hidden_from_users:
        _tell(work, comment.user_id, comment.image_id, comment_id)
    return True


def comment_history(reading: Reading, actor: Actor, comment_id: int) -> list[Edit]:
    """Its edits, the last one first, for everybody who may see it. Raises CommentNotFound."""
    row = None
    if 0 < comment_id <= MAX_ID:
        both = comments.join(images, images.c.id == comments.c.image_id)
        columns = (images.c.hidden_from_users.label("is_image_hidden"), images.c.uploader_id)
        wanted = select(comments, *columns, images.c.is_approved.label("is_image_approved"))
        row = reading.execute(wanted.select_from(both).where(comments.c.id == comment_id)).one_or_none()
    if row is None or not may_see(actor, row):
        raise _not_found(comment_id)
    is_own_image = actor.user_id is not None and row.uploader_id == actor.user_id
    is_shown = not row.is_image_hidden and (row.is_image_approved or is_own_image)
    if not is_shown and not actor.is_staff:
        raise _not_found(comment_id)
    return COMMENT.history(reading, comment_id)


def _locked(work: Work, actor: Actor, comment_id: int) -> tuple[Row[Any], ImageState]:
    """The comment, if this caller may see it, and its image, locked first: in one order everywhere."""
    image_id = None
    if 0 < comment_id <= MAX_ID:
        wanted = select(comments.c.image_id).where(comments.c.id == comment_id)
        image_id = work.execute(wanted).scalar_one_or_none()
    if image_id is None:
        raise _not_found(comment_id)
    try:
        image = lock_image(work, actor, image_id)
    except ImageNotFound as error:
        raise _not_found(comment_id) from error
    comment = work.execute(select(comments).where(comments.c.id == comment_id)).one()
    if comment.image_id != image_id:
        raise Unavailable("The comment has just come to another image.")
    if not may_see(actor, comment):
        raise _not_found(comment_id)
    return comment, image


def _refuse_locked(image: ImageState) -> None:
    if image.are_comments_locked:
        raise NotAllowed("This image takes no comments.")


def _tell(work: Work, user_id: int | None, image_id: int, comment_id: int) -> None:
    work.told(Happening.COMMENT_CREATED, comment_id)
    note(work, IMAGE_COMMENT, image_id, comment_id, user_id=user_id)


def _count(work: Work, image_id: int, by: int) -> None:
    counted = update(images).where(images.c.id == image_id)
    work.execute(counted.values(comment_count=images.c.comment_count + by))
    work.changed("image", image_id)


def _not_found(comment_id: int) -> CommentNotFound:
    return CommentNotFound(f"There is no comment {comment_id}.")
