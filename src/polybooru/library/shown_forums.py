"""Forums and topics as everybody reads them: only of forums that are open to all, only what is in sight.

Neighbours: `forums`, `topics` (the verbs), `shown_posts`.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar

import msgspec
from sqlalchemy import Select, and_, bindparam, case, func, null, select

from polybooru.db import joined
from polybooru.db.prepared import Prepared
from polybooru.db.tables import forums, topics, users
from polybooru.library.anonymous_names import AnonymousNames
from polybooru.library.errors import ForumNotFound, TopicNotFound
from polybooru.library.forums import NORMAL
from polybooru.library.work import Reading

_Shown = TypeVar("_Shown")
IS_OPEN = forums.c.access_level == NORMAL
"""A condition on rows of `forums`."""


class ShownForum(msgspec.Struct, frozen=True, gc=False):
    """One forum, with numbers of what is in sight."""

    id: int
    short_name: str
    name: str
    description: str
    topic_count: int
    post_count: int


class ShownTopic(msgspec.Struct, frozen=True, gc=False):
    """One topic. user_id: None where it is anonymous; author: then a name for this topic alone."""

    id: int
    forum_id: int
    slug: str
    title: str
    post_count: int
    view_count: int
    is_sticky: bool
    is_locked: bool
    last_replied_to_at: datetime | None
    user_id: int | None
    author: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed(Generic[_Shown]):
    """A page of a list, and how many the list has."""

    shown: Sequence[_Shown]
    total: int


def clamped_offset(page: int, limit: int, total: int) -> int:
    """Where a page of a list begins, pages counted from 1; one past the end is the last page."""
    return min(page - 1, max(0, (total - 1) // limit)) * limit


_FORUMS = select(*(forums.c[name] for name in ShownForum.__struct_fields__)).where(IS_OPEN)
_NAMED = Prepared(_FORUMS.where(forums.c.short_name == bindparam("forum")))
_WANTED = Prepared(_FORUMS.where(joined.among_asked(forums.c.id)))
_COUNTED = Prepared(select(func.count()).select_from(forums).where(IS_OPEN))
_PAGE = Prepared(
    _FORUMS.order_by(forums.c.name, forums.c.id).limit(bindparam("size")).offset(bindparam("start"))
)


def list_forums(reading: Reading, *, page: int, limit: int) -> Listed[ShownForum]:
    """By name. page: from 1; one past the end is the last page."""
    [(total,)] = reading.run(_COUNTED)
    rows = reading.run(_PAGE, size=limit, start=clamped_offset(page, limit, total))
    return Listed(shown=[ShownForum(*row) for row in rows], total=total)


def find_forum(reading: Reading, short_name: str) -> ShownForum:
    """Raises ForumNotFound, also for one that is not open to all."""
    rows = [] if "\0" in short_name else reading.run(_NAMED, forum=short_name)  # PostgreSQL refuses a zero
    if not rows:
        raise ForumNotFound(f"There is no forum {short_name!r}.")
    return ShownForum(*rows[0])


def load_forums(reading: Reading, forum_ids: Iterable[int]) -> dict[int, ShownForum]:
    """Open forums by id; others are left out."""
    return {row[0]: ShownForum(*row) for row in reading.run(_WANTED, **joined.asked(forum_ids))}


_IS_SIGNED = topics.c.is_anonymous.is_(False)
_PLAIN = ShownTopic.__struct_fields__[:-2]
_TOPICS: Select[Any] = (
    select(
        *(topics.c[name] for name in _PLAIN),
        case((_IS_SIGNED, topics.c.user_id), else_=null()),
        users.c.name,
        topics.c.user_id.label("true_user_id"),
    )
    .join_from(topics, forums, forums.c.id == topics.c.forum_id)
    .outerjoin(users, and_(users.c.id == topics.c.user_id, _IS_SIGNED))
    .where(IS_OPEN, topics.c.hidden_from_users.is_(False))
)
_TOPIC = Prepared(
    _TOPICS.where(forums.c.short_name == bindparam("forum"), topics.c.slug == bindparam("topic"))
)
_TOPICS_WANTED = Prepared(_TOPICS.where(joined.among_asked(topics.c.id)))
_TOPIC_PAGE = Prepared(
    _TOPICS.where(topics.c.forum_id == bindparam("forum_id"))
    .order_by(topics.c.is_sticky.desc(), topics.c.last_replied_to_at.desc().nulls_last(), topics.c.id.desc())
    .limit(bindparam("size"))
    .offset(bindparam("start"))
)


def list_topics(
    reading: Reading, names: AnonymousNames, forum: str, *, page: int, limit: int
) -> Listed[ShownTopic]:
    """Of a forum by its short name: sticky ones first, then the last reply first.

    page: from 1; one past the end is the last page. Raises ForumNotFound.
    """
    found = find_forum(reading, forum)
    start = clamped_offset(page, limit, found.topic_count)
    rows = reading.run(_TOPIC_PAGE, forum_id=found.id, size=limit, start=start)
    return Listed(shown=[_topic(names, row) for row in rows], total=found.topic_count)


def find_topic(reading: Reading, names: AnonymousNames, forum: str, slug: str) -> ShownTopic:
    """By the short name of its forum and its slug. Raises TopicNotFound."""
    rows = [] if "\0" in forum + slug else reading.run(_TOPIC, forum=forum, topic=slug)
    if not rows:
        raise TopicNotFound(f"There is no topic {slug!r} in {forum!r}.")
    return _topic(names, rows[0])


def load_topics(reading: Reading, names: AnonymousNames, topic_ids: Iterable[int]) -> dict[int, ShownTopic]:
    """Topics in sight by id; others are left out."""
    rows = reading.run(_TOPICS_WANTED, **joined.asked(topic_ids))
    return {row[0]: _topic(names, row) for row in rows}


def _topic(names: AnonymousNames, row: tuple[Any, ...]) -> ShownTopic:
    *fields, true_user_id = row
    if fields[-1] is None:
        fields[-1] = names.of(fields[0], true_user_id)
    return ShownTopic(*fields)
