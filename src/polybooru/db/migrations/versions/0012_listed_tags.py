"""Add listed tags, and find images by their perceptual hash."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "listed_tags",
        sa.Column("tag_id", ID, autoincrement=False, nullable=False),
        sa.Column("name", sa.Text(), nullable=False, comment="lower-case letters, digits, hyphens"),
        sa.Column("description", sa.Text(), server_default="", nullable=False),
        sa.Column(
            "is_nsfw",
            sa.Boolean(),
            server_default=sa.false(),
            nullable=False,
            comment="true: for adults' images",
        ),
        sa.ForeignKeyConstraint(["tag_id"], ["tags.id"], name=op.f("fk_listed_tags_tag_id")),
        sa.PrimaryKeyConstraint("tag_id", name=op.f("pk_listed_tags")),
        sa.UniqueConstraint("name", name=op.f("uq_listed_tags_name")),
        comment="Tags that some clients know, by names of their own; none: those used most",
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_images_perceptual_hash"), "images", ["perceptual_hash"])
