"""Comments on images. The image counts those in sight; whoever changes one holds the image's row.

Neighbours: `written`, what comments share with posts.
"""

from typing import Any

from sqlalchemy import Row, select, update

from polybooru.db.full_text import COMMENT_WORDS
from polybooru.db.tables import comments, images
from polybooru.library.actors import Actor, Permission, require
from polybooru.library.errors import CommentNotFound
from polybooru.library.image_visibility import lock_open_image
from polybooru.library.images import MAX_ID
from polybooru.library.work import Work
from polybooru.library.written import Written

_COMMENT = Written(kind="comment", table=comments, words=COMMENT_WORDS)


def post_comment(work: Work, actor: Actor, image_id: int, body: str, *, is_anonymous: bool = False) -> int:
    """Id of the new comment. Raises LoginRequired, NotAllowed, ImageNotFound, InvalidValue."""
    require(actor, Permission.WRITE)
    body = _COMMENT.body(body)
    lock_open_image(work, actor, image_id)
    comment_id = _COMMENT.insert(work, actor, body, is_anonymous=is_anonymous, image_id=image_id)
    _count(work, image_id, 1)
    return comment_id


def edit_comment(work: Work, actor: Actor, comment_id: int, body: str, *, reason: str = "") -> None:
    """Change an own comment. Raises LoginRequired, NotAllowed, CommentNotFound, InvalidValue."""
    require(actor, Permission.WRITE)
    comment, image = _locked(work, comment_id)
    if comment.hidden_from_users or image.hidden_from_users:
        raise _not_found(comment_id)
    _COMMENT.edit(work, actor, comment, body, reason=reason)


def hide_comment(work: Work, actor: Actor, comment_id: int, *, reason: str) -> None:
    """Take the comment from sight, reversibly; a repeat only changes the reason.

    Raises LoginRequired, NotAllowed, CommentNotFound, InvalidValue.
    """
    require(actor, Permission.MODERATE)
    comment, _ = _locked(work, comment_id)
    _COMMENT.hide(work, actor, comment, reason=reason)
    if not comment.hidden_from_users:
        _count(work, comment.image_id, -1)


def unhide_comment(work: Work, actor: Actor, comment_id: int) -> None:
    """Undo `hide_comment`; one in sight stays as it is.

    Raises LoginRequired, NotAllowed, CommentNotFound, InvalidValue for one that was destroyed.
    """
    require(actor, Permission.MODERATE)
    comment, _ = _locked(work, comment_id)
    if not comment.hidden_from_users:
        return
    _COMMENT.unhide(work, actor, comment)
    _count(work, comment.image_id, 1)


def destroy_comment(work: Work, actor: Actor, comment_id: int) -> None:
    """Remove the text of a hidden comment for good; the row stays.

    Raises LoginRequired, NotAllowed, CommentNotFound, InvalidValue for one in sight.
    """
    require(actor, Permission.MODERATE)
    comment, _ = _locked(work, comment_id)
    _COMMENT.destroy(work, actor, comment)


def _locked(work: Work, comment_id: int) -> tuple[Row[Any], Row[Any]]:
    """The comment and its image, the image locked first: in one order everywhere."""
    image_id = None
    if 0 < comment_id <= MAX_ID:
        wanted = select(comments.c.image_id).where(comments.c.id == comment_id)
        image_id = work.execute(wanted).scalar_one_or_none()
    image = None if image_id is None else _locked_image(work, image_id)
    if image is None:
        raise _not_found(comment_id)
    return work.execute(select(comments).where(comments.c.id == comment_id)).one(), image


def _locked_image(work: Work, image_id: int) -> Row[Any] | None:
    if not 0 < image_id <= MAX_ID:
        return None
    wanted = select(images.c.id, images.c.hidden_from_users).where(images.c.id == image_id)
    return work.execute(wanted.with_for_update(key_share=True)).one_or_none()


def _count(work: Work, image_id: int, by: int) -> None:
    counted = update(images).where(images.c.id == image_id)
    work.execute(counted.values(comment_count=images.c.comment_count + by))
    work.changed("image", image_id)


def _not_found(comment_id: int) -> CommentNotFound:
    return CommentNotFound(f"There is no comment {comment_id}.")
