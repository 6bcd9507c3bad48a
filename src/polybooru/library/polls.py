"""Polls: one for a topic at most. Whoever changes one, or votes, holds the row of its topic.

Neighbour: `topics`.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, delete, insert, select, update

from polybooru.db.tables import forums, poll_options, poll_votes, polls, topics
from polybooru.library.actors import Actor, Permission, require, require_staff
from polybooru.library.errors import InvalidValue, NotAllowed, PollNotFound, TopicNotFound
from polybooru.library.forums import levels_of
from polybooru.library.image_visibility import MAX_ID
from polybooru.library.texts import line_text
from polybooru.library.topics import locked_open_topic, locked_topic
from polybooru.library.verbs import Acts, verb
from polybooru.library.work import Reading, Work

MAX_TITLE_BYTES = 140
MAX_OPTION_BYTES = 80
OPTIONS = range(2, 21)
LONGEST = timedelta(days=366)


@dataclass(frozen=True, slots=True, kw_only=True)
class PollText:
    """What somebody asks. is_multiple: several options may be chosen; ends_at: aware UTC."""

    title: str
    options: Sequence[str]
    ends_at: datetime
    is_multiple: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """One answer. is_mine: the caller chose it."""

    id: int
    label: str
    vote_count: int
    is_mine: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Poll:
    """A poll as one caller sees it; options in the order in which they were asked."""

    id: int
    topic_id: int
    title: str
    is_multiple: bool
    ends_at: datetime
    voter_count: int
    options: tuple[Option, ...]


@verb(Acts.TOPIC)
def create_poll(work: Work, actor: Actor, topic_id: int, text: PollText) -> int:
    """Id of a new poll of an own topic, for staff of any; a topic has one at most.

    Raises LoginRequired, NotAllowed for a locked topic too, TopicNotFound, InvalidValue.
    """
    user_id = require(actor, Permission.WRITE)
    title = line_text("title", text.title, max_bytes=MAX_TITLE_BYTES, min_bytes=1)
    labels = _labels(text.options)
    if not work.now < text.ends_at <= work.now + LONGEST:
        raise InvalidValue("ends_at", f"should be in the future, at most {LONGEST.days} days from now")
    topic = locked_open_topic(work, actor, topic_id)
    if topic.user_id != user_id and not actor.is_staff:
        raise NotAllowed("Only its author asks something in a topic.")
    if work.execute(select(polls.c.id).where(polls.c.topic_id == topic_id)).first() is not None:
        raise InvalidValue("poll", "is there already")
    row = {"topic_id": topic_id, "title": title, "is_multiple": text.is_multiple, "ends_at": text.ends_at}
    added = insert(polls).values(**row, created_at=work.now).returning(polls.c.id)
    poll_id: int = work.execute(added).scalar_one()
    options = [
        {"poll_id": poll_id, "position": position, "label": label} for position, label in enumerate(labels)
    ]
    work.execute(insert(poll_options), options)
    if topic.user_id != user_id:
        work.logged(user_id, "poll.create", "poll", poll_id, topic_id=topic_id, title=title)
    work.changed("topic", topic_id)
    return poll_id


@verb(Acts.POLL)
def vote_in_poll(work: Work, actor: Actor, poll_id: int, option_ids: Collection[int]) -> None:
    """Choose these options, in place of what was chosen before.

    Raises LoginRequired, NotAllowed once it has ended or in a locked topic, PollNotFound, InvalidValue.
    """
    user_id = require(actor, Permission.INTERACT)
    poll = _open_poll(work, actor, poll_id)
    chosen = set(option_ids)
    known = select(poll_options.c.id).where(poll_options.c.poll_id == poll_id)
    if not chosen or not chosen <= set(work.execute(known).scalars()):
        raise InvalidValue("options", "should be options of the poll, one at least")
    if len(chosen) > 1 and not poll.is_multiple:
        raise InvalidValue("options", "should be one option")
    _replace_votes(work, user_id, poll, chosen)


@verb(Acts.POLL)
def withdraw_poll_votes(work: Work, actor: Actor, poll_id: int) -> None:
    """Choose nothing any more.

    Raises LoginRequired, NotAllowed once it has ended or in a locked topic, PollNotFound.
    """
    user_id = require(actor, Permission.INTERACT)
    _replace_votes(work, user_id, _open_poll(work, actor, poll_id), set())


@verb(Acts.POLL)
def delete_poll(work: Work, actor: Actor, poll_id: int) -> None:
    """Remove a poll with its votes for good. Raises LoginRequired, NotAllowed, PollNotFound."""
    user_id = require_staff(actor)
    poll = _find(work, poll_id)
    try:
        locked_topic(work, actor, poll.topic_id)
    except TopicNotFound as error:
        raise _not_found(poll_id) from error
    for table in (poll_votes, poll_options):
        work.execute(delete(table).where(table.c.poll_id == poll_id))
    work.execute(delete(polls).where(polls.c.id == poll_id))
    work.logged(user_id, "poll.delete", "poll", poll_id, topic_id=poll.topic_id, title=poll.title)
    work.changed("topic", poll.topic_id)


def find_poll(reading: Reading, actor: Actor, topic_id: int) -> Poll | None:
    """The poll of a topic that the caller may see, if it has one. Raises TopicNotFound."""
    topic = None
    if 0 < topic_id <= MAX_ID:
        place = topics.join(forums, forums.c.id == topics.c.forum_id)
        may_enter = forums.c.access_level.in_(levels_of(actor))
        wanted = select(topics.c.hidden_from_users).select_from(place)
        topic = reading.execute(wanted.where(topics.c.id == topic_id, may_enter)).one_or_none()
    if topic is None or (topic.hidden_from_users and not actor.is_staff):
        raise TopicNotFound(f"There is no topic {topic_id}.")
    poll = reading.execute(select(polls).where(polls.c.topic_id == topic_id)).one_or_none()
    if poll is None:
        return None
    mine = set(reading.execute(_votes(poll.id, actor.user_id)).scalars())
    of = poll_options.c.poll_id == poll.id
    rows = reading.execute(select(poll_options).where(of).order_by(poll_options.c.position))
    return Poll(
        id=poll.id,
        topic_id=topic_id,
        title=poll.title,
        is_multiple=poll.is_multiple,
        ends_at=poll.ends_at,
        voter_count=poll.voter_count,
        options=tuple(
            Option(id=row.id, label=row.label, vote_count=row.vote_count, is_mine=row.id in mine)
            for row in rows
        ),
    )


def _labels(options: Sequence[str]) -> list[str]:
    if len(options) not in OPTIONS:
        raise InvalidValue("options", f"should be {OPTIONS[0]} to {OPTIONS[-1]} options")
    labels = [line_text("options", option, max_bytes=MAX_OPTION_BYTES, min_bytes=1) for option in options]
    if len(set(labels)) < len(labels):
        raise InvalidValue("options", "should differ from each other")
    return labels


def _open_poll(work: Work, actor: Actor, poll_id: int) -> Row[Any]:
    poll = _find(work, poll_id)
    try:
        locked_open_topic(work, actor, poll.topic_id)
    except TopicNotFound as error:
        raise _not_found(poll_id) from error
    if poll.ends_at <= work.now:
        raise NotAllowed("This poll has ended.")
    return _find(work, poll_id)  # once more: it may have been deleted before its topic was held


def _find(work: Work, poll_id: int) -> Row[Any]:
    row = None
    if 0 < poll_id <= MAX_ID:
        row = work.execute(select(polls).where(polls.c.id == poll_id)).one_or_none()
    if row is None:
        raise _not_found(poll_id)
    return row


def _votes(poll_id: int, user_id: int | None) -> Any:
    mine = (poll_votes.c.poll_id == poll_id, poll_votes.c.user_id == user_id)
    return select(poll_votes.c.option_id).where(*mine)


def _replace_votes(work: Work, user_id: int, poll: Row[Any], chosen: set[int]) -> None:
    before = set(work.execute(_votes(poll.id, user_id)).scalars())
    if before == chosen:
        return
    gone, new = before - chosen, chosen - before
    if gone:
        mine = (poll_votes.c.poll_id == poll.id, poll_votes.c.user_id == user_id)
        work.execute(delete(poll_votes).where(*mine, poll_votes.c.option_id.in_(gone)))
    if new:
        vote = {"poll_id": poll.id, "user_id": user_id, "voted_at": work.now}
        work.execute(insert(poll_votes), [{"option_id": option_id, **vote} for option_id in sorted(new)])
    for option_ids, by in ((gone, -1), (new, 1)):
        counted = update(poll_options).where(poll_options.c.id.in_(option_ids))
        work.execute(counted.values(vote_count=poll_options.c.vote_count + by))
    voters = bool(chosen) - bool(before)
    if voters:
        counted = update(polls).where(polls.c.id == poll.id)
        work.execute(counted.values(voter_count=polls.c.voter_count + voters))
    work.changed("topic", poll.topic_id)


def _not_found(poll_id: int) -> PollNotFound:
    return PollNotFound(f"There is no poll {poll_id}.")
