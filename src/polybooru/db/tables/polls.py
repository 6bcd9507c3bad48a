"""Polls of topics."""

from sqlalchemy import Boolean, Column, ForeignKey, Index, Integer, Table, Text, UniqueConstraint, text

from polybooru.db.tables.base import metadata
from polybooru.db.types import Id, Instant

polls = Table(
    "polls",
    metadata,
    Column("id", Id, primary_key=True),
    Column("topic_id", Id, ForeignKey("topics.id"), nullable=False, unique=True),
    Column("title", Text, nullable=False),
    Column("is_multiple", Boolean, nullable=False, comment="several options may be chosen"),
    Column("ends_at", Instant, nullable=False),
    Column("voter_count", Integer, nullable=False, server_default=text("0")),
    Column("created_at", Instant, nullable=False),
    sqlite_autoincrement=True,
)

poll_options = Table(
    "poll_options",
    metadata,
    Column("id", Id, primary_key=True),
    Column("poll_id", Id, ForeignKey("polls.id"), nullable=False),
    Column("position", Integer, nullable=False, comment="from 0"),
    Column("label", Text, nullable=False),
    Column("vote_count", Integer, nullable=False, server_default=text("0")),
    UniqueConstraint("poll_id", "position"),
    sqlite_autoincrement=True,
)

poll_votes = Table(
    "poll_votes",
    metadata,
    Column("poll_id", Id, ForeignKey("polls.id"), primary_key=True),
    Column("user_id", Id, ForeignKey("users.id"), primary_key=True),
    Column("option_id", Id, ForeignKey("poll_options.id"), primary_key=True),
    Column("voted_at", Instant, nullable=False),
    Index(None, "option_id"),
    Index(None, "user_id"),
    sqlite_with_rowid=False,
)
