"""Every table of the library, for both databases.

The rules that keep these rows right live in `library`; here stand only shapes, keys and the indexes that its
statements need. A change here needs a migration beside it: tests/adapters/db/test_migrations.py compares the
two.
"""

from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
    false,
    text,
    true,
)

from polybooru.db.types import Id, Instant

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def _written() -> list[Column[Any]]:
    """The columns that comments and posts share."""
    return [
        Column("user_id", Id, ForeignKey("users.id"), index=True),
        Column("is_anonymous", Boolean, nullable=False, server_default=false()),
        Column("body", Text, nullable=False, comment="source text"),
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


changes = Table(
    "changes",
    metadata,
    Column("number", Id, primary_key=True, comment="visible in order: see Database.write"),
    Column(
        "kind",
        Text,
        nullable=False,
        comment="image, interaction, tag, filter, user, preferences, gallery, comment, post, topic, forum",
    ),
    Column("object_id", Id, nullable=False),
    Column("user_id", Id, comment="whose interaction; null for other kinds"),
    Column("made_at", Instant, nullable=False),
    comment="What changed, in commit order; every replica follows it",
    sqlite_autoincrement=True,
)

users = Table(
    "users",
    metadata,
    Column("id", Id, primary_key=True),
    Column("name", Text, nullable=False),
    Column("folded_name", Text, nullable=False, unique=True, comment="NFKC, case-folded"),
    Column("slug", Text, nullable=False, unique=True),
    Column("password_hash", Text, nullable=False),
    Column("role", Text, nullable=False),
    Column("images_per_page", Integer, comment="null: the board's own number"),
    Column("current_filter_id", Id, comment="no key: filters already point at users"),
    Column("forced_filter_id", Id, comment="set by staff; hides in addition, and cannot be left"),
    Column("watched_query", Text, nullable=False, server_default="", comment="one query a line"),
    Column("watched_exclude", Text, nullable=False, server_default="", comment="one query a line"),
    Column("watched_hides_spoilered", Boolean, nullable=False, server_default=false()),
    Column("created_at", Instant, nullable=False),
    Column("deactivated_at", Instant),
    CheckConstraint("role in ('user', 'assistant', 'moderator', 'admin')", name="role"),
    sqlite_autoincrement=True,
)

tokens = Table(
    "tokens",
    metadata,
    Column("id", Id, primary_key=True),
    Column("user_id", Id, ForeignKey("users.id"), nullable=False, index=True),
    Column("name", Text, nullable=False),
    Column("sha256", LargeBinary(32), nullable=False, unique=True),
    Column("hint", Text, nullable=False, comment="first six characters, to tell tokens apart"),
    Column("scopes", Text, nullable=False, comment="separated by blanks; empty: all that the owner may"),
    Column("created_at", Instant, nullable=False),
    Column("expires_at", Instant),
    UniqueConstraint("user_id", "name"),
    sqlite_autoincrement=True,
)

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
    Index(None, "file_name"),
    Index(None, "sha512_hash"),
    Index(None, "blob"),
    sqlite_autoincrement=True,
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

watched_tags = Table(
    "watched_tags",
    metadata,
    Column("user_id", Id, ForeignKey("users.id"), primary_key=True),
    Column("tag_id", Id, ForeignKey("tags.id"), primary_key=True, index=True),
    sqlite_with_rowid=False,
)

features = Table(
    "features",
    metadata,
    Column("id", Id, primary_key=True),
    Column("image_id", Id, ForeignKey("images.id"), nullable=False),
    Column("user_id", Id, ForeignKey("users.id"), nullable=False),
    Column("created_at", Instant, nullable=False),
    sqlite_autoincrement=True,
)

filters = Table(
    "filters",
    metadata,
    Column("id", Id, primary_key=True),
    Column("name", Text, nullable=False),
    Column("folded_name", Text, nullable=False, server_default="", comment="lower case, for search"),
    Column("description", Text, nullable=False, server_default=""),
    Column("user_id", Id, ForeignKey("users.id"), index=True),
    Column("is_system", Boolean, nullable=False, server_default=false()),
    Column("is_public", Boolean, nullable=False, server_default=false()),
    Column("hidden_complex", Text, nullable=False, server_default=""),
    Column("spoilered_complex", Text, nullable=False, server_default=""),
    Column("created_at", Instant, nullable=False),
    UniqueConstraint("user_id", "name"),
    sqlite_autoincrement=True,
)

filter_tags = Table(
    "filter_tags",
    metadata,
    Column("filter_id", Id, ForeignKey("filters.id"), primary_key=True),
    Column("tag_id", Id, ForeignKey("tags.id"), primary_key=True),
    Column("effect", Text, primary_key=True, comment="hide or spoiler"),
    Index(None, "tag_id"),
    CheckConstraint("effect in ('hide', 'spoiler')", name="effect"),
    sqlite_with_rowid=False,
)

jobs = Table(
    "jobs",
    metadata,
    Column("id", Id, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("object_id", Id, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("attempts", Integer, nullable=False, server_default=text("0")),
    Column("leased_until", Instant, comment="null: free to take"),
    Column("parked_at", Instant, comment="set: given up until an operator asks again"),
    Column("parked_reason", Text),
    UniqueConstraint("kind", "object_id"),
    comment="Unfinished work; a finished job has no row",
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

gallery_subscriptions = Table(
    "gallery_subscriptions",
    metadata,
    Column("gallery_id", Id, ForeignKey("galleries.id"), primary_key=True),
    Column("user_id", Id, ForeignKey("users.id"), primary_key=True, index=True),
    sqlite_with_rowid=False,
)

words = Table(
    "words",
    metadata,
    Column("word", Text, primary_key=True),
    comment="All that the full text ever held: what patterns are expanded against",
    sqlite_with_rowid=False,
)
