"""What the library keeps to itself: no dump, no answer and no log holds it."""

from sqlalchemy import Column, LargeBinary, Table, Text

from polybooru.db.tables.base import metadata

secrets = Table(
    "secrets",
    metadata,
    Column("name", Text, primary_key=True),
    Column("value", LargeBinary, nullable=False),
    comment="Made once, with the library; in no dump",
    sqlite_with_rowid=False,
)
