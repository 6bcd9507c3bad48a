"""Short addresses that lead to long ones."""

from sqlalchemy import Column, ForeignKey, LargeBinary, Table, Text

from polybooru.db.tables.base import metadata
from polybooru.db.types import Id, Instant

shortlinks = Table(
    "shortlinks",
    metadata,
    Column("id", Id, primary_key=True, comment="in the order of creation"),
    Column("code", Text, nullable=False, unique=True, comment="case counts"),
    Column("url", Text, nullable=False, comment="as it was given"),
    Column("url_sha256", LargeBinary(32), nullable=False, unique=True, comment="for an index"),
    Column("credit", Text, nullable=False),
    Column("management_sha256", LargeBinary(32), comment="of the code that may change it; null: nobody may"),
    Column("created_at", Instant, nullable=False),
    Column("modified_at", Instant, comment="null: never"),
    Column("user_id", Id, ForeignKey("users.id"), index=True, comment="who made it"),
    Column("token_id", Id, comment="with which token; no key: it outlives the token"),
    Column("address", Text, comment="from where; forgotten after a while"),
    Column("user_agent", Text, comment="with what; forgotten with the address"),
    sqlite_autoincrement=True,
)
