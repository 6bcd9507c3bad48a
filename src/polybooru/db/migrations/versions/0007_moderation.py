"""Add reports, bans, the blocklist, artist links, badges."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.BigInteger()  # microseconds since 1970, UTC


def upgrade() -> None:
    _bans()
    _reports()
    _duplicate_reports()
    _blocks()
    _artist_links()
    _badges()
    _badge_awards()
    op.create_index(
        "ix_images_intensities",
        "images",
        [f"intensity_{corner}" for corner in ("nw", "ne", "sw", "se")],
        sqlite_where=sa.text("intensity_nw IS NOT NULL"),
        postgresql_where=sa.text("intensity_nw IS NOT NULL"),
    )


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


def _reports() -> None:
    op.create_table(
        "reports",
        sa.Column("id", ID, nullable=False),
        sa.Column("object_kind", sa.Text(), nullable=False),
        sa.Column("object_id", ID, nullable=False, comment="no key: the object may be of any kind, or gone"),
        sa.Column("user_id", ID, comment="who reported it; null: the program"),
        sa.Column("category", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column(
            "is_shared",
            sa.Boolean(),
            nullable=False,
            server_default=sa.false(),
            comment="one for all reporters",
        ),
        sa.Column("state", sa.Text(), nullable=False, server_default="open"),
        sa.Column("staff_user_id", ID, comment="who claimed or closed it"),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("updated_at", INSTANT, nullable=False),
        sa.CheckConstraint("state in ('open', 'in_progress', 'closed')", name=op.f("ck_reports_state")),
        sa.ForeignKeyConstraint(["staff_user_id"], ["users.id"], name=op.f("fk_reports_staff_user_id")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_reports_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reports")),
        comment="What people tell staff",
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_reports_object_kind_object_id"), "reports", ["object_kind", "object_id"])
    op.create_index(op.f("ix_reports_staff_user_id"), "reports", ["staff_user_id"])
    op.create_index(op.f("ix_reports_state_id"), "reports", ["state", "id"])
    op.create_index(op.f("ix_reports_user_id_state"), "reports", ["user_id", "state"])


def _duplicate_reports() -> None:
    op.create_table(
        "duplicate_reports",
        sa.Column("id", ID, nullable=False),
        sa.Column("image_id", ID, nullable=False),
        sa.Column("duplicate_of_image_id", ID, nullable=False),
        sa.Column("user_id", ID, comment="who reported it; null: the program"),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False, server_default="open"),
        sa.Column("staff_user_id", ID, comment="who claimed or settled it"),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("updated_at", INSTANT, nullable=False),
        sa.CheckConstraint(
            "state in ('open', 'claimed', 'accepted', 'rejected')", name=op.f("ck_duplicate_reports_state")
        ),
        sa.CheckConstraint("image_id <> duplicate_of_image_id", name=op.f("ck_duplicate_reports_two")),
        sa.ForeignKeyConstraint(
            ["duplicate_of_image_id"], ["images.id"], name=op.f("fk_duplicate_reports_duplicate_of_image_id")
        ),
        sa.ForeignKeyConstraint(["image_id"], ["images.id"], name=op.f("fk_duplicate_reports_image_id")),
        sa.ForeignKeyConstraint(
            ["staff_user_id"], ["users.id"], name=op.f("fk_duplicate_reports_staff_user_id")
        ),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_duplicate_reports_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_duplicate_reports")),
        comment="Which images may be the same picture",
        sqlite_autoincrement=True,
    )
    op.create_index(
        op.f("ix_duplicate_reports_duplicate_of_image_id"), "duplicate_reports", ["duplicate_of_image_id"]
    )
    op.create_index(op.f("ix_duplicate_reports_image_id"), "duplicate_reports", ["image_id"])
    op.create_index(op.f("ix_duplicate_reports_staff_user_id"), "duplicate_reports", ["staff_user_id"])
    op.create_index(op.f("ix_duplicate_reports_state_id"), "duplicate_reports", ["state", "id"])
    op.create_index(op.f("ix_duplicate_reports_user_id_state"), "duplicate_reports", ["user_id", "state"])


def _blocks() -> None:
    op.create_table(
        "blocks",
        sa.Column("id", ID, nullable=False),
        sa.Column("sha512_hash", sa.Text(), comment="of an original"),
        sa.Column("perceptual_hash", sa.BigInteger(), comment="64 bits, stored signed"),
        sa.Column("bits", sa.Integer(), comment="in how many a picture may differ and is still blocked"),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("user_id", ID, comment="who blocked it; null: the operator"),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.CheckConstraint("(bits is null) = (perceptual_hash is null)", name=op.f("ck_blocks_bits")),
        sa.CheckConstraint("(sha512_hash is null) <> (perceptual_hash is null)", name=op.f("ck_blocks_hash")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_blocks_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_blocks")),
        sa.UniqueConstraint("sha512_hash", name=op.f("uq_blocks_sha512_hash")),
        comment="Files and pictures that are not accepted",
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_blocks_user_id"), "blocks", ["user_id"])


def _artist_links() -> None:
    op.create_table(
        "artist_links",
        sa.Column("id", ID, nullable=False),
        sa.Column("user_id", ID, nullable=False),
        sa.Column("tag_id", ID, nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("is_public", sa.Boolean(), nullable=False, server_default=sa.true()),
        sa.Column("code", sa.Text(), nullable=False, comment="to be put on the page"),
        sa.Column("state", sa.Text(), nullable=False, server_default="unverified"),
        sa.Column("staff_user_id", ID, comment="who settled it last"),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("updated_at", INSTANT, nullable=False),
        sa.CheckConstraint(
            "state in ('unverified', 'link_verified', 'contacted', 'verified', 'rejected')",
            name=op.f("ck_artist_links_state"),
        ),
        sa.ForeignKeyConstraint(["staff_user_id"], ["users.id"], name=op.f("fk_artist_links_staff_user_id")),
        sa.ForeignKeyConstraint(["tag_id"], ["tags.id"], name=op.f("fk_artist_links_tag_id")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_artist_links_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_artist_links")),
        sa.UniqueConstraint("user_id", "tag_id", "url", name=op.f("uq_artist_links_user_id_tag_id_url")),
        comment="Which artist somebody is",
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_artist_links_staff_user_id"), "artist_links", ["staff_user_id"])
    op.create_index(op.f("ix_artist_links_state_id"), "artist_links", ["state", "id"])
    op.create_index(op.f("ix_artist_links_tag_id_state"), "artist_links", ["tag_id", "state"])


def _badges() -> None:
    op.create_table(
        "badges",
        sa.Column("id", ID, nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=False, server_default=""),
        sa.Column("is_disabled", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_badges")),
        sa.UniqueConstraint("title", name=op.f("uq_badges_title")),
        comment="What can be awarded",
        sqlite_autoincrement=True,
    )


def _badge_awards() -> None:
    op.create_table(
        "badge_awards",
        sa.Column("id", ID, nullable=False),
        sa.Column("user_id", ID, nullable=False),
        sa.Column("badge_id", ID, nullable=False),
        sa.Column("label", sa.Text(), nullable=False, server_default=""),
        sa.Column("reason", sa.Text(), nullable=False, server_default=""),
        sa.Column("awarded_by_user_id", ID, comment="null: the operator"),
        sa.Column("awarded_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(
            ["awarded_by_user_id"], ["users.id"], name=op.f("fk_badge_awards_awarded_by_user_id")
        ),
        sa.ForeignKeyConstraint(["badge_id"], ["badges.id"], name=op.f("fk_badge_awards_badge_id")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_badge_awards_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_badge_awards")),
        comment="Who has which badge",
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_badge_awards_awarded_by_user_id"), "badge_awards", ["awarded_by_user_id"])
    op.create_index(op.f("ix_badge_awards_badge_id"), "badge_awards", ["badge_id"])
    op.create_index(op.f("ix_badge_awards_user_id"), "badge_awards", ["user_id"])
