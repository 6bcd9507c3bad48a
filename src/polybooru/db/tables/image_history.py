"""What was done to the sources of images, and which image was merged into which."""

from sqlalchemy import Boolean, Column, ForeignKey, Index, Table, Text

from polybooru.db.tables.base import metadata
from polybooru.db.types import Id, Instant

source_changes = Table(
    "source_changes",
    metadata,
    Column("id", Id, primary_key=True),
    Column("image_id", Id, ForeignKey("images.id"), nullable=False, index=True),
    Column("user_id", Id, ForeignKey("users.id"), comment="null: nobody who is still known"),
    Column("url", Text, nullable=False),
    Column("is_added", Boolean, nullable=False, comment="else removed"),
    Column("changed_at", Instant, nullable=False),
    Index(None, "user_id", "changed_at"),
    sqlite_autoincrement=True,
)

image_merges = Table(
    "image_merges",
    metadata,
    Column("id", Id, primary_key=True),
    Column("image_id", Id, ForeignKey("images.id"), nullable=False, index=True),
    Column("target_id", Id, ForeignKey("images.id"), nullable=False, index=True),
    Column("user_id", Id, ForeignKey("users.id"), comment="who merged; null: nobody who is still known"),
    Column("target_first_seen_at", Instant, nullable=False, comment="of the target before"),
    Column("merged_at", Instant, nullable=False),
    Column("undone_at", Instant),
    sqlite_autoincrement=True,
)

merged_rows = Table(
    "merged_rows",
    metadata,
    Column("merge_id", Id, ForeignKey("image_merges.id"), primary_key=True),
    Column("kind", Text, primary_key=True),
    Column("row_id", Id, primary_key=True, autoincrement=False, comment="tag, person, comment or gallery"),
    Column("made_at", Instant, comment="of what was carried: it goes back only while it is the same"),
    Column("url", Text, comment="of a source"),
    comment="What a merge has carried over, to be carried back",
    sqlite_with_rowid=False,
)
