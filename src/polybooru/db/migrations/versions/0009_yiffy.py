"""Note the MD5 of files, count sightings, shorten addresses, switch and limit tokens."""

import time

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.BigInteger()  # microseconds since 1970, UTC


def upgrade() -> None:
    op.add_column(
        "images", sa.Column("md5_hash", sa.Text(), comment="of the current file; null: not noted yet")
    )
    op.create_index(op.f("ix_images_md5_hash"), "images", ["md5_hash"])
    # To read all files takes long: the worker does it, image by image.
    op.execute(
        sa.text(
            "insert into jobs (kind, object_id, created_at) select 'note_md5', id, :now from images"
            " where is_processed and not is_destroyed order by id"
        ).bindparams(now=time.time_ns() // 1_000)
    )
    op.create_table(
        "sightings",
        sa.Column("image_id", ID, nullable=False),
        sa.Column("times", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["image_id"], ["images.id"], name=op.f("fk_sightings_image_id")),
        sa.PrimaryKeyConstraint("image_id", name=op.f("pk_sightings")),
        comment="How often an image was given to somebody who asked for any; added to now and then",
        sqlite_with_rowid=False,
    )
    _tokens()
    _shortlinks()


def _tokens() -> None:
    for column in (
        sa.Column(
            "is_active", sa.Boolean(), server_default=sa.true(), nullable=False, comment="the owner's switch"
        ),
        sa.Column(
            "is_disabled",
            sa.Boolean(),
            server_default=sa.false(),
            nullable=False,
            comment="the staff's switch",
        ),
        sa.Column("disabled_reason", sa.Text()),
        sa.Column("is_unlimited", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column(
            "bulk_limit",
            sa.Integer(),
            comment="images of one request; null here and below: as for any token",
        ),
        sa.Column("short_window_ms", sa.Integer(), comment="asks for one address are counted so long"),
        sa.Column("short_limit", sa.Integer()),
        sa.Column("long_window_ms", sa.Integer(), comment="all asks are counted so long"),
        sa.Column("long_limit", sa.Integer()),
    ):
        op.add_column("tokens", column)


def _shortlinks() -> None:
    op.create_table(
        "shortlinks",
        sa.Column("id", ID, nullable=False, comment="in the order of creation"),
        sa.Column("code", sa.Text(), nullable=False, comment="case counts"),
        sa.Column("url", sa.Text(), nullable=False, comment="as it was given"),
        sa.Column("url_sha256", sa.LargeBinary(32), nullable=False, comment="for an index"),
        sa.Column("credit", sa.Text(), nullable=False),
        sa.Column(
            "management_sha256",
            sa.LargeBinary(32),
            comment="of the code that may change it; null: nobody may",
        ),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("modified_at", INSTANT, comment="null: never"),
        sa.Column("user_id", ID, comment="who made it"),
        sa.Column("token_id", ID, comment="with which token; no key: it outlives the token"),
        sa.Column("address", sa.Text(), comment="from where; forgotten after a while"),
        sa.Column("user_agent", sa.Text(), comment="with what; forgotten with the address"),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_shortlinks_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shortlinks")),
        sa.UniqueConstraint("code", name=op.f("uq_shortlinks_code")),
        sa.UniqueConstraint("url_sha256", name=op.f("uq_shortlinks_url_sha256")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_shortlinks_user_id"), "shortlinks", ["user_id"])
