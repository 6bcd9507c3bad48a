"""Topics of a forum: beginning one, its title and place, taking it from sight, and how posts come into it.

Whoever changes a topic or what it counts holds its row, and then that of its forum; two forums by ascending
id. A topic counts all its posts: one that staff hid or destroyed keeps its position. Neighbours: `forums`,
`posts`, `polls`.
"""

import re
from dataclasses import dataclass
from itertools import count
from typing import Any

from sqlalchemy import Row, func, select, update

from polybooru.db.full_text import POST_WORDS, TOPIC_WORDS
from polybooru.db.tables import forums, post_edits, posts, topics
from polybooru.library.actors import Actor, Permission, require, require_staff
from polybooru.library.errors import NotAllowed, TopicNotFound
from polybooru.library.forums import count_in_forum, held_forum, locked_forum, may_enter
from polybooru.library.happenings import Happening
from polybooru.library.image_visibility import MAX_ID
from polybooru.library.notices import FORUM_TOPIC, TOPIC_POST, note
from polybooru.library.report_rows import Reportable, close_reports_of
from polybooru.library.texts import line_text, reason_text
from polybooru.library.verbs import Acts, verb
from polybooru.library.words import put_words
from polybooru.library.work import Work
from polybooru.library.written import Body, Written

TITLE_BYTES = range(4, 97)
POST = Written(kind="post", table=posts, edits=post_edits, words=POST_WORDS)
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


@verb(Acts.FORUM)
def create_topic(work: Work, actor: Actor, forum: str, text: TopicText) -> int:
    """Id of a new topic with its first post. forum: short name.

    A title that the forum has already gets a number at the end of its slug.
    Raises LoginRequired, NotAllowed, ForumNotFound, InvalidValue.
    """
    user_id = require(actor, Permission.WRITE)
    title = _title(text.title)
    body = POST.body(work, actor, text.body)
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
            last_replied_to_at=work.now,
        )
        .returning(topics)
    ).one()
    put_words(work, TOPIC_WORDS, row.id, title=title)
    count_in_forum(work, place.id, topics=1, posts=0)
    add_post(work, actor, row, body, is_anonymous=text.is_anonymous)
    return int(row.id)


def add_post(work: Work, actor: Actor, topic: Row[Any], body: Body, *, is_anonymous: bool) -> int:
    """Put a post at the end of the topic, whose row the caller holds."""
    position = topic.post_count
    post_id = POST.insert(
        work, actor, body, is_anonymous=is_anonymous, topic_id=topic.id, topic_position=position
    )
    work.execute(update(topics).where(topics.c.id == topic.id).values(post_count=position + 1))
    work.changed("topic", topic.id)
    count_in_forum(work, topic.forum_id, topics=0, posts=1)
    if not body.needs_approval:
        announce_post(work, topic, post_id, position=position, user_id=actor.user_id)
    return post_id


def announce_post(work: Work, topic: Row[Any], post_id: int, *, position: int, user_id: int | None) -> None:
    """A post came into sight: its topic rises, and who subscribed hears of it. The topic's row is held."""
    work.told(Happening.POST_CREATED, post_id)
    if position == 0:
        held_forum(work, topic.forum_id)
        note(work, FORUM_TOPIC, topic.forum_id, topic.id, user_id=user_id)
        return
    work.execute(update(topics).where(topics.c.id == topic.id).values(last_replied_to_at=work.now))
    work.changed("topic", topic.id)
    note(work, TOPIC_POST, topic.id, post_id, user_id=user_id)


@verb(Acts.TOPIC)
def retitle_topic(work: Work, actor: Actor, topic_id: int, title: str) -> None:
    """Give an own topic, for staff any, another title; its address stays.

    Raises LoginRequired, NotAllowed for a locked topic too, TopicNotFound, InvalidValue.
    """
    user_id = require(actor, Permission.WRITE)
    text = _title(title)
    topic = locked_topic(work, actor, topic_id)
    is_own = topic.user_id == user_id
    if not actor.is_staff and (not is_own or topic.is_locked):
        raise NotAllowed("Only its author changes the title of a topic, and not of a locked one.")
    _set(work, topic, title=text)
    put_words(work, TOPIC_WORDS, topic.id, title=text)
    if not is_own:
        work.logged(user_id, "topic.retitle", "topic", topic.id, before=topic.title, after=text)


@verb(Acts.TOPIC)
def stick_topic(work: Work, actor: Actor, topic_id: int) -> None:
    """List the topic before all that are not stuck. Raises LoginRequired, NotAllowed, TopicNotFound."""
    _flag(work, actor, topic_id, "stick", is_sticky=True)


@verb(Acts.TOPIC)
def unstick_topic(work: Work, actor: Actor, topic_id: int) -> None:
    """Undo `stick_topic`. Raises LoginRequired, NotAllowed, TopicNotFound."""
    _flag(work, actor, topic_id, "unstick", is_sticky=False)


