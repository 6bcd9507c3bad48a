"""What staff does about people and pictures, and what people tell staff."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    Table,
    Text,
    false,
    true,
)

from polybooru.db.tables.base import metadata
from polybooru.db.types import Id, Instant

bans = Table(
    "bans",
    metadata,
    Column("id", Id, primary_key=True),
    Column("code", Text, nullable=False, unique=True, comment="what the banned are told"),
    Column("user_id", Id, ForeignKey("users.id"), index=True),
    Column("network", Text, index=True, comment="as 192.0.2.0/24; a single address is a network too"),
    Column("reason", Text, nullable=False, comment="what the banned are told"),
    Column("note", Text, nullable=False, server_default="", comment="for staff only"),
    Column("is_enabled", Boolean, nullable=False, server_default=true()),
    Column("banned_by_user_id", Id, ForeignKey("users.id"), index=True, comment="null: the operator"),
    Column("created_at", Instant, nullable=False),
    Column("expires_at", Instant, comment="null: no end"),
    CheckConstraint("(user_id is null) <> (network is null)", name="against"),
    comment="Whom, and from where, nothing is accepted",
    sqlite_autoincrement=True,
)

reports = Table(
    "reports",
    metadata,
    Column("id", Id, primary_key=True),
    Column("object_kind", Text, nullable=False),
    Column("object_id", Id, nullable=False, comment="no key: the object may be of any kind, or gone"),
    Column("user_id", Id, ForeignKey("users.id"), comment="who reported it; null: the program"),
    Column("category", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("is_shared", Boolean, nullable=False, server_default=false(), comment="one for all reporters"),
    Column("state", Text, nullable=False, server_default="open"),
    Column("staff_user_id", Id, ForeignKey("users.id"), index=True, comment="who claimed or closed it"),
    Column("created_at", Instant, nullable=False),
    Column("updated_at", Instant, nullable=False),
    CheckConstraint("state in ('open', 'in_progress', 'closed')", name="state"),
    Index(None, "object_kind", "object_id"),
    Index(None, "user_id", "state"),
    Index(None, "state", "id"),
    comment="What people tell staff",
    sqlite_autoincrement=True,
)

duplicate_reports = Table(
    "duplicate_reports",
    metadata,
    Column("id", Id, primary_key=True),
    Column("image_id", Id, ForeignKey("images.id"), nullable=False, index=True),
    Column("duplicate_of_image_id", Id, ForeignKey("images.id"), nullable=False, index=True),
    Column("user_id", Id, ForeignKey("users.id"), comment="who reported it; null: the program"),
    Column("reason", Text, nullable=False),
    Column("state", Text, nullable=False, server_default="open"),
    Column("staff_user_id", Id, ForeignKey("users.id"), index=True, comment="who claimed or settled it"),
    Column("created_at", Instant, nullable=False),
    Column("updated_at", Instant, nullable=False),
    CheckConstraint("image_id <> duplicate_of_image_id", name="two"),
    CheckConstraint("state in ('open', 'claimed', 'accepted', 'rejected')", name="state"),
    Index(None, "user_id", "state"),
    Index(None, "state", "id"),
    comment="Which images may be the same picture",
    sqlite_autoincrement=True,
)

blocks = Table(
    "blocks",
    metadata,
    Column("id", Id, primary_key=True),
    Column("sha512_hash", Text, unique=True, comment="of an original"),
    Column("perceptual_hash", BigInteger, comment="64 bits, stored signed"),
    Column("bits", Integer, comment="in how many a picture may differ and is still blocked"),
    Column("reason", Text, nullable=False),
    Column("user_id", Id, ForeignKey("users.id"), index=True, comment="who blocked it; null: the operator"),
    Column("created_at", Instant, nullable=False),
    CheckConstraint("(sha512_hash is null) <> (perceptual_hash is null)", name="hash"),
    CheckConstraint("(bits is null) = (perceptual_hash is null)", name="bits"),
    comment="Files and pictures that are not accepted",
    sqlite_autoincrement=True,
)
