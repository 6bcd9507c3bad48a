"""Images, what they carry, and what people did with them. Neighbour: `image_history`."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    Table,
    Text,
    false,
    text,
    true,
)

from polybooru.db.tables.base import metadata
from polybooru.db.types import Id, Instant

images = Table(
    "images",
    metadata,
    Column("id", Id, primary_key=True),
    Column("created_at", Instant, nullable=False, comment="whole seconds; decides the file addresses"),
    Column("updated_at", Instant, nullable=False),
    Column("first_seen_at", Instant, nullable=False),
    Column("uploader_id", Id, ForeignKey("users.id"), index=True),
    Column("is_anonymous", Boolean, nullable=False, server_default=false()),
    Column("file_name", Text, comment="as uploaded; data only, never a path"),
    Column("mime_type", Text, nullable=False),
    Column("format", Text, nullable=False),
    Column("width_px", Integer, nullable=False),
    Column("height_px", Integer, nullable=False),
    Column("size_bytes", BigInteger, nullable=False, comment="of the current file"),
    Column("orig_size_bytes", BigInteger, nullable=False),
    Column("duration_seconds", Float, nullable=False, comment="0 for a still"),
    Column("is_animated", Boolean, nullable=False),
    Column("sha512_hash", Text, nullable=False, comment="of the current file"),
    Column("orig_sha512_hash", Text, unique=True, comment="null once staff allowed a new upload of it"),
    Column("blob", Text, nullable=False, comment="hash that the stored files lie under"),
    Column("description", Text, nullable=False, server_default=""),
    Column("upvotes", Integer, nullable=False, server_default=text("0")),
    Column("downvotes", Integer, nullable=False, server_default=text("0")),
    Column("faves", Integer, nullable=False, server_default=text("0")),
    Column("hides", Integer, nullable=False, server_default=text("0")),
    Column("comment_count", Integer, nullable=False, server_default=text("0")),
    Column("intensity_nw", Float, comment="0..255 and above for tiny pictures; null until processed"),
    Column("intensity_ne", Float),
    Column("intensity_sw", Float),
    Column("intensity_se", Float),
    Column("perceptual_hash", BigInteger, comment="64 bits, stored signed"),
    Column("dominant_color", Text, comment="#rrggbb"),
    Column("thumbnails_generated", Boolean, nullable=False, server_default=false()),
    Column("is_processed", Boolean, nullable=False, server_default=false()),
    Column("hidden_from_users", Boolean, nullable=False, server_default=false()),
    Column("deletion_reason", Text),
    Column("deleted_by_user_id", Id, ForeignKey("users.id")),
    Column("duplicate_id", Id, ForeignKey("images.id")),
    Column("is_approved", Boolean, nullable=False, server_default=true(), comment="never taken back"),
    Column("is_destroyed", Boolean, nullable=False, server_default=false(), comment="files are gone"),
    Column("alt_text", Text, nullable=False, server_default="", comment="what is on it, for who cannot see"),
    Column("scratchpad", Text, nullable=False, server_default="", comment="notes of staff"),
    Column("are_comments_locked", Boolean, nullable=False, server_default=false()),
    Column("is_description_locked", Boolean, nullable=False, server_default=false()),
    Column("are_tags_locked", Boolean, nullable=False, server_default=false()),
    Column("md5_hash", Text, comment="of the current file; null: not noted yet"),
    Index(None, "file_name"),
    Index(None, "sha512_hash"),
    Index(None, "md5_hash"),
    Index(None, "blob"),
    Index(None, "duplicate_id"),
    Index(None, "perceptual_hash"),
    sqlite_autoincrement=True,
)
Index(
    "ix_images_awaiting_approval",
    images.c.id,
    sqlite_where=images.c.is_approved.is_(False),
    postgresql_where=images.c.is_approved.is_(False),
)

Index(
    "ix_images_intensities",
    *(images.c.intensity_nw, images.c.intensity_ne, images.c.intensity_sw, images.c.intensity_se),
    sqlite_where=images.c.intensity_nw.is_not(None),
    postgresql_where=images.c.intensity_nw.is_not(None),
)

image_tags = Table(
    "image_tags",
    metadata,
    Column("image_id", Id, ForeignKey("images.id"), primary_key=True),
    Column("tag_id", Id, ForeignKey("tags.id"), primary_key=True),
    Index(None, "tag_id", "image_id"),
    sqlite_with_rowid=False,
)

image_sources = Table(
    "image_sources",
    metadata,
    Column("image_id", Id, ForeignKey("images.id"), primary_key=True),
    Column("position", Integer, primary_key=True, autoincrement=False),
    Column("url", Text, nullable=False),
    Column("folded_url", Text, nullable=False, index=True, comment="lower case, for search"),
    sqlite_with_rowid=False,
)

faves = Table(
    "faves",
    metadata,
    Column("image_id", Id, ForeignKey("images.id"), primary_key=True),
    Column("user_id", Id, ForeignKey("users.id"), primary_key=True),
    Column("liked_at", Instant, nullable=False),
    Index(None, "user_id", "liked_at"),
    sqlite_with_rowid=False,
)

votes = Table(
    "votes",
    metadata,
    Column("image_id", Id, ForeignKey("images.id"), primary_key=True),
    Column("user_id", Id, ForeignKey("users.id"), primary_key=True),
    Column("is_up", Boolean, nullable=False),
    Column("voted_at", Instant, nullable=False),
    Index(None, "user_id"),
    sqlite_with_rowid=False,
)

hides = Table(
    "hides",
    metadata,
    Column("image_id", Id, ForeignKey("images.id"), primary_key=True),
    Column("user_id", Id, ForeignKey("users.id"), primary_key=True),
    Column("hidden_at", Instant, nullable=False),
    Index(None, "user_id"),
    comment="What somebody does not want to find",
    sqlite_with_rowid=False,
)

sightings = Table(
    "sightings",
    metadata,
    Column("image_id", Id, ForeignKey("images.id"), primary_key=True),
    Column("times", BigInteger, nullable=False),
    comment="How often an image was given to somebody who asked for any; added to now and then",
    sqlite_with_rowid=False,
)

features = Table(
    "features",
    metadata,
    Column("id", Id, primary_key=True),
    Column("image_id", Id, ForeignKey("images.id"), nullable=False),
    Column("user_id", Id, ForeignKey("users.id"), comment="null: the operator"),
    Column("created_at", Instant, nullable=False),
    sqlite_autoincrement=True,
)

image_locked_tags = Table(
    "image_locked_tags",
    metadata,
    Column("image_id", Id, ForeignKey("images.id"), primary_key=True),
    Column("tag_id", Id, ForeignKey("tags.id", ondelete="CASCADE"), primary_key=True, index=True),
    comment="Tags that stay, or stay away, whoever edits the image",
    sqlite_with_rowid=False,
)
