"""Who somebody is known to be, and what they were honoured with."""

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Table,
    Text,
    UniqueConstraint,
    false,
    true,
)

from polybooru.db.tables.base import metadata
from polybooru.db.types import Id, Instant

artist_links = Table(
    "artist_links",
    metadata,
    Column("id", Id, primary_key=True),
    Column("user_id", Id, ForeignKey("users.id"), nullable=False),
    Column("tag_id", Id, ForeignKey("tags.id"), nullable=False),
    Column("url", Text, nullable=False),
    Column("is_public", Boolean, nullable=False, server_default=true()),
    Column("code", Text, nullable=False, comment="to be put on the page"),
    Column("state", Text, nullable=False, server_default="unverified"),
    Column("staff_user_id", Id, ForeignKey("users.id"), index=True, comment="who settled it last"),
    Column("created_at", Instant, nullable=False),
    Column("updated_at", Instant, nullable=False),
    CheckConstraint(
        "state in ('unverified', 'link_verified', 'contacted', 'verified', 'rejected')", name="state"
    ),
    UniqueConstraint("user_id", "tag_id", "url"),
    Index(None, "tag_id", "state"),
    Index(None, "state", "id"),
    comment="Which artist somebody is",
    sqlite_autoincrement=True,
)

badges = Table(
    "badges",
    metadata,
    Column("id", Id, primary_key=True),
    Column("title", Text, nullable=False, unique=True),
    Column("description", Text, nullable=False, server_default=""),
    Column("is_disabled", Boolean, nullable=False, server_default=false()),
    Column("created_at", Instant, nullable=False),
    comment="What can be awarded",
    sqlite_autoincrement=True,
)

badge_awards = Table(
    "badge_awards",
    metadata,
    Column("id", Id, primary_key=True),
    Column("user_id", Id, ForeignKey("users.id"), nullable=False, index=True),
    Column("badge_id", Id, ForeignKey("badges.id"), nullable=False, index=True),
    Column("label", Text, nullable=False, server_default=""),
    Column("reason", Text, nullable=False, server_default=""),
    Column("awarded_by_user_id", Id, ForeignKey("users.id"), index=True, comment="null: the operator"),
    Column("awarded_at", Instant, nullable=False),
    comment="Who has which badge",
    sqlite_autoincrement=True,
)
