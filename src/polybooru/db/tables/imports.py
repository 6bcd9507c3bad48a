"""What remains of a library that was taken in from a dump of another one."""

from sqlalchemy import Column, ForeignKey, Integer, Table, Text, text

from polybooru.db.tables.base import metadata
from polybooru.db.types import Id, Instant

dump_imports = Table(
    "dump_imports",
    metadata,
    Column("id", Id, primary_key=True),
    Column("dump_id", Text, nullable=False, comment="as the dump calls itself"),
    Column("part", Text, nullable=False, comment="which file is being read"),
    Column("last_key", Id, nullable=False, server_default=text("0"), comment="of the last line taken in"),
    Column("started_at", Instant, nullable=False),
    Column("finished_at", Instant, comment="null: to be continued"),
    comment="The dump that this library began as",
    sqlite_autoincrement=True,
)

inherited_counts = Table(
    "inherited_counts",
    metadata,
    Column("image_id", Id, ForeignKey("images.id"), primary_key=True, autoincrement=False),
    Column("upvotes", Integer, nullable=False, server_default=text("0")),
    Column("downvotes", Integer, nullable=False, server_default=text("0")),
    Column("faves", Integer, nullable=False, server_default=text("0")),
    Column("hides", Integer, nullable=False, server_default=text("0")),
    Column(
        "comment_count",
        Integer,
        nullable=False,
        server_default=text("0"),
        comment="of those that are not here",
    ),
    comment="What people of another library did with an image: counted, of nobody known here",
)
