"""Keep secrets of the library, count who uses a filter, list the topics of a forum."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    op.create_table(
        "secrets",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("value", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_secrets")),
        comment="Made once, with the library; in no dump",
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_users_current_filter_id"), "users", ["current_filter_id"])
    op.create_index(
        "ix_topics_listed",
        "topics",
        ["forum_id", "hidden_from_users", "is_sticky", "last_replied_to_at"],
    )
