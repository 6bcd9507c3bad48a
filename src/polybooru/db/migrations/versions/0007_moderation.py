"""Add reports, bans, the blocklist, artist links, badges."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.BigInteger()  # microseconds since 1970, UTC


def upgrade() -> None:
    _bans()


def _bans() -> None:
    op.create_table(
        "bans",
        sa.Column("id", ID, nullable=False),
        sa.Column("code", sa.Text(), nullable=False, comment="what the banned are told"),
        sa.Column("user_id", ID),
        sa.Column("network", sa.Text(), comment="as 192.0.2.0/24; a single address is a network too"),
        sa.Column("reason", sa.Text(), nullable=False, comment="what the banned are told"),
        sa.Column("note", sa.Text(), nullable=False, server_default="", comment="for staff only"),
        sa.Column("is_enabled", sa.Boolean(), nullable=False, server_default=sa.true()),
        sa.Column("banned_by_user_id", ID, comment="null: the operator"),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("expires_at", INSTANT, comment="null: no end"),
        sa.CheckConstraint("(user_id is null) <> (network is null)", name=op.f("ck_bans_against")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_bans_user_id")),
        sa.ForeignKeyConstraint(["banned_by_user_id"], ["users.id"], name=op.f("fk_bans_banned_by_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bans")),
        sa.UniqueConstraint("code", name=op.f("uq_bans_code")),
        comment="Whom, and from where, nothing is accepted",
        sqlite_autoincrement=True,
    )
    for column in ("user_id", "network", "banned_by_user_id"):
        op.create_index(op.f(f"ix_bans_{column}"), "bans", [column])
