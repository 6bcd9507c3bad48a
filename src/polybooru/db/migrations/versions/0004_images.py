"""Add what staff decide about images: approval, locks, merges; source history, alternative text."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.BigInteger()  # microseconds since 1970, UTC
NEW_WORDS = ("alt_text", "scratchpad")


def upgrade() -> None:
    _add_columns()
    op.create_table(
        "image_locked_tags",
        sa.Column("image_id", ID, nullable=False),
        sa.Column("tag_id", ID, nullable=False),
        sa.ForeignKeyConstraint(["image_id"], ["images.id"], name=op.f("fk_image_locked_tags_image_id")),
        sa.ForeignKeyConstraint(
            ["tag_id"], ["tags.id"], name=op.f("fk_image_locked_tags_tag_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("image_id", "tag_id", name=op.f("pk_image_locked_tags")),
        comment="Tags that stay, or stay away, whoever edits the image",
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_image_locked_tags_tag_id"), "image_locked_tags", ["tag_id"])
    op.create_table(
        "source_changes",
        sa.Column("id", ID, nullable=False),
        sa.Column("image_id", ID, nullable=False),
        sa.Column("user_id", ID, comment="null: nobody who is still known"),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("is_added", sa.Boolean(), nullable=False, comment="else removed"),
        sa.Column("changed_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["image_id"], ["images.id"], name=op.f("fk_source_changes_image_id")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_source_changes_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_source_changes")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_source_changes_image_id"), "source_changes", ["image_id"])
    op.create_index(op.f("ix_source_changes_user_id_changed_at"), "source_changes", ["user_id", "changed_at"])
    op.create_table(
        "image_merges",
        sa.Column("id", ID, nullable=False),
        sa.Column("image_id", ID, nullable=False),
        sa.Column("target_id", ID, nullable=False),
        sa.Column("user_id", ID, comment="who merged; null: nobody who is still known"),
        sa.Column("target_first_seen_at", INSTANT, nullable=False, comment="of the target before"),
        sa.Column("merged_at", INSTANT, nullable=False),
        sa.Column("undone_at", INSTANT),
        sa.ForeignKeyConstraint(["image_id"], ["images.id"], name=op.f("fk_image_merges_image_id")),
        sa.ForeignKeyConstraint(["target_id"], ["images.id"], name=op.f("fk_image_merges_target_id")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_image_merges_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_image_merges")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_image_merges_image_id"), "image_merges", ["image_id"])
    op.create_index(op.f("ix_image_merges_target_id"), "image_merges", ["target_id"])
    op.create_table(
        "merged_rows",
        sa.Column("merge_id", ID, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column(
            "row_id", ID, autoincrement=False, nullable=False, comment="tag, person, comment or gallery"
        ),
        sa.Column("made_at", INSTANT, comment="of what was carried: it goes back only while it is the same"),
        sa.Column("url", sa.Text(), comment="of a source"),
        sa.ForeignKeyConstraint(["merge_id"], ["image_merges.id"], name=op.f("fk_merged_rows_merge_id")),
        sa.PrimaryKeyConstraint("merge_id", "kind", "row_id", name=op.f("pk_merged_rows")),
        comment="What a merge has carried over, to be carried back",
        sqlite_with_rowid=False,
    )
    _widen_words()


def _add_columns() -> None:
    off = sa.false()
    for name, default, comment in (
        ("is_approved", sa.true(), "never taken back"),
        ("is_destroyed", off, "files are gone"),
    ):
        op.add_column(
            "images",
            sa.Column(name, sa.Boolean(), server_default=default, nullable=False, comment=comment),
        )
    for name, comment in (
        ("alt_text", "what is on it, for who cannot see"),
        ("scratchpad", "notes of staff"),
    ):
        op.add_column(
            "images", sa.Column(name, sa.Text(), server_default="", nullable=False, comment=comment)
        )
    for name in ("are_comments_locked", "is_description_locked", "are_tags_locked"):
        op.add_column("images", sa.Column(name, sa.Boolean(), server_default=off, nullable=False))
    op.create_index(op.f("ix_images_duplicate_id"), "images", ["duplicate_id"])
    op.create_index(
        "ix_images_awaiting_approval",
        "images",
        ["id"],
        sqlite_where=sa.text("is_approved IS 0"),
        postgresql_where=sa.text("is_approved IS false"),
    )
    op.add_column(
        "users",
        sa.Column(
            "is_verified",
            sa.Boolean(),
            server_default=off,
            nullable=False,
            comment="uploads need no approval",
        ),
    )


def _widen_words() -> None:
    if op.get_bind().dialect.name == "postgresql":
        for name in NEW_WORDS:
            op.execute(f"ALTER TABLE image_words ADD COLUMN {name} tsvector NOT NULL DEFAULT ''")
            op.execute(f"ALTER TABLE image_words ALTER COLUMN {name} DROP DEFAULT")
            op.execute(f"CREATE INDEX ix_image_words_{name} ON image_words USING gin ({name})")
        return
    # FTS5 takes no new column: the words move into a table that has them.
    op.execute(
        "CREATE VIRTUAL TABLE wide "
        "USING fts5(description, deletion_reason, alt_text, scratchpad, tokenize='ascii')"
    )
    op.execute(
        "INSERT INTO wide (rowid, description, deletion_reason, alt_text, scratchpad) "
        "SELECT rowid, description, deletion_reason, '', '' FROM image_words"
    )
    op.execute("DROP TABLE image_words")
    op.execute("ALTER TABLE wide RENAME TO image_words")
