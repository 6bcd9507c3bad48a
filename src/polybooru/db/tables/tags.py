"""Tags and what they imply."""

from sqlalchemy import Column, ForeignKey, Integer, Table, Text, text

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
    Column("aliased_tag_id", Id, ForeignKey("tags.id"), index=True),
    Column("created_at", Instant, nullable=False),
    sqlite_autoincrement=True,
)

tag_implications = Table(
    "tag_implications",
    metadata,
    Column("tag_id", Id, ForeignKey("tags.id"), primary_key=True),
    Column("implied_tag_id", Id, ForeignKey("tags.id"), primary_key=True, index=True),
    sqlite_with_rowid=False,
)
