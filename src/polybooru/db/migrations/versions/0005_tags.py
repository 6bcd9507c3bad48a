"""Add the history of tags, DNP entries and edits of many images."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.BigInteger()  # microseconds since 1970, UTC


def upgrade() -> None:
    _add_dnp_entries()
    _add_batches()
    _add_changes()


def _add_dnp_entries() -> None:
    op.create_table(
        "dnp_entries",
        sa.Column("id", ID, nullable=False),
        sa.Column("tag_id", ID, nullable=False),
        sa.Column("user_id", ID, comment="who asked for it"),
        sa.Column("staff_user_id", ID, comment="who decided last"),
        sa.Column("dnp_type", sa.Text(), nullable=False),
        sa.Column("conditions", sa.Text(), nullable=False, server_default=""),
        sa.Column("reason", sa.Text(), nullable=False, server_default=""),
        sa.Column("hides_reason", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column(
            "instructions", sa.Text(), nullable=False, server_default="", comment="to staff; never shown"
        ),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("updated_at", INSTANT, nullable=False),
        sa.CheckConstraint(
            "state in ('requested', 'claimed', 'listed', 'rescinded', 'acknowledged', 'closed')",
            name=op.f("ck_dnp_entries_state"),
        ),
        sa.ForeignKeyConstraint(["tag_id"], ["tags.id"], name=op.f("fk_dnp_entries_tag_id")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_dnp_entries_user_id")),
        sa.ForeignKeyConstraint(["staff_user_id"], ["users.id"], name=op.f("fk_dnp_entries_staff_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dnp_entries")),
        comment="Do not post: what artists ask of uploaders",
        sqlite_autoincrement=True,
    )
    for column in ("tag_id", "user_id", "state"):
        op.create_index(op.f(f"ix_dnp_entries_{column}"), "dnp_entries", [column])


def _add_batches() -> None:
    op.create_table(
        "tag_batches",
        sa.Column("id", ID, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False, comment="retag, or revert of what a person did"),
        sa.Column("user_id", ID),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("query", sa.Text(), comment="of a retag: what found the images"),
        sa.Column(
            "added_tag_ids", sa.Text(), nullable=False, server_default="", comment="separated by commas"
        ),
        sa.Column(
            "removed_tag_ids", sa.Text(), nullable=False, server_default="", comment="separated by commas"
        ),
        sa.Column("images", sa.LargeBinary(), comment="of a retag: a portable Roaring bitmap of their ids"),
        sa.Column("position", ID, nullable=False, server_default=sa.text("0"), comment="the last image done"),
        sa.Column("subject_user_id", ID, comment="of a revert: whose changes"),
        sa.Column("since", INSTANT, comment="of a revert: made then or later"),
        sa.Column("until", INSTANT, comment="of a revert: made before"),
        sa.Column("total", sa.Integer(), nullable=False, comment="images or changes to go through"),
        sa.Column("done", sa.Integer(), nullable=False, server_default=sa.text("0")),
        sa.CheckConstraint("kind in ('retag', 'revert')", name=op.f("ck_tag_batches_kind")),
        sa.CheckConstraint(
            "state in ('running', 'done', 'undoing', 'undone')", name=op.f("ck_tag_batches_state")
        ),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_tag_batches_user_id")),
        sa.ForeignKeyConstraint(
            ["subject_user_id"], ["users.id"], name=op.f("fk_tag_batches_subject_user_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tag_batches")),
        comment="Edits of many images, which go on where they were interrupted",
        sqlite_autoincrement=True,
    )


def _add_changes() -> None:
    op.create_table(
        "tag_changes",
        sa.Column("id", ID, nullable=False, comment="in the order in which they were made, for each image"),
        sa.Column("image_id", ID, nullable=False),
        sa.Column("user_id", ID),
        sa.Column("made_at", INSTANT, nullable=False),
        sa.Column("tag_batch_id", ID),
        sa.Column("is_revert", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column(
            "reverted_by_id", ID, comment="the later change that reverted it; no key: of the same image"
        ),
        sa.ForeignKeyConstraint(["image_id"], ["images.id"], name=op.f("fk_tag_changes_image_id")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_tag_changes_user_id")),
        sa.ForeignKeyConstraint(
            ["tag_batch_id"], ["tag_batches.id"], name=op.f("fk_tag_changes_tag_batch_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tag_changes")),
        comment="One edit of the tags of one image",
        sqlite_autoincrement=True,
    )
    for columns in (["image_id", "id"], ["user_id", "made_at"], ["tag_batch_id", "id"]):
        op.create_index(op.f(f"ix_tag_changes_{'_'.join(columns)}"), "tag_changes", columns)
    op.create_table(
        "tag_change_tags",
        sa.Column("tag_change_id", ID, nullable=False),
        sa.Column("tag_id", ID, nullable=False),
        sa.Column("is_added", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tag_change_id"], ["tag_changes.id"], name=op.f("fk_tag_change_tags_tag_change_id")
        ),
        sa.ForeignKeyConstraint(["tag_id"], ["tags.id"], name=op.f("fk_tag_change_tags_tag_id")),
        sa.PrimaryKeyConstraint("tag_change_id", "tag_id", name=op.f("pk_tag_change_tags")),
        comment="What an edit really added or removed",
        sqlite_with_rowid=False,
    )
    op.create_index(
        op.f("ix_tag_change_tags_tag_id_tag_change_id"), "tag_change_tags", ["tag_id", "tag_change_id"]
    )
