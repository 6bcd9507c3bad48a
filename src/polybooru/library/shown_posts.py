"""Posts as everybody reads them, of forums that are open to all.

Neighbours: `posts` (the verbs), `shown_comments`, `shown_forums`, `row_search` (which ids a reader may find).
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import and_, bindparam, case, null, select

from polybooru.db import joined
from polybooru.db.prepared import Prepared
from polybooru.db.tables import forums, posts, topics, users
from polybooru.library.actors import Actor
from polybooru.library.anonymous_names import AnonymousNames
from polybooru.library.errors import PostNotFound
from polybooru.library.image_visibility import MAX_ID
from polybooru.library.shown_forums import IS_OPEN, Listed, ShownTopic, find_topic
from polybooru.library.work import Reading


class ShownPost(msgspec.Struct, frozen=True, gc=False):
    """One post. user_id: None where it is anonymous; author: then a name for this topic alone.

    body: None where staff hid the post. is_waiting: for approval; is_topic_hidden: from everybody.
    """

    id: int
    topic_id: int
    user_id: int | None
    author: str
    body: str | None
    created_at: datetime
    updated_at: datetime
    edited_at: datetime | None
    edit_reason: str | None
    is_hidden: bool
    is_waiting: bool
    is_topic_hidden: bool


_IS_SIGNED = posts.c.is_anonymous.is_(False)
_COLUMNS = (
    posts.c.id,
    posts.c.topic_id,
    case((_IS_SIGNED, posts.c.user_id), else_=null()),
    users.c.name,
    case((posts.c.hidden_from_users.is_(False), posts.c.body), else_=null()),
    *(posts.c[name] for name in ("created_at", "updated_at", "edited_at", "edit_reason")),
    posts.c.hidden_from_users,
    posts.c.is_approved.is_(False).label("is_waiting"),
    topics.c.hidden_from_users.label("is_topic_hidden"),
    posts.c.user_id.label("true_user_id"),
    forums.c.short_name,
    topics.c.slug,
)
_TOPIC_ID, _NAME = 1, 3
_IS_WAITING, _TRUE_USER = len(_COLUMNS) - 5, len(_COLUMNS) - 3
_FORUM, _TOPIC = range(len(_COLUMNS) - 2, len(_COLUMNS))
_POSTS = (
    select(*_COLUMNS)
    .join_from(posts, topics, topics.c.id == posts.c.topic_id)
    .join(forums, forums.c.id == topics.c.forum_id)
    .outerjoin(users, and_(users.c.id == posts.c.user_id, _IS_SIGNED))
    .where(IS_OPEN, posts.c.is_destroyed.is_(False))
)
_ROWS = Prepared(_POSTS.where(joined.among_asked(posts.c.id)))
_WINDOW = Prepared(
    _POSTS.where(
        posts.c.topic_id == bindparam("topic"),
        posts.c.topic_position >= bindparam("first"),
        posts.c.topic_position < bindparam("end"),
    ).order_by(posts.c.topic_position)
)


def load_posts(reading: Reading, names: AnonymousNames, post_ids: Iterable[int]) -> dict[int, ShownPost]:
    """Posts by id, whoever may find them, of open forums; destroyed and unknown ones are left out.

    Cost: one statement.
    """
    return {row[0]: _post(names, row) for row in reading.run(_ROWS, **joined.asked(post_ids))}


def find_post(
    reading: Reading,
    names: AnonymousNames,
    actor: Actor,
    post_id: int,
    *,
    within: tuple[str, str] | None = None,
) -> ShownPost:
    """A post by id, one that staff hid too. within: the forum's short name and the topic's slug it is in.

    Raises PostNotFound, also for one of a hidden topic, and for one that waits for approval, unless the
    caller wrote it or is of the staff.
    """
    rows = reading.run(_ROWS, **joined.asked([post_id])) if 0 < post_id <= MAX_ID else []
    if rows:
        [row] = rows
        found = _post(names, row)
        is_there = within is None or within == (row[_FORUM], row[_TOPIC])
        if is_there and not found.is_topic_hidden and _may_read(actor, row):
            return found
    raise PostNotFound(f"There is no post {post_id}.")


def posts_of_topic(
    reading: Reading, names: AnonymousNames, actor: Actor, within: tuple[str, str], *, page: int, limit: int
) -> Listed[ShownPost]:
    """Those at the positions of one page, by position; page: from 1. within: as for `find_post`.

    Destroyed posts, and those that wait for approval and are not the caller's, are left out and keep their
    positions: a page may be short. The total is that of all positions. Raises TopicNotFound.
    """
    topic: ShownTopic = find_topic(reading, names, *within)
    first = (page - 1) * limit
    rows = []
    if first < topic.post_count:  # else it may be more than a column holds
        rows = reading.run(_WINDOW, topic=topic.id, first=first, end=first + limit)
    shown = [_post(names, row) for row in rows if _may_read(actor, row)]
    return Listed(shown=shown, total=topic.post_count)


def _may_read(actor: Actor, row: tuple[Any, ...]) -> bool:
    is_own = actor.user_id is not None and actor.user_id == row[_TRUE_USER]
    return is_own or actor.is_staff or not row[_IS_WAITING]


def _post(names: AnonymousNames, row: tuple[Any, ...]) -> ShownPost:
    fields = [*row[:_TRUE_USER]]
    if fields[_NAME] is None:
        fields[_NAME] = names.of(fields[_TOPIC_ID], row[_TRUE_USER])
    return ShownPost(*fields)
