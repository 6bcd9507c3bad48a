"""Every counter that verbs keep beside the rows it counts, and how it is counted anew.

Who changes what is counted holds the row that counts it: so a recount under the same lock is exact.
Neighbour: `doctor`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Column, ColumnElement, ScalarSelect, Table, func, select, update

from polybooru.db.tables import (
    comments,
    faves,
    forums,
    galleries,
    gallery_images,
    hides,
    image_tags,
    images,
    inherited_counts,
    poll_options,
    poll_votes,
    polls,
    posts,
    tags,
    topics,
    votes,
)
from polybooru.library.image_visibility import IN_SIGHT
from polybooru.library.work import Reading, Work


@dataclass(frozen=True, slots=True, kw_only=True)
class Counter:
    """One counter. noun: what has it, as the change log names that; name: what it counts, for people."""

    noun: str
    name: str
    column: Column[Any]
    recount: ColumnElement[int]

    @property
    def table(self) -> Table:
        """The rows that have it."""
        return self.column.table

    def wrong(self, reading: Reading) -> list[tuple[int, int, int]]:
        """Id, what the counter says, and what it should say, of all that are wrong."""
        counted = select(self.table.c.id, self.column, self.recount.label("right"))
        rows = reading.execute(counted.where(self.column != self.recount))
        return [(object_id, found, right) for object_id, found, right in rows]

    def correct(self, work: Work, object_id: int) -> None:
        """Count anew."""
        one = self.table.c.id == object_id
        work.execute(select(self.table.c.id).where(one).with_for_update(key_share=True))
        right = work.execute(select(self.recount).select_from(self.table).where(one)).scalar_one()
        work.execute(update(self.table).where(one).values({self.column: right}))
        work.changed(self.noun, object_id)


def _number_of(counted: Sequence[Table], of: Table, *conditions: ColumnElement[bool]) -> ScalarSelect[int]:
    rows = select(func.count()).select_from(*counted).where(*conditions)
    return rows.correlate(of).scalar_subquery()


_TOPIC_IN_SIGHT = topics.c.hidden_from_users.is_(False)


def _with_inherited(column: Column[Any], own: ScalarSelect[int]) -> ColumnElement[int]:
    """What people did here, and what came with the image from another library."""
    came = select(inherited_counts.c[column.name]).where(inherited_counts.c.image_id == images.c.id)
    return own + func.coalesce(came.correlate(images).scalar_subquery(), 0)


def _votes(column: Column[Any], *, is_up: bool) -> ColumnElement[int]:
    own = _number_of([votes], images, votes.c.image_id == images.c.id, votes.c.is_up.is_(is_up))
    return _with_inherited(column, own)


COUNTERS = (
    Counter(
        noun="image", name="upvotes", column=images.c.upvotes, recount=_votes(images.c.upvotes, is_up=True)
    ),
    Counter(
        noun="image",
        name="downvotes",
        column=images.c.downvotes,
        recount=_votes(images.c.downvotes, is_up=False),
    ),
    Counter(
        noun="image",
        name="faves",
        column=images.c.faves,
        recount=_with_inherited(images.c.faves, _number_of([faves], images, faves.c.image_id == images.c.id)),
    ),
    Counter(
        noun="image",
        name="hides",
        column=images.c.hides,
        recount=_with_inherited(images.c.hides, _number_of([hides], images, hides.c.image_id == images.c.id)),
    ),
    Counter(
        noun="image",
        name="comments",
        column=images.c.comment_count,
        recount=_with_inherited(
            images.c.comment_count,
            _number_of([comments], images, comments.c.image_id == images.c.id, comments.c.is_approved),
        ),
    ),
    Counter(
        noun="tag",
        name="images",
        column=tags.c.image_count,
        recount=_number_of(
            [image_tags, images],
            tags,
            image_tags.c.tag_id == tags.c.id,
            image_tags.c.image_id == images.c.id,
            IN_SIGHT,
        ),
    ),
    Counter(
        noun="gallery",
        name="images",
        column=galleries.c.image_count,
        recount=_number_of(
            [gallery_images, images],
            galleries,
            gallery_images.c.gallery_id == galleries.c.id,
            gallery_images.c.image_id == images.c.id,
            IN_SIGHT,
        ),
    ),
    Counter(
        noun="topic",
        name="posts",
        column=topics.c.post_count,
        recount=_number_of([posts], topics, posts.c.topic_id == topics.c.id),
    ),
    Counter(
        noun="poll_option",
        name="votes",
        column=poll_options.c.vote_count,
        recount=_number_of([poll_votes], poll_options, poll_votes.c.option_id == poll_options.c.id),
    ),
    Counter(
        noun="poll",
        name="voters",
        column=polls.c.voter_count,
        recount=select(func.count(poll_votes.c.user_id.distinct()))
        .where(poll_votes.c.poll_id == polls.c.id)
        .correlate(polls)
        .scalar_subquery(),
    ),
    Counter(
        noun="forum",
        name="topics",
        column=forums.c.topic_count,
        recount=_number_of([topics], forums, topics.c.forum_id == forums.c.id, _TOPIC_IN_SIGHT),
    ),
    Counter(
        noun="forum",
        name="posts",
        column=forums.c.post_count,
        recount=_number_of(
            [posts, topics],
            forums,
            posts.c.topic_id == topics.c.id,
            topics.c.forum_id == forums.c.id,
            _TOPIC_IN_SIGHT,
        ),
    ),
)
