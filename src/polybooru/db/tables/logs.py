"""The change log, the moderation log, and unfinished work."""

from sqlalchemy import Column, Index, Integer, LargeBinary, Table, Text, UniqueConstraint, text

from polybooru.db.tables.base import metadata
from polybooru.db.types import Id, Instant

changes = Table(
    "changes",
    metadata,
    Column("number", Id, primary_key=True, comment="visible in order: see Database.write"),
    Column("kind", Text, nullable=False, comment="of what: see docs/reference/change-log.md"),
    Column("object_id", Id, nullable=False),
    Column("user_id", Id, comment="whose interaction; null for other kinds"),
    Column("made_at", Instant, nullable=False),
    comment="What changed, in commit order; every replica follows it",
    sqlite_autoincrement=True,
)

happenings = Table(
    "happenings",
    metadata,
    Column("id", Id, primary_key=True, comment="visible in order: see Database.write"),
    Column("change_number", Id, nullable=False, index=True, comment="the last of its transaction"),
    Column("kind", Text, nullable=False),
    Column("object_id", Id, nullable=False),
    Column("details", Text, nullable=False, comment="JSON object"),
    comment="What happened, for whoever wants to hear of it at once; goes with the changes",
    sqlite_autoincrement=True,
)

moderation_log = Table(
    "moderation_log",
    metadata,
    Column("id", Id, primary_key=True, comment="visible in order: see Database.write"),
    Column("made_at", Instant, nullable=False),
    Column("user_id", Id, comment="who acted, null for the program itself; no key: the log outlives people"),
    Column("action", Text, nullable=False, comment="the verb, as image.hide"),
    Column("object_kind", Text, nullable=False),
    Column("object_id", Id, nullable=False),
    Column("details", Text, nullable=False, comment="JSON object"),
    Column("sha256", LargeBinary(32), nullable=False, comment="of the entry before and this one"),
    Index(None, "object_kind", "object_id"),
    comment="What staff did; rows are only ever added",
    sqlite_autoincrement=True,
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
