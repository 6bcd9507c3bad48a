"""Who wants to hear of what, what happened there, and what they have seen of it."""

from sqlalchemy import CheckConstraint, Column, ForeignKey, Integer, Table, Text, UniqueConstraint

from polybooru.db.tables.base import metadata
from polybooru.db.types import Id, Instant


def _subscriptions(to: str, plural: str) -> Table:
    return Table(
        f"{to}_subscriptions",
        metadata,
        Column(f"{to}_id", Id, ForeignKey(f"{plural}.id"), primary_key=True),
        Column("user_id", Id, ForeignKey("users.id"), primary_key=True, index=True),
        sqlite_with_rowid=False,
    )


image_subscriptions = _subscriptions("image", "images")
topic_subscriptions = _subscriptions("topic", "topics")
forum_subscriptions = _subscriptions("forum", "forums")
gallery_subscriptions = _subscriptions("gallery", "galleries")

notices = Table(
    "notices",
    metadata,
    Column("id", Id, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("subject_id", Id, nullable=False, comment="the image, topic, forum or gallery"),
    Column("number", Integer, nullable=False, comment="of the newest event, from 1"),
    Column("user_id", Id, ForeignKey("users.id"), comment="whose doing it was; null: the operator"),
    Column("object_id", Id, nullable=False, comment="the newest comment, post, topic or image"),
    Column("happened_at", Instant, nullable=False),
    Column("other_number", Integer, comment="of the newest event by somebody else; null: none yet"),
    Column("other_object_id", Id),
    Column("other_happened_at", Instant),
    CheckConstraint(
        "kind in ('image_comment', 'image_merge', 'topic_post', 'forum_topic', 'gallery_image')", name="kind"
    ),
    UniqueConstraint("kind", "subject_id"),
    comment="What happened last; a row for each subject, however many have subscribed to it",
    sqlite_autoincrement=True,
)

notice_reads = Table(
    "notice_reads",
    metadata,
    Column("user_id", Id, ForeignKey("users.id"), primary_key=True),
    Column("notice_id", Id, ForeignKey("notices.id"), primary_key=True, index=True),
    Column("seen_number", Integer, nullable=False),
    sqlite_with_rowid=False,
)
