"""Posts in topics: replying, editing, and for staff hiding, destroying and approving.

Neighbours: `topics` (how a post comes into one), `written` (what posts share with comments).
"""

from typing import Any

from sqlalchemy import Row, select

from polybooru.db.tables import forums, posts, topics
from polybooru.library.actors import Actor, Permission, require, require_staff
from polybooru.library.errors import PostNotFound, TopicNotFound
from polybooru.library.forums import levels_of
from polybooru.library.image_visibility import MAX_ID
from polybooru.library.topics import (
    POST,
    add_post,
    announce_post,
    locked_open_topic,
    locked_topic,
    refuse_locked,
)
from polybooru.library.verbs import Acts, verb
from polybooru.library.work import Reading, Work
from polybooru.library.written import Edit, may_see


@verb(Acts.TOPIC)
def reply(work: Work, actor: Actor, topic_id: int, body: str, *, is_anonymous: bool = False) -> int:
    """Id of a new post at the end of a topic.

    One of a young account that leads to other hosts waits for approval.

    Raises LoginRequired, NotAllowed for a locked topic too, TopicNotFound for a hidden one too, InvalidValue.
    """
    require(actor, Permission.WRITE)
    stored = POST.body(work, actor, body)
    topic = locked_open_topic(work, actor, topic_id)
    return add_post(work, actor, topic, stored, is_anonymous=is_anonymous)


@verb(Acts.POST)
def edit_post(work: Work, actor: Actor, post_id: int, body: str, *, reason: str = "") -> None:
    """Change an own post, for staff any, with a reason; what it was is kept.

    Raises LoginRequired, NotAllowed in a locked topic too, PostNotFound, InvalidValue.
    """
    require(actor, Permission.WRITE)
    post, topic = _locked(work, actor, post_id)
    if post.hidden_from_users or topic.hidden_from_users:
        raise _not_found(post_id)
    if not actor.is_staff:
        refuse_locked(topic)
    POST.edit(work, actor, post, body, reason=reason)


@verb(Acts.POST)
def hide_post(work: Work, actor: Actor, post_id: int, *, reason: str) -> None:
    """Take the post from sight, reversibly; a repeat only changes the reason. It keeps its place.

    Raises LoginRequired, NotAllowed, PostNotFound, InvalidValue.
    """
    require_staff(actor)
    post, _ = _locked(work, actor, post_id)
    POST.hide(work, actor, post, reason=reason)


@verb(Acts.POST)
def unhide_post(work: Work, actor: Actor, post_id: int) -> None:
    """Undo `hide_post`; one that is not hidden stays as it is.

    Raises LoginRequired, NotAllowed, PostNotFound, InvalidValue for one that was destroyed.
    """
    require_staff(actor)
    post, _ = _locked(work, actor, post_id)
    if post.hidden_from_users:
        POST.unhide(work, actor, post)


@verb(Acts.POST)
def destroy_post(work: Work, actor: Actor, post_id: int) -> None:
    """Remove the text of a hidden post and what it was before for good; the row and its place stay.

    Raises LoginRequired, NotAllowed, PostNotFound, InvalidValue for one in sight.
    """
    require_staff(actor)
    post, _ = _locked(work, actor, post_id)
    POST.destroy(work, actor, post)


@verb(Acts.POST)
def approve_post(work: Work, actor: Actor, post_id: int) -> bool:
    """Let everybody see a post; whether it was waiting for that.

    Raises LoginRequired, NotAllowed, PostNotFound.
    """
    require_staff(actor)
    post, topic = _locked(work, actor, post_id)
    if post.is_approved:
        return False
    POST.approve(work, actor, post)
    if not post.hidden_from_users:
        announce_post(work, topic, post.id, position=post.topic_position, user_id=post.user_id)
    return True


def post_history(reading: Reading, actor: Actor, post_id: int) -> list[Edit]:
    """Its edits, the last one first, for everybody who may see it. Raises PostNotFound."""
    row = None
    if 0 < post_id <= MAX_ID:
        places = posts.join(topics, topics.c.id == posts.c.topic_id)
        places = places.join(forums, forums.c.id == topics.c.forum_id)
        wanted = select(posts, topics.c.hidden_from_users.label("is_topic_hidden")).select_from(places)
        may_enter = forums.c.access_level.in_(levels_of(actor))
        row = reading.execute(wanted.where(posts.c.id == post_id, may_enter)).one_or_none()
    if row is None or not may_see(actor, row) or (row.is_topic_hidden and not actor.is_staff):
        raise _not_found(post_id)
    return POST.history(reading, post_id)


def _locked(work: Work, actor: Actor, post_id: int) -> tuple[Row[Any], Row[Any]]:
    """The post, if this caller may see it, and its topic, held: its changes come one after the other."""
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
    post = work.execute(select(posts).where(posts.c.id == post_id)).one()
    if not may_see(actor, post):
        raise _not_found(post_id)
    return post, topic


def _not_found(post_id: int) -> PostNotFound:
    return PostNotFound(f"There is no post {post_id}.")
