"""What people write and collect: comments, forums, galleries; and the words of the full text."""

from typing import Any

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    Table,
    Text,
    UniqueConstraint,
    false,
    text,
    true,
)

from polybooru.db.tables.base import metadata
from polybooru.db.types import Id, Instant


def _written() -> list[Column[Any]]:
    """The columns that comments and posts share."""
    return [
        Column("user_id", Id, ForeignKey("users.id"), index=True),
        Column("is_anonymous", Boolean, nullable=False, server_default=false()),
        Column("body", Text, nullable=False, comment="source text"),
        Column("body_html", Text, comment="for `markup.show`; null: to be rendered when it is read"),
        Column("created_at", Instant, nullable=False, index=True),
        Column("updated_at", Instant, nullable=False),
        Column("edited_at", Instant),
        Column("edit_reason", Text),
        Column("hidden_from_users", Boolean, nullable=False, server_default=false()),
        Column("deletion_reason", Text),
        Column("deleted_by_user_id", Id, ForeignKey("users.id")),
        Column("is_destroyed", Boolean, nullable=False, server_default=false(), comment="text is gone"),
        Column("is_approved", Boolean, nullable=False, server_default=true()),
    ]


def _edits(of: str) -> Table:
    """What comments or posts were before they were edited."""
    return Table(
        f"{of}_edits",
        metadata,
        Column("id", Id, primary_key=True),
        Column(f"{of}_id", Id, ForeignKey(f"{of}s.id"), nullable=False, index=True),
        Column("user_id", Id, ForeignKey("users.id"), comment="who edited; null: the operator"),
        Column("edited_at", Instant, nullable=False),
        Column("reason", Text, nullable=False, server_default=""),
        Column("body", Text, nullable=False, comment="as it was before"),
        sqlite_autoincrement=True,
    )


comments = Table(
    "comments",
    metadata,
    Column("id", Id, primary_key=True),
    Column("image_id", Id, ForeignKey("images.id"), nullable=False, index=True),
    *_written(),
    sqlite_autoincrement=True,
)

comment_edits = _edits("comment")

forums = Table(
    "forums",
    metadata,
    Column("id", Id, primary_key=True),
    Column("short_name", Text, nullable=False, unique=True),
    Column("name", Text, nullable=False),
    Column("description", Text, nullable=False, server_default=""),
    Column("access_level", Text, nullable=False),
    Column("topic_count", Integer, nullable=False, server_default=text("0")),
    Column("post_count", Integer, nullable=False, server_default=text("0")),
    CheckConstraint("access_level in ('normal', 'assistant', 'staff')", name="access_level"),
    sqlite_autoincrement=True,
)

topics = Table(
    "topics",
    metadata,
    Column("id", Id, primary_key=True),
    Column("forum_id", Id, ForeignKey("forums.id"), nullable=False),
    Column("slug", Text, nullable=False),
    Column("title", Text, nullable=False),
    Column("user_id", Id, ForeignKey("users.id"), index=True),
    Column("is_anonymous", Boolean, nullable=False, server_default=false()),
    Column("is_sticky", Boolean, nullable=False, server_default=false()),
    Column("is_locked", Boolean, nullable=False, server_default=false()),
    Column("hidden_from_users", Boolean, nullable=False, server_default=false()),
    Column("deletion_reason", Text),
    Column("deleted_by_user_id", Id, ForeignKey("users.id")),
    Column("post_count", Integer, nullable=False, server_default=text("0")),
    Column("view_count", Integer, nullable=False, server_default=text("0")),
    Column("created_at", Instant, nullable=False),
    Column("updated_at", Instant, nullable=False),
    Column("last_replied_to_at", Instant),
    UniqueConstraint("forum_id", "slug"),
    Index("ix_topics_listed", "forum_id", "hidden_from_users", "is_sticky", "last_replied_to_at"),
    sqlite_autoincrement=True,
)

posts = Table(
    "posts",
    metadata,
    Column("id", Id, primary_key=True),
    Column("topic_id", Id, ForeignKey("topics.id"), nullable=False),
    Column("topic_position", Integer, nullable=False, comment="from 0"),
    *_written(),
    UniqueConstraint("topic_id", "topic_position"),
    sqlite_autoincrement=True,
)

post_edits = _edits("post")

galleries = Table(
    "galleries",
    metadata,
    Column("id", Id, primary_key=True),
    Column("user_id", Id, ForeignKey("users.id"), nullable=False, index=True),
    Column("title", Text, nullable=False),
    Column("folded_title", Text, nullable=False, comment="lower case, for search"),
    Column("spoiler_warning", Text, nullable=False, server_default=""),
    Column("description", Text, nullable=False, server_default=""),
    Column("thumbnail_id", Id, ForeignKey("images.id"), comment="the cover"),
    Column("is_anonymous", Boolean, nullable=False, server_default=false()),
    Column(
        "is_descending", Boolean, nullable=False, server_default=false(), comment="shown last image first"
    ),
    Column("image_count", Integer, nullable=False, server_default=text("0")),
    Column("created_at", Instant, nullable=False),
    Column("updated_at", Instant, nullable=False),
    sqlite_autoincrement=True,
)

gallery_images = Table(
    "gallery_images",
    metadata,
    Column("gallery_id", Id, ForeignKey("galleries.id"), primary_key=True),
    Column("image_id", Id, ForeignKey("images.id"), primary_key=True, index=True),
    Column("position", Integer, nullable=False, comment="rises; gaps are allowed"),
    Index(None, "gallery_id", "position"),
    sqlite_with_rowid=False,
)

words = Table(
    "words",
    metadata,
    Column("word", Text, primary_key=True),
    comment="All that the full text ever held: what patterns are expanded against",
    sqlite_with_rowid=False,
)
