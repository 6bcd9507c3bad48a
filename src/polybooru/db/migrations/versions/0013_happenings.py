"""Add what happened, for whoever listens."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "happenings",
        sa.Column("id", ID, nullable=False, comment="visible in order: see Database.write"),
        sa.Column("change_number", ID, nullable=False, comment="the last of its transaction"),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("object_id", ID, nullable=False),
        sa.Column("details", sa.Text(), nullable=False, comment="JSON object"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_happenings")),
        comment="What happened, for whoever wants to hear of it at once; goes with the changes",
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_happenings_change_number"), "happenings", ["change_number"])
