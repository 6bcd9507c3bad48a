"""Add the moderation log, and let the change log's kinds be listed in one place."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.BigInteger()  # microseconds since 1970, UTC


def upgrade() -> None:
    op.create_table(
        "moderation_log",
        sa.Column("id", ID, nullable=False, comment="visible in order: see Database.write"),
        sa.Column("made_at", INSTANT, nullable=False),
        sa.Column(
            "user_id", ID, comment="who acted, null for the program itself; no key: the log outlives people"
        ),
        sa.Column("action", sa.Text(), nullable=False, comment="the verb, as image.hide"),
        sa.Column("object_kind", sa.Text(), nullable=False),
        sa.Column("object_id", ID, nullable=False),
        sa.Column("details", sa.Text(), nullable=False, comment="JSON object"),
        sa.Column("sha256", sa.LargeBinary(32), nullable=False, comment="of the entry before and this one"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_moderation_log")),
        comment="What staff did; rows are only ever added",
        sqlite_autoincrement=True,
    )
    op.create_index(
        op.f("ix_moderation_log_object_kind_object_id"), "moderation_log", ["object_kind", "object_id"]
    )
    if op.get_context().dialect.name == "postgresql":
        op.alter_column("changes", "kind", comment="of what: see docs/reference/change-log.md")
