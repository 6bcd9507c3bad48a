"""What became of the tags of images: each edit, and the edits of many images at once.

Neighbour: `library/tag_history`, which says when a change stands and what reverting one does.
"""

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    Table,
    Text,
    false,
    text,
)

from polybooru.db.tables.base import metadata
from polybooru.db.types import Id, Instant

tag_batches = Table(
    "tag_batches",
    metadata,
    Column("id", Id, primary_key=True),
    Column("kind", Text, nullable=False, comment="retag, or revert of what a person did"),
    Column("user_id", Id, ForeignKey("users.id")),
    Column("created_at", Instant, nullable=False),
    Column("state", Text, nullable=False),
    Column("query", Text, comment="of a retag: what found the images"),
    Column("added_tag_ids", Text, nullable=False, server_default="", comment="separated by commas"),
    Column("removed_tag_ids", Text, nullable=False, server_default="", comment="separated by commas"),
    Column("images", LargeBinary, comment="of a retag: a portable Roaring bitmap of their ids"),
    Column("position", Id, nullable=False, server_default=text("0"), comment="the last image done"),
    Column("subject_user_id", Id, ForeignKey("users.id"), comment="of a revert: whose changes"),
    Column("since", Instant, comment="of a revert: made then or later"),
    Column("until", Instant, comment="of a revert: made before"),
    Column("total", Integer, nullable=False, comment="images or changes to go through"),
    Column("done", Integer, nullable=False, server_default=text("0")),
    CheckConstraint("kind in ('retag', 'revert')", name="kind"),
    CheckConstraint("state in ('running', 'done', 'undoing', 'undone')", name="state"),
    comment="Edits of many images, which go on where they were interrupted",
    sqlite_autoincrement=True,
)

tag_changes = Table(
    "tag_changes",
    metadata,
    Column("id", Id, primary_key=True, comment="in the order in which they were made, for each image"),
    Column("image_id", Id, ForeignKey("images.id"), nullable=False),
    Column("user_id", Id, ForeignKey("users.id")),
    Column("made_at", Instant, nullable=False),
    Column("tag_batch_id", Id, ForeignKey("tag_batches.id")),
    Column("is_revert", Boolean, nullable=False, server_default=false()),
    Column("reverted_by_id", Id, comment="the later change that reverted it; no key: of the same image"),
    Index(None, "image_id", "id"),
    Index(None, "user_id", "made_at"),
    Index(None, "tag_batch_id", "id"),
    comment="One edit of the tags of one image",
    sqlite_autoincrement=True,
)

tag_change_tags = Table(
    "tag_change_tags",
    metadata,
    Column("tag_change_id", Id, ForeignKey("tag_changes.id"), primary_key=True),
    Column("tag_id", Id, ForeignKey("tags.id"), primary_key=True),
    Column("is_added", Boolean, nullable=False),
    Index(None, "tag_id", "tag_change_id"),
    comment="What an edit really added or removed",
    sqlite_with_rowid=False,
)
