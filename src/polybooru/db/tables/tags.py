"""Tags, what they imply, which are listed, and what artists do not want to be posted."""

from sqlalchemy import Boolean, CheckConstraint, Column, ForeignKey, Index, Integer, Table, Text, false, text

from polybooru.db.tables.base import metadata
from polybooru.db.types import Id, Instant

tags = Table(
    "tags",
    metadata,
    Column("id", Id, primary_key=True),
    Column("name", Text, nullable=False, unique=True),
    Column("slug", Text, nullable=False, unique=True),
    Column("namespace", Text),
    Column("name_in_namespace", Text, nullable=False),
    Column("category", Text),
    Column("description", Text, nullable=False, server_default=""),
    Column("short_description", Text, nullable=False, server_default=""),
    Column("image_count", Integer, nullable=False, server_default=text("0"), comment="visible images"),
    Column("aliased_tag_id", Id, ForeignKey("tags.id")),
    Column("created_at", Instant, nullable=False),
    # Of aliases alone: a planner that has counted would not use an index of one value for nearly all rows.
    Index(
        "ix_tags_aliased_tag_id",
        "aliased_tag_id",
        sqlite_where=text("aliased_tag_id is not null"),
        postgresql_where=text("aliased_tag_id is not null"),
    ),
    sqlite_autoincrement=True,
)

tag_implications = Table(
    "tag_implications",
    metadata,
    Column("tag_id", Id, ForeignKey("tags.id"), primary_key=True),
    Column("implied_tag_id", Id, ForeignKey("tags.id"), primary_key=True, index=True),
    sqlite_with_rowid=False,
)

listed_tags = Table(
    "listed_tags",
    metadata,
    Column("tag_id", Id, ForeignKey("tags.id"), primary_key=True, autoincrement=False),
    Column("name", Text, nullable=False, unique=True, comment="lower-case letters, digits, hyphens"),
    Column("description", Text, nullable=False, server_default=""),
    Column("is_nsfw", Boolean, nullable=False, server_default=false(), comment="true: for adults' images"),
    comment="Tags that some clients know, by names of their own; none: those used most",
    sqlite_with_rowid=False,
)

dnp_entries = Table(
    "dnp_entries",
    metadata,
    Column("id", Id, primary_key=True),
    Column("tag_id", Id, ForeignKey("tags.id"), nullable=False, index=True),
    Column("user_id", Id, ForeignKey("users.id"), index=True, comment="who asked for it"),
    Column("staff_user_id", Id, ForeignKey("users.id"), comment="who decided last"),
    Column("dnp_type", Text, nullable=False),
    Column("conditions", Text, nullable=False, server_default=""),
    Column("reason", Text, nullable=False, server_default=""),
    Column("hides_reason", Boolean, nullable=False, server_default=false()),
    Column("instructions", Text, nullable=False, server_default="", comment="to staff; never shown"),
    Column("state", Text, nullable=False, index=True),
    Column("created_at", Instant, nullable=False),
    Column("updated_at", Instant, nullable=False),
    CheckConstraint(
        "state in ('requested', 'claimed', 'listed', 'rescinded', 'acknowledged', 'closed')", name="state"
    ),
    comment="Do not post: what artists ask of uploaders",
    sqlite_autoincrement=True,
)
