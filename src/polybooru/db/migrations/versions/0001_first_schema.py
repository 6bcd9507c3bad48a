"""Create the first schema: images, tags, people, tokens, interactions, filters, jobs, change log."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.BigInteger()  # microseconds since 1970, UTC


def upgrade() -> None:
    op.create_table(
        "changes",
        sa.Column("number", ID, nullable=False, comment="visible in order: see Database.write"),
        sa.Column("kind", sa.Text(), nullable=False, comment="image, interaction, tag, filter, user, token"),
        sa.Column("object_id", ID, nullable=False),
        sa.Column("user_id", ID, nullable=True, comment="whose interaction; null for other kinds"),
        sa.Column("made_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_changes")),
        comment="What changed, in commit order; every replica follows it",
        sqlite_autoincrement=True,
    )
    op.create_table(
        "jobs",
        sa.Column("id", ID, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("object_id", ID, nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("attempts", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("leased_until", INSTANT, nullable=True, comment="null: free to take"),
        sa.Column("parked_at", INSTANT, nullable=True, comment="set: given up until an operator asks again"),
        sa.Column("parked_reason", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_jobs")),
        sa.UniqueConstraint("kind", "object_id", name=op.f("uq_jobs_kind_object_id")),
        comment="Unfinished work; a finished job has no row",
        sqlite_autoincrement=True,
    )
    op.create_table(
        "tags",
        sa.Column("id", ID, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("slug", sa.Text(), nullable=False),
        sa.Column("namespace", sa.Text(), nullable=True),
        sa.Column("name_in_namespace", sa.Text(), nullable=False),
        sa.Column("category", sa.Text(), nullable=True),
        sa.Column("description", sa.Text(), server_default="", nullable=False),
        sa.Column("short_description", sa.Text(), server_default="", nullable=False),
        sa.Column(
            "image_count", sa.Integer(), server_default=sa.text("0"), nullable=False, comment="visible images"
        ),
        sa.Column("aliased_tag_id", ID, nullable=True),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["aliased_tag_id"], ["tags.id"], name=op.f("fk_tags_aliased_tag_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tags")),
        sa.UniqueConstraint("name", name=op.f("uq_tags_name")),
        sa.UniqueConstraint("slug", name=op.f("uq_tags_slug")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_tags_aliased_tag_id"), "tags", ["aliased_tag_id"], unique=False)
    op.create_table(
        "users",
        sa.Column("id", ID, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("folded_name", sa.Text(), nullable=False, comment="NFKC, case-folded"),
        sa.Column("slug", sa.Text(), nullable=False),
        sa.Column("password_hash", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("images_per_page", sa.Integer(), nullable=True, comment="null: the board's own number"),
        sa.Column("current_filter_id", ID, nullable=True, comment="no key: filters already point at users"),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("deactivated_at", INSTANT, nullable=True),
        sa.CheckConstraint("role in ('user', 'assistant', 'moderator', 'admin')", name=op.f("ck_users_role")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_users")),
        sa.UniqueConstraint("folded_name", name=op.f("uq_users_folded_name")),
        sa.UniqueConstraint("slug", name=op.f("uq_users_slug")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "filters",
        sa.Column("id", ID, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), server_default="", nullable=False),
        sa.Column("user_id", ID, nullable=True),
        sa.Column("is_system", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("is_public", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("hidden_complex", sa.Text(), server_default="", nullable=False),
        sa.Column("spoilered_complex", sa.Text(), server_default="", nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_filters_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_filters")),
        sa.UniqueConstraint("user_id", "name", name=op.f("uq_filters_user_id_name")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_filters_user_id"), "filters", ["user_id"], unique=False)
    op.create_table(
        "images",
        sa.Column("id", ID, nullable=False),
        sa.Column("created_at", INSTANT, nullable=False, comment="whole seconds; decides the file addresses"),
        sa.Column("updated_at", INSTANT, nullable=False),
        sa.Column("first_seen_at", INSTANT, nullable=False),
        sa.Column("uploader_id", ID, nullable=True),
        sa.Column("is_anonymous", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("file_name", sa.Text(), nullable=True, comment="as uploaded; data only, never a path"),
        sa.Column("mime_type", sa.Text(), nullable=False),
        sa.Column("format", sa.Text(), nullable=False),
        sa.Column("width_px", sa.Integer(), nullable=False),
        sa.Column("height_px", sa.Integer(), nullable=False),
        sa.Column("size_bytes", sa.BigInteger(), nullable=False, comment="of the current file"),
        sa.Column("orig_size_bytes", sa.BigInteger(), nullable=False),
        sa.Column("duration_seconds", sa.Float(), nullable=False, comment="0 for a still"),
        sa.Column("is_animated", sa.Boolean(), nullable=False),
        sa.Column("sha512_hash", sa.Text(), nullable=False, comment="of the current file"),
        sa.Column(
            "orig_sha512_hash", sa.Text(), nullable=True, comment="null once staff allowed a new upload of it"
        ),
        sa.Column("blob", sa.Text(), nullable=False, comment="hash that the stored files lie under"),
        sa.Column("description", sa.Text(), server_default="", nullable=False),
        sa.Column("upvotes", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("downvotes", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("faves", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("comment_count", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column(
            "intensity_nw",
            sa.Float(),
            nullable=True,
            comment="0..255 and above for tiny pictures; null until processed",
        ),
        sa.Column("intensity_ne", sa.Float(), nullable=True),
        sa.Column("intensity_sw", sa.Float(), nullable=True),
        sa.Column("intensity_se", sa.Float(), nullable=True),
        sa.Column("perceptual_hash", sa.BigInteger(), nullable=True, comment="64 bits, stored signed"),
        sa.Column("dominant_color", sa.Text(), nullable=True, comment="#rrggbb"),
        sa.Column("thumbnails_generated", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("is_processed", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("hidden_from_users", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("deletion_reason", sa.Text(), nullable=True),
        sa.Column("deleted_by_user_id", ID, nullable=True),
        sa.Column("duplicate_id", ID, nullable=True),
        sa.ForeignKeyConstraint(
            ["deleted_by_user_id"], ["users.id"], name=op.f("fk_images_deleted_by_user_id")
        ),
        sa.ForeignKeyConstraint(["duplicate_id"], ["images.id"], name=op.f("fk_images_duplicate_id")),
        sa.ForeignKeyConstraint(["uploader_id"], ["users.id"], name=op.f("fk_images_uploader_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_images")),
        sa.UniqueConstraint("orig_sha512_hash", name=op.f("uq_images_orig_sha512_hash")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_images_blob"), "images", ["blob"], unique=False)
    op.create_index(op.f("ix_images_file_name"), "images", ["file_name"], unique=False)
    op.create_index(op.f("ix_images_sha512_hash"), "images", ["sha512_hash"], unique=False)
    op.create_index(op.f("ix_images_uploader_id"), "images", ["uploader_id"], unique=False)
    op.create_table(
        "tag_implications",
        sa.Column("tag_id", ID, nullable=False),
        sa.Column("implied_tag_id", ID, nullable=False),
        sa.ForeignKeyConstraint(
            ["implied_tag_id"], ["tags.id"], name=op.f("fk_tag_implications_implied_tag_id")
        ),
        sa.ForeignKeyConstraint(["tag_id"], ["tags.id"], name=op.f("fk_tag_implications_tag_id")),
        sa.PrimaryKeyConstraint("tag_id", "implied_tag_id", name=op.f("pk_tag_implications")),
        sqlite_with_rowid=False,
    )
    op.create_index(
        op.f("ix_tag_implications_implied_tag_id"), "tag_implications", ["implied_tag_id"], unique=False
    )
    op.create_table(
        "tokens",
        sa.Column("id", ID, nullable=False),
        sa.Column("user_id", ID, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("sha256", sa.LargeBinary(length=32), nullable=False),
        sa.Column("hint", sa.Text(), nullable=False, comment="first six characters, to tell tokens apart"),
        sa.Column(
            "scopes", sa.Text(), nullable=False, comment="separated by blanks; empty: all that the owner may"
        ),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("expires_at", INSTANT, nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_tokens_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tokens")),
        sa.UniqueConstraint("sha256", name=op.f("uq_tokens_sha256")),
        sa.UniqueConstraint("user_id", "name", name=op.f("uq_tokens_user_id_name")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_tokens_user_id"), "tokens", ["user_id"], unique=False)
    op.create_table(
        "faves",
        sa.Column("image_id", ID, nullable=False),
        sa.Column("user_id", ID, nullable=False),
        sa.Column("liked_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["image_id"], ["images.id"], name=op.f("fk_faves_image_id")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_faves_user_id")),
        sa.PrimaryKeyConstraint("image_id", "user_id", name=op.f("pk_faves")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_faves_user_id_liked_at"), "faves", ["user_id", "liked_at"], unique=False)
    op.create_table(
        "features",
        sa.Column("id", ID, nullable=False),
        sa.Column("image_id", ID, nullable=False),
        sa.Column("user_id", ID, nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["image_id"], ["images.id"], name=op.f("fk_features_image_id")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_features_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_features")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "filter_tags",
        sa.Column("filter_id", ID, nullable=False),
        sa.Column("tag_id", ID, nullable=False),
        sa.Column("effect", sa.Text(), nullable=False, comment="hide or spoiler"),
        sa.CheckConstraint("effect in ('hide', 'spoiler')", name=op.f("ck_filter_tags_effect")),
        sa.ForeignKeyConstraint(["filter_id"], ["filters.id"], name=op.f("fk_filter_tags_filter_id")),
        sa.ForeignKeyConstraint(["tag_id"], ["tags.id"], name=op.f("fk_filter_tags_tag_id")),
        sa.PrimaryKeyConstraint("filter_id", "tag_id", "effect", name=op.f("pk_filter_tags")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_filter_tags_tag_id"), "filter_tags", ["tag_id"], unique=False)
    op.create_table(
        "image_sources",
        sa.Column("image_id", ID, nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("folded_url", sa.Text(), nullable=False, comment="lower case, for search"),
        sa.ForeignKeyConstraint(["image_id"], ["images.id"], name=op.f("fk_image_sources_image_id")),
        sa.PrimaryKeyConstraint("image_id", "position", name=op.f("pk_image_sources")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_image_sources_folded_url"), "image_sources", ["folded_url"], unique=False)
    op.create_table(
        "image_tags",
        sa.Column("image_id", ID, nullable=False),
        sa.Column("tag_id", ID, nullable=False),
        sa.ForeignKeyConstraint(["image_id"], ["images.id"], name=op.f("fk_image_tags_image_id")),
        sa.ForeignKeyConstraint(["tag_id"], ["tags.id"], name=op.f("fk_image_tags_tag_id")),
        sa.PrimaryKeyConstraint("image_id", "tag_id", name=op.f("pk_image_tags")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_image_tags_tag_id_image_id"), "image_tags", ["tag_id", "image_id"], unique=False)
    op.create_table(
        "votes",
        sa.Column("image_id", ID, nullable=False),
        sa.Column("user_id", ID, nullable=False),
        sa.Column("is_up", sa.Boolean(), nullable=False),
        sa.Column("voted_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["image_id"], ["images.id"], name=op.f("fk_votes_image_id")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_votes_user_id")),
        sa.PrimaryKeyConstraint("image_id", "user_id", name=op.f("pk_votes")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_votes_user_id"), "votes", ["user_id"], unique=False)
