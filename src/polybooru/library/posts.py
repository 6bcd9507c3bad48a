"""Posts in topics: replying, editing, and for staff hiding and destroying.

Neighbours: `topics` (how a post comes into one), `written` (what posts share with comments).
"""

from typing import Any

from sqlalchemy import Row, select

from polybooru.db.tables import posts
from polybooru.library.actors import Actor, Permission, require
from polybooru.library.errors import NotAllowed, PostNotFound, TopicNotFound
from polybooru.library.images import MAX_ID
from polybooru.library.topics import POST, add_post, locked_topic
from polybooru.library.work import Work


def reply(work: Work, actor: Actor, topic_id: int, body: str, *, is_anonymous: bool = False) -> int:
    """Id of a new post at the end of a topic.

    Raises LoginRequired, NotAllowed for a locked topic too, TopicNotFound for a hidden one too, InvalidValue.
    """
    require(actor, Permission.WRITE)
    body = POST.body(body)
    topic = locked_topic(work, actor, topic_id)
    if topic.hidden_from_users:
        raise TopicNotFound(f"The topic {topic_id} is hidden.")
    _refuse_locked(topic)
    return add_post(work, actor, topic, body, is_anonymous=is_anonymous)


def edit_post(work: Work, actor: Actor, post_id: int, body: str, *, reason: str = "") -> None:
    """Change an own post.

    Raises LoginRequired, NotAllowed in a locked topic too, PostNotFound, InvalidValue.
    """
    require(actor, Permission.WRITE)
    post, topic = _locked(work, actor, post_id)
    if post.hidden_from_users or topic.hidden_from_users:
        raise _not_found(post_id)
    _refuse_locked(topic)
    POST.edit(work, actor, post, body, reason=reason)


def hide_post(work: Work, actor: Actor, post_id: int, *, reason: str) -> None:
    """Take the post from sight, reversibly; a repeat only changes the reason. It keeps its place.

    Raises LoginRequired, NotAllowed, PostNotFound, InvalidValue.
    """
    require(actor, Permission.MODERATE)
    post, _ = _locked(work, actor, post_id)
    POST.hide(work, actor, post, reason=reason)


def unhide_post(work: Work, actor: Actor, post_id: int) -> None:
    """Undo `hide_post`; one in sight stays as it is.

    Raises LoginRequired, NotAllowed, PostNotFound, InvalidValue for one that was destroyed.
    """
    require(actor, Permission.MODERATE)
    post, _ = _locked(work, actor, post_id)
    if post.hidden_from_users:
        POST.unhide(work, actor, post)


def destroy_post(work: Work, actor: Actor, post_id: int) -> None:
    """Remove the text of a hidden post for good; the row and its place stay.

    Raises LoginRequired, NotAllowed, PostNotFound, InvalidValue for one in sight.
    """
    require(actor, Permission.MODERATE)
    post, _ = _locked(work, actor, post_id)
    POST.destroy(work, actor, post)


def _locked(work: Work, actor: Actor, post_id: int) -> tuple[Row[Any], Row[Any]]:
    """The post and its topic, whose row is held: changes of one post come one after the other."""
    topic_id = None
    if 0 < post_id <= MAX_ID:
        wanted = select(posts.c.topic_id).where(posts.c.id == post_id)
        topic_id = work.execute(wanted).scalar_one_or_none()
    if topic_id is None:
        raise _not_found(post_id)
    try:
        topic = locked_topic(work, actor, topic_id)
    except TopicNotFound as error:
        raise _not_found(post_id) from error
    return work.execute(select(posts).where(posts.c.id == post_id)).one(), topic


def _refuse_locked(topic: Row[Any]) -> None:
    if topic.is_locked:
        raise NotAllowed("This topic is locked.")


def _not_found(post_id: int) -> PostNotFound:
    return PostNotFound(f"There is no post {post_id}.")
