"""Add profiles, grants, the names people had, and categories."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.BigInteger()  # microseconds since 1970, UTC


def upgrade() -> None:
    for column in (
        sa.Column(
            "is_deactivated_by_staff",
            sa.Boolean(),
            server_default=sa.false(),
            nullable=False,
            comment="stays until they say",
        ),
        sa.Column("deleted_at", INSTANT, comment="all that was personal is gone; the id is never used again"),
        sa.Column("renamed_at", INSTANT, comment="by the person; null: never"),
        sa.Column("bio", sa.Text(), server_default="", nullable=False, comment="source text"),
        sa.Column("personal_title", sa.Text(), server_default="", nullable=False),
        sa.Column("hides_role", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column(
            "writes_anonymously",
            sa.Boolean(),
            server_default=sa.false(),
            nullable=False,
            comment="unless they say otherwise",
        ),
    ):
        op.add_column("users", column)
    # The operator, who is nobody, features images too. SQLite can only copy the table.
    options = {"sqlite_autoincrement": True}
    with op.batch_alter_table("features", table_kwargs=options) as features:
        features.alter_column("user_id", existing_type=ID, nullable=True, comment="null: the operator")
    _earlier_names()
    _grants()
    _categories()


def _earlier_names() -> None:
    op.create_table(
        "earlier_names",
        sa.Column("slug", sa.Text(), nullable=False),
        sa.Column("user_id", ID, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("folded_name", sa.Text(), nullable=False, comment="nobody else takes it"),
        sa.Column("left_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_earlier_names_user_id")),
        sa.PrimaryKeyConstraint("slug", name=op.f("pk_earlier_names")),
        comment="Names that people had; links by them still lead there",
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_earlier_names_user_id"), "earlier_names", ["user_id"])
    op.create_index(op.f("ix_earlier_names_folded_name"), "earlier_names", ["folded_name"])


def _grants() -> None:
    op.create_table(
        "grants",
        sa.Column("id", ID, nullable=False),
        sa.Column("holder_id", ID, nullable=False),
        sa.Column("permission", sa.Text(), nullable=False),
        sa.Column("target_id", ID, comment="over whom; null: everyone"),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.CheckConstraint(
            "permission in ('view_favorites', 'manage_favorites', 'report', 'admin')",
            name=op.f("ck_grants_permission"),
        ),
        sa.ForeignKeyConstraint(["holder_id"], ["users.id"], name=op.f("fk_grants_holder_id")),
        sa.ForeignKeyConstraint(["target_id"], ["users.id"], name=op.f("fk_grants_target_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_grants")),
        comment="What one person may do in the name of another",
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_grants_target_id"), "grants", ["target_id"])
    op.create_index(
        op.f("ix_grants_holder_id_permission_target_id"),
        "grants",
        ["holder_id", "permission", "target_id"],
        unique=True,
    )
    op.create_index(
        "ix_grants_over_everyone",
        "grants",
        ["holder_id", "permission"],
        unique=True,
        sqlite_where=sa.text("target_id is null"),
        postgresql_where=sa.text("target_id is null"),
    )


def _categories() -> None:
    op.create_table(
        "categories",
        sa.Column("id", ID, nullable=False),
        sa.Column("path", sa.Text(), nullable=False, comment="as animals.birb"),
        sa.Column("name", sa.Text(), nullable=False, comment="as people read it; empty: made from the path"),
        sa.Column("query", sa.Text(), nullable=False),
        sa.Column("comment", sa.Text(), server_default="", nullable=False),
        sa.Column(
            "is_safe",
            sa.Boolean(),
            server_default=sa.false(),
            nullable=False,
            comment="true: only safe images, ever",
        ),
        sa.Column("is_enabled", sa.Boolean(), server_default=sa.true(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_categories")),
        sa.UniqueConstraint("path", name=op.f("uq_categories_path")),
        sqlite_autoincrement=True,
    )
