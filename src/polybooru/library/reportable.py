"""What can be reported, and whether there is one for the caller who reports it.

Neighbours: `reports`.
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from sqlalchemy import Row, select

from polybooru.db.tables import comments, forums, galleries, posts, topics, users
from polybooru.db.types import HIGHEST_ID
from polybooru.library.actors import Actor
from polybooru.library.errors import (
    CommentNotFound,
    GalleryNotFound,
    ImageNotFound,
    NotFound,
    PostNotFound,
    TopicNotFound,
    UserNotFound,
)
from polybooru.library.forums import may_enter
from polybooru.library.image_visibility import lock_open_image
from polybooru.library.report_rows import Reportable
from polybooru.library.work import Work
from polybooru.library.written import may_see


def check_reportable(work: Work, actor: Actor, kind: Reportable, object_id: int) -> None:
    """Raises the kind's own NotFound unless the caller sees such a thing and it is not hidden.

    An image, also that of a comment, is held: nobody hides it between this look and the report, which hiding
    would close.
    """
    if not 0 < object_id <= HIGHEST_ID or not _SEEN[kind](work, actor, object_id):
        raise _ERRORS[kind](f"There is no {kind.value} {object_id}.")


def _image(work: Work, actor: Actor, image_id: int) -> bool:
    try:
        lock_open_image(work, actor, image_id)
    except ImageNotFound:
        return False
    return True


def _comment(work: Work, actor: Actor, comment_id: int) -> bool:
    row = work.execute(select(comments).where(comments.c.id == comment_id)).one_or_none()
    return row is not None and _is_shown(actor, row) and _image(work, actor, row.image_id)


def _post(work: Work, actor: Actor, post_id: int) -> bool:
    row = work.execute(select(posts).where(posts.c.id == post_id)).one_or_none()
    return row is not None and _is_shown(actor, row) and _topic(work, actor, row.topic_id)


def _is_shown(actor: Actor, row: Row[Any]) -> bool:
    return not row.hidden_from_users and may_see(actor, row)


def _topic(work: Work, actor: Actor, topic_id: int) -> bool:
    wanted = select(topics.c.hidden_from_users, forums.c.access_level)
    wanted = wanted.join(forums, forums.c.id == topics.c.forum_id).where(topics.c.id == topic_id)
    row = work.execute(wanted).one_or_none()
    return row is not None and not row.hidden_from_users and may_enter(actor, row.access_level)


def _user(work: Work, _: Actor, user_id: int) -> bool:
    wanted = select(users.c.id).where(users.c.id == user_id, users.c.deleted_at.is_(None))
    return work.execute(wanted).first() is not None


def _gallery(work: Work, _: Actor, gallery_id: int) -> bool:
    return work.execute(select(galleries.c.id).where(galleries.c.id == gallery_id)).first() is not None


_SEEN: Mapping[Reportable, Callable[[Work, Actor, int], bool]] = MappingProxyType(
    {
        Reportable.IMAGE: _image,
        Reportable.COMMENT: _comment,
        Reportable.POST: _post,
        Reportable.TOPIC: _topic,
        Reportable.USER: _user,
        Reportable.GALLERY: _gallery,
    }
)
_ERRORS: Mapping[Reportable, type[NotFound]] = MappingProxyType(
    {
        Reportable.IMAGE: ImageNotFound,
        Reportable.COMMENT: CommentNotFound,
        Reportable.POST: PostNotFound,
        Reportable.TOPIC: TopicNotFound,
        Reportable.USER: UserNotFound,
        Reportable.GALLERY: GalleryNotFound,
    }
)
