"""What people write, as it stands on the wire: comments, posts, topics, forums.

Neighbour: `wire`, the other objects. Source: docs/reference/philomena.md, objects.
"""

from datetime import datetime

import msgspec
from msgspec import UNSET, UnsetType

from polybooru.api.philomena.wire import Count


class CommentObject(msgspec.Struct, frozen=True, kw_only=True):
    """A comment; one of a hidden image is all null, without an avatar."""

    id: int
    image_id: int
    user_id: int | None = None
    author: str | None = None
    avatar: str | UnsetType = UNSET
    body: str | None = None
    created_at: datetime | None = None
    updated_at: datetime | None = None
    edited_at: datetime | None = None
    edit_reason: str | None = None


class PostObject(msgspec.Struct, frozen=True, kw_only=True):
    """A post; one of a hidden topic is all null, without an avatar."""

    id: int
    user_id: int | None = None
    author: str | None = None
    avatar: str | UnsetType = UNSET
    body: str | None = None
    created_at: datetime | None = None
    updated_at: datetime | None = None
    edited_at: datetime | None = None
    edit_reason: str | None = None


class TopicObject(msgspec.Struct, frozen=True, kw_only=True):
    """A topic in sight."""

    slug: str
    title: str
    post_count: Count
    view_count: Count
    sticky: bool
    last_replied_to_at: datetime | None
    locked: bool
    user_id: int | None
    author: str | None


class ForumObject(msgspec.Struct, frozen=True, kw_only=True):
    """A forum that is open to all."""

    name: str
    short_name: str
    description: str
    topic_count: Count
    post_count: Count


class CommentEnvelope(msgspec.Struct, frozen=True, kw_only=True):
    """One comment."""

    comment: CommentObject


class CommentsEnvelope(msgspec.Struct, frozen=True, kw_only=True):
    """A page of comments; null for one that was destroyed in the meantime."""

    comments: list[CommentObject | None]
    total: Count


class PostEnvelope(msgspec.Struct, frozen=True, kw_only=True):
    """One post."""

    post: PostObject


class PostsEnvelope(msgspec.Struct, frozen=True, kw_only=True):
    """A page of posts; null for one that was destroyed in the meantime."""

    posts: list[PostObject | None]
    total: Count


class TopicEnvelope(msgspec.Struct, frozen=True, kw_only=True):
    """One topic."""

    topic: TopicObject


class TopicsEnvelope(msgspec.Struct, frozen=True, kw_only=True):
    """A page of topics."""

    topics: list[TopicObject]
    total: Count


class ForumEnvelope(msgspec.Struct, frozen=True, kw_only=True):
    """One forum."""

    forum: ForumObject


class ForumsEnvelope(msgspec.Struct, frozen=True, kw_only=True):
    """A page of forums."""

    forums: list[ForumObject]
    total: Count
