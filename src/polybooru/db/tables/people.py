"""People, their names, rights and tokens, filters and watch lists."""

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
    UniqueConstraint,
    false,
    text,
    true,
)

from polybooru.db.tables.base import metadata
from polybooru.db.types import Id, Instant

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
    Column(
        "is_verified", Boolean, nullable=False, server_default=false(), comment="uploads need no approval"
    ),
    Column(
        "is_deactivated_by_staff",
        Boolean,
        nullable=False,
        server_default=false(),
        comment="stays until they say",
    ),
    Column("deleted_at", Instant, comment="all that was personal is gone; the id is never used again"),
    Column("renamed_at", Instant, comment="by the person; null: never"),
    Column("bio", Text, nullable=False, server_default="", comment="source text"),
    Column("personal_title", Text, nullable=False, server_default=""),
    Column("hides_role", Boolean, nullable=False, server_default=false()),
    Column(
        "writes_anonymously",
        Boolean,
        nullable=False,
        server_default=false(),
        comment="unless they say otherwise",
    ),
    CheckConstraint("role in ('user', 'assistant', 'moderator', 'admin')", name="role"),
    Index(
        "ix_users_current_filter_id",
        "current_filter_id",
        "deactivated_at",
        sqlite_where=text("current_filter_id is not null"),
        postgresql_where=text("current_filter_id is not null"),
    ),
    sqlite_autoincrement=True,
)

earlier_names = Table(
    "earlier_names",
    metadata,
    Column("slug", Text, primary_key=True),
    Column("user_id", Id, ForeignKey("users.id"), nullable=False, index=True),
    Column("name", Text, nullable=False),
    Column("folded_name", Text, nullable=False, index=True, comment="nobody else takes it"),
    Column("left_at", Instant, nullable=False),
    comment="Names that people had; links by them still lead there",
    sqlite_with_rowid=False,
)

grants = Table(
    "grants",
    metadata,
    Column("id", Id, primary_key=True),
    Column("holder_id", Id, ForeignKey("users.id"), nullable=False),
    Column("permission", Text, nullable=False),
    Column("target_id", Id, ForeignKey("users.id"), index=True, comment="over whom; null: everyone"),
    Column("created_at", Instant, nullable=False),
    Index(None, "holder_id", "permission", "target_id", unique=True),
    Index(
        "ix_grants_over_everyone",
        "holder_id",
        "permission",
        unique=True,
        sqlite_where=text("target_id is null"),
        postgresql_where=text("target_id is null"),
    ),
    CheckConstraint(
        "permission in ('view_favorites', 'manage_favorites', 'report', 'admin')", name="permission"
    ),
    comment="What one person may do in the name of another",
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
    Column("is_active", Boolean, nullable=False, server_default=true(), comment="the owner's switch"),
    Column("is_disabled", Boolean, nullable=False, server_default=false(), comment="the staff's switch"),
    Column("disabled_reason", Text),
    Column("is_unlimited", Boolean, nullable=False, server_default=false()),
    Column("bulk_limit", Integer, comment="images of one request; null here and below: as for any token"),
    Column("short_window_ms", Integer, comment="asks for one address are counted so long"),
    Column("short_limit", Integer),
    Column("long_window_ms", Integer, comment="all asks are counted so long"),
    Column("long_limit", Integer),
    UniqueConstraint("user_id", "name"),
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

watched_tags = Table(
    "watched_tags",
    metadata,
    Column("user_id", Id, ForeignKey("users.id"), primary_key=True),
    Column("tag_id", Id, ForeignKey("tags.id"), primary_key=True, index=True),
    sqlite_with_rowid=False,
)