@verb(Acts.TOPIC)
def lock_topic(work: Work, actor: Actor, topic_id: int) -> None:
    """Let it take no posts, edits or votes. Raises LoginRequired, NotAllowed, TopicNotFound."""
    _flag(work, actor, topic_id, "lock", is_locked=True)


@verb(Acts.TOPIC)
def unlock_topic(work: Work, actor: Actor, topic_id: int) -> None:
    """Undo `lock_topic`. Raises LoginRequired, NotAllowed, TopicNotFound."""
    _flag(work, actor, topic_id, "unlock", is_locked=False)


@verb(Acts.TOPIC)
def move_topic(work: Work, actor: Actor, topic_id: int, forum: str) -> None:
    """Put the topic with its posts into another forum, by its short name.

    Raises LoginRequired, NotAllowed, TopicNotFound, ForumNotFound.
    """
    user_id = require_staff(actor)
    topic = locked_topic(work, actor, topic_id)
    target_id = locked_forum(work, actor, forum, after=topic.forum_id).id
    if target_id == topic.forum_id:
        return
    if not topic.hidden_from_users:
        count_in_forum(work, topic.forum_id, topics=-1, posts=-topic.post_count)
        count_in_forum(work, target_id, topics=1, posts=topic.post_count)
    _set(work, topic, forum_id=target_id, slug=_free_slug(work, target_id, topic_slug(topic.title)))
    work.logged(user_id, "topic.move", "topic", topic.id, before=topic.forum_id, after=target_id)


@verb(Acts.TOPIC)
def hide_topic(work: Work, actor: Actor, topic_id: int, *, reason: str) -> None:
    """Take the topic with all its posts from sight, reversibly; a repeat only changes the reason.

    Raises LoginRequired, NotAllowed, TopicNotFound, InvalidValue.
    """
    user_id = require_staff(actor)
    why = reason_text(reason)
    topic = locked_topic(work, actor, topic_id)
    _set(work, topic, hidden_from_users=True, deletion_reason=why, deleted_by_user_id=user_id)
    if not topic.hidden_from_users:
        count_in_forum(work, topic.forum_id, topics=-1, posts=-topic.post_count)
    close_reports_of(work, Reportable.TOPIC, topic.id, staff_user_id=user_id)
    work.logged(user_id, "topic.hide", "topic", topic.id, reason=why)


@verb(Acts.TOPIC)
def unhide_topic(work: Work, actor: Actor, topic_id: int) -> None:
    """Undo `hide_topic`; one in sight stays as it is. Raises LoginRequired, NotAllowed, TopicNotFound."""
    user_id = require_staff(actor)
    topic = locked_topic(work, actor, topic_id)
    if not topic.hidden_from_users:
        return
    _set(work, topic, hidden_from_users=False, deletion_reason=None, deleted_by_user_id=None)
    count_in_forum(work, topic.forum_id, topics=1, posts=topic.post_count)
    work.logged(user_id, "topic.unhide", "topic", topic.id)


def locked_topic(work: Work, actor: Actor, topic_id: int) -> Row[Any]:
    """The topic in a forum that the caller may enter, for staff a hidden one too; held until the commit.

    Raises TopicNotFound.
    """
    row = None
    if 0 < topic_id <= MAX_ID:
        wanted = select(topics).where(topics.c.id == topic_id).with_for_update(key_share=True)
        row = work.execute(wanted).one_or_none()
    if row is not None and (actor.is_staff or not row.hidden_from_users):
        level = work.execute(select(forums.c.access_level).where(forums.c.id == row.forum_id)).scalar_one()
        if may_enter(actor, level):
            return row
    raise TopicNotFound(f"There is no topic {topic_id}.")


def locked_open_topic(work: Work, actor: Actor, topic_id: int) -> Row[Any]:
    """As `locked_topic`, for what people do there: a hidden one is not found, and a locked one refuses.

    Raises TopicNotFound, NotAllowed.
    """
    topic = locked_topic(work, actor, topic_id)
    if topic.hidden_from_users:
        raise TopicNotFound(f"The topic {topic_id} is hidden.")
    refuse_locked(topic)
    return topic


def refuse_locked(topic: Row[Any]) -> None:
    """Raises NotAllowed."""
    if topic.is_locked:
        raise NotAllowed("This topic is locked.")


def _title(text: str) -> str:
    return line_text("title", text, max_bytes=TITLE_BYTES[-1], min_bytes=TITLE_BYTES[0])


def _flag(work: Work, actor: Actor, topic_id: int, act: str, **flag: bool) -> None:
    user_id = require_staff(actor)
    topic = locked_topic(work, actor, topic_id)
    if any(getattr(topic, name) is not value for name, value in flag.items()):
        _set(work, topic, **flag)
        work.logged(user_id, f"topic.{act}", "topic", topic.id)


def _set(work: Work, topic: Row[Any], **values: object) -> None:
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
