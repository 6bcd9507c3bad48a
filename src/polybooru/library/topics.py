"""Topics of a forum: beginning one, taking it from sight, and how posts come into it.

Whoever changes what is counted holds the forum's row, then the topic's. A topic counts all its posts: one
that staff hid or destroyed keeps its position. Neighbours: `forums`, `posts`.
"""

import re
from dataclasses import dataclass
from itertools import count
from typing import Any

from sqlalchemy import Row, func, select, update

from polybooru.db.full_text import POST_WORDS, TOPIC_WORDS
from polybooru.db.tables import forums, posts, topics
from polybooru.library.actors import Actor, Permission, require
from polybooru.library.errors import TopicNotFound
from polybooru.library.forums import count_in_forum, locked_forum, may_enter
from polybooru.library.images import MAX_ID
from polybooru.library.texts import line_text, reason_text
from polybooru.library.words import put_words
from polybooru.library.work import Work
from polybooru.library.written import Written

TITLE_BYTES = range(4, 97)
POST = Written(kind="post", table=posts, words=POST_WORDS)
_UNPRINTABLE = re.compile(r"[^ -~]+")
_BETWEEN = re.compile(r"[^a-z0-9]+")
_NO_SLUG = "topic"  # for a title without one letter or digit of ASCII


@dataclass(frozen=True, slots=True, kw_only=True)
class TopicText:
    """What somebody begins a topic with; body: of its first post."""

    title: str
    body: str
    is_anonymous: bool = False


def topic_slug(title: str) -> str:
    """The title as it stands in addresses. Source: docs/reference/philomena.md, forums."""
    return _BETWEEN.sub("-", _UNPRINTABLE.sub("", title).lower()).strip("-") or _NO_SLUG


def create_topic(work: Work, actor: Actor, forum: str, text: TopicText) -> int:
    """Id of a new topic with its first post. forum: short name.

    A title that the forum has already gets a number at the end of its slug.
    Raises LoginRequired, NotAllowed, ForumNotFound, InvalidValue.
    """
    user_id = require(actor, Permission.WRITE)
    title = line_text("title", text.title, max_bytes=TITLE_BYTES[-1], min_bytes=TITLE_BYTES[0])
    body = POST.body(text.body)
    place = locked_forum(work, actor, forum)
    row = work.execute(
        work.insert(topics)
        .values(
            forum_id=place.id,
            slug=_free_slug(work, place.id, topic_slug(title)),
            title=title,
            user_id=user_id,
            is_anonymous=text.is_anonymous,
            created_at=work.now,
            updated_at=work.now,
        )
        .returning(topics)
    ).one()
    put_words(work, TOPIC_WORDS, row.id, title=title)
    count_in_forum(work, place.id, topics=1, posts=0)
    add_post(work, actor, row, body, is_anonymous=text.is_anonymous)
    return int(row.id)


def add_post(work: Work, actor: Actor, topic: Row[Any], body: str, *, is_anonymous: bool) -> int:
    """Put a post at the end of the topic, whose row and forum the caller holds."""
    post_id = POST.insert(
        work,
        actor,
        body,
        is_anonymous=is_anonymous,
        topic_id=topic.id,
        topic_position=topic.post_count,
    )
    work.execute(
        update(topics)
        .where(topics.c.id == topic.id)
        .values(post_count=topic.post_count + 1, last_replied_to_at=work.now)
    )
    work.changed("topic", topic.id)
    count_in_forum(work, topic.forum_id, topics=0, posts=1)
    return post_id


def hide_topic(work: Work, actor: Actor, topic_id: int, *, reason: str) -> None:
    """Take the topic with all its posts from sight, reversibly; a repeat only changes the reason.

    Raises LoginRequired, NotAllowed, TopicNotFound, InvalidValue.
    """
    user_id = require(actor, Permission.MODERATE)
    why = reason_text(reason)
    topic = locked_topic(work, actor, topic_id)
    _set_hidden(work, topic, hidden_from_users=True, deletion_reason=why, deleted_by_user_id=user_id)
    if not topic.hidden_from_users:
        count_in_forum(work, topic.forum_id, topics=-1, posts=-topic.post_count)


def unhide_topic(work: Work, actor: Actor, topic_id: int) -> None:
    """Undo `hide_topic`; one in sight stays as it is. Raises LoginRequired, NotAllowed, TopicNotFound."""
    require(actor, Permission.MODERATE)
    topic = locked_topic(work, actor, topic_id)
    if not topic.hidden_from_users:
        return
    _set_hidden(work, topic, hidden_from_users=False, deletion_reason=None, deleted_by_user_id=None)
    count_in_forum(work, topic.forum_id, topics=1, posts=topic.post_count)


def locked_topic(work: Work, actor: Actor, topic_id: int) -> Row[Any]:
    """The topic in a forum that the caller may enter, for staff a hidden one too; held until the commit.

    Raises TopicNotFound.
    """
    place = None
    if 0 < topic_id <= MAX_ID:
        having = select(topics.c.forum_id).where(topics.c.id == topic_id).scalar_subquery()
        wanted = select(forums.c.access_level).where(forums.c.id == having)
        place = work.execute(wanted.with_for_update(key_share=True)).one_or_none()
    if place is not None and may_enter(actor, place.access_level):
        wanted = select(topics).where(topics.c.id == topic_id).with_for_update(key_share=True)
        row = work.execute(wanted).one()
        if actor.is_staff or not row.hidden_from_users:
            return row
    raise TopicNotFound(f"There is no topic {topic_id}.")


def _set_hidden(work: Work, topic: Row[Any], **values: object) -> None:
    work.execute(update(topics).where(topics.c.id == topic.id).values(updated_at=work.now, **values))
    work.changed("topic", topic.id)


def _free_slug(work: Work, forum_id: int, base: str) -> str:
    """The slug, or the first number after it that nobody has; the caller holds the forum's row."""
    here = topics.c.forum_id == forum_id

    def is_taken(slug: str) -> bool:
        return work.execute(select(topics.c.id).where(here, topics.c.slug == slug)).first() is not None

    if not is_taken(base):
        return base
    # As many tries as there are topics of that name would be too many: begin behind them.
    alike = select(func.count()).select_from(topics).where(here, topics.c.slug.like(f"{base}-%"))
    numbered = (f"{base}-{number}" for number in count(work.execute(alike).scalar_one() + 2))
    return next(slug for slug in numbered if not is_taken(slug))
