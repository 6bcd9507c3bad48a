"""What staff does about people and pictures."""

from sqlalchemy import Boolean, CheckConstraint, Column, ForeignKey, Table, Text, true

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
