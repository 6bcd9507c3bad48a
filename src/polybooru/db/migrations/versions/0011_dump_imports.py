"""Add how far the import of a dump is, and the counts that came with one."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.BigInteger()  # microseconds since 1970, UTC


def upgrade() -> None:
    op.create_table(
        "dump_imports",
        sa.Column("id", ID, nullable=False),
        sa.Column("dump_id", sa.Text(), nullable=False, comment="as the dump calls itself"),
        sa.Column("part", sa.Text(), nullable=False, comment="which file is being read"),
        sa.Column(
            "last_key", ID, server_default=sa.text("0"), nullable=False, comment="of the last line taken in"
        ),
        sa.Column("started_at", INSTANT, nullable=False),
        sa.Column("finished_at", INSTANT, comment="null: to be continued"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dump_imports")),
        comment="The dump that this library began as",
        sqlite_autoincrement=True,
    )
    op.create_table(
        "inherited_counts",
        sa.Column("image_id", ID, autoincrement=False, nullable=False),
        *(
            sa.Column(name, sa.Integer(), server_default=sa.text("0"), nullable=False)
            for name in ("upvotes", "downvotes", "faves", "hides")
        ),
        sa.ForeignKeyConstraint(["image_id"], ["images.id"], name=op.f("fk_inherited_counts_image_id")),
        sa.PrimaryKeyConstraint("image_id", name=op.f("pk_inherited_counts")),
        comment="What people of another library did with an image: counted, of nobody known here",
    )
