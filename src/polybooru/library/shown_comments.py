"""Comments as everybody reads them: who wrote them, under which name, and what staff left of them.

Neighbours: `comments` (the verbs), `row_search` (which ids a reader may find), `shown_posts`.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import and_, case, null, select

from polybooru.db import joined
from polybooru.db.prepared import Prepared
from polybooru.db.tables import comments, images, users
from polybooru.library.actors import Actor
from polybooru.library.anonymous_names import AnonymousNames
from polybooru.library.errors import CommentNotFound
from polybooru.library.image_visibility import MAX_ID
from polybooru.library.work import Reading


class ShownComment(msgspec.Struct, frozen=True, gc=False):
    """One comment. user_id: None where it is anonymous; author: then a name for this image alone.

    body: None where staff hid the comment. is_waiting: for approval; is_image_hidden: from everybody.
    """

    id: int
    image_id: int
    user_id: int | None
    author: str
    body: str | None
    created_at: datetime
    updated_at: datetime
    edited_at: datetime | None
    edit_reason: str | None
    is_hidden: bool
    is_waiting: bool
    is_image_hidden: bool


_IS_SIGNED = comments.c.is_anonymous.is_(False)
_COLUMNS = (
    comments.c.id,
    comments.c.image_id,
    case((_IS_SIGNED, comments.c.user_id), else_=null()),
    users.c.name,
    case((comments.c.hidden_from_users.is_(False), comments.c.body), else_=null()),
    *(comments.c[name] for name in ("created_at", "updated_at", "edited_at", "edit_reason")),
    comments.c.hidden_from_users,
    comments.c.is_approved.is_(False).label("is_waiting"),
    images.c.hidden_from_users.label("is_image_hidden"),
    comments.c.user_id.label("true_user_id"),
    images.c.uploader_id,
    images.c.is_approved.label("is_image_approved"),
)
_IMAGE, _NAME = 1, 3
_TRUE_USER, _UPLOADER, _IS_IMAGE_APPROVED = range(len(_COLUMNS) - 3, len(_COLUMNS))
_ROWS = Prepared(
    select(*_COLUMNS)
    .join_from(comments, images, images.c.id == comments.c.image_id)
    .outerjoin(users, and_(users.c.id == comments.c.user_id, _IS_SIGNED))
    .where(joined.among_asked(comments.c.id), comments.c.is_destroyed.is_(False))
)


def load_comments(
    reading: Reading, names: AnonymousNames, comment_ids: Iterable[int]
) -> dict[int, ShownComment]:
    """Comments by id, whoever may find them; destroyed and unknown ones are left out. Cost: one statement."""
    rows = reading.run(_ROWS, **joined.asked(comment_ids))
    return {row[0]: _comment(names, row) for row in rows}


def find_comment(reading: Reading, names: AnonymousNames, actor: Actor, comment_id: int) -> ShownComment:
    """A comment by id, one that staff hid and one of a hidden image too.

    Raises CommentNotFound, also for one that was destroyed, and for one that waits for approval, or whose
    image does, unless the caller made it or is of the staff.
    """
    rows = reading.run(_ROWS, **joined.asked([comment_id])) if 0 < comment_id <= MAX_ID else []
    if rows:
        [row] = rows
        found = _comment(names, row)
        is_comment_known = not found.is_waiting or _is(actor, row[_TRUE_USER])
        is_image_known = row[_IS_IMAGE_APPROVED] or _is(actor, row[_UPLOADER])
        if actor.is_staff or (is_comment_known and is_image_known):
            return found
    raise CommentNotFound(f"There is no comment {comment_id}.")


def _is(actor: Actor, user_id: int | None) -> bool:
    return actor.user_id is not None and actor.user_id == user_id


def _comment(names: AnonymousNames, row: tuple[Any, ...]) -> ShownComment:
    fields = [*row[:_TRUE_USER]]
    if fields[_NAME] is None:
        fields[_NAME] = names.of(fields[_IMAGE], row[_TRUE_USER])
    return ShownComment(*fields)
