"""Categories: queries that the operator saved under dotted paths."""

from sqlalchemy import Boolean, Column, Table, Text, false, true

from polybooru.db.tables.base import metadata
from polybooru.db.types import Id, Instant

categories = Table(
    "categories",
    metadata,
    Column("id", Id, primary_key=True),
    Column("path", Text, nullable=False, unique=True, comment="as animals.birb"),
    Column("name", Text, nullable=False, comment="as people read it; empty: made from the path"),
    Column("query", Text, nullable=False),
    Column("comment", Text, nullable=False, server_default=""),
    Column(
        "is_safe", Boolean, nullable=False, server_default=false(), comment="true: only safe images, ever"
    ),
    Column("is_enabled", Boolean, nullable=False, server_default=true()),
    Column("created_at", Instant, nullable=False),
    sqlite_autoincrement=True,
)
