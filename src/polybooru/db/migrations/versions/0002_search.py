"""Add what search reaches besides images: comments, forums, galleries, hides, watch lists, full text."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.BigInteger()  # microseconds since 1970, UTC
KINDS = "image, interaction, tag, filter, user, preferences, gallery, comment, post, topic, forum"
WORDS = {
    "image_words": ("description", "deletion_reason"),
    "comment_words": ("body", "deletion_reason"),
    "topic_words": ("title",),
    "post_words": ("body", "deletion_reason"),
    "gallery_words": ("description", "spoiler_warning"),
    "tag_words": ("name", "description", "short_description"),
    "filter_words": ("description",),
}


def upgrade() -> None:
    op.create_table(
        "forums",
        sa.Column("id", ID, nullable=False),
        sa.Column("short_name", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), server_default="", nullable=False),
        sa.Column("access_level", sa.Text(), nullable=False),
        sa.Column("topic_count", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("post_count", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.CheckConstraint(
            "access_level in ('normal', 'assistant', 'staff')", name=op.f("ck_forums_access_level")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_forums")),
        sa.UniqueConstraint("short_name", name=op.f("uq_forums_short_name")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "words",
        sa.Column("word", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("word", name=op.f("pk_words")),
        comment="All that the full text ever held: what patterns are expanded against",
        sqlite_with_rowid=False,
    )
    op.create_table(
        "topics",
        sa.Column("id", ID, nullable=False),
        sa.Column("forum_id", ID, nullable=False),
        sa.Column("slug", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("user_id", ID, nullable=True),
        sa.Column("is_anonymous", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("is_sticky", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("is_locked", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("hidden_from_users", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("deletion_reason", sa.Text(), nullable=True),
        sa.Column("deleted_by_user_id", ID, nullable=True),
        sa.Column("post_count", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("view_count", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("updated_at", INSTANT, nullable=False),
        sa.Column("last_replied_to_at", INSTANT, nullable=True),
        sa.ForeignKeyConstraint(
            ["deleted_by_user_id"], ["users.id"], name=op.f("fk_topics_deleted_by_user_id")
        ),
        sa.ForeignKeyConstraint(["forum_id"], ["forums.id"], name=op.f("fk_topics_forum_id")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_topics_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_topics")),
        sa.UniqueConstraint("forum_id", "slug", name=op.f("uq_topics_forum_id_slug")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_topics_user_id"), "topics", ["user_id"], unique=False)
    op.create_table(
        "watched_tags",
        sa.Column("user_id", ID, nullable=False),
        sa.Column("tag_id", ID, nullable=False),
        sa.ForeignKeyConstraint(["tag_id"], ["tags.id"], name=op.f("fk_watched_tags_tag_id")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_watched_tags_user_id")),
        sa.PrimaryKeyConstraint("user_id", "tag_id", name=op.f("pk_watched_tags")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_watched_tags_tag_id"), "watched_tags", ["tag_id"], unique=False)
    op.create_table(
        "comments",
        sa.Column("id", ID, nullable=False),
        sa.Column("image_id", ID, nullable=False),
        sa.Column("user_id", ID, nullable=True),
        sa.Column("is_anonymous", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False, comment="source text"),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("updated_at", INSTANT, nullable=False),
        sa.Column("edited_at", INSTANT, nullable=True),
        sa.Column("edit_reason", sa.Text(), nullable=True),
        sa.Column("hidden_from_users", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("deletion_reason", sa.Text(), nullable=True),
        sa.Column("deleted_by_user_id", ID, nullable=True),
        sa.Column(
            "is_destroyed", sa.Boolean(), server_default=sa.false(), nullable=False, comment="text is gone"
        ),
        sa.Column("is_approved", sa.Boolean(), server_default=sa.true(), nullable=False),
        sa.ForeignKeyConstraint(
            ["deleted_by_user_id"], ["users.id"], name=op.f("fk_comments_deleted_by_user_id")
        ),
        sa.ForeignKeyConstraint(["image_id"], ["images.id"], name=op.f("fk_comments_image_id")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_comments_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_comments")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_comments_created_at"), "comments", ["created_at"], unique=False)
    op.create_index(op.f("ix_comments_image_id"), "comments", ["image_id"], unique=False)
    op.create_index(op.f("ix_comments_user_id"), "comments", ["user_id"], unique=False)
    op.create_table(
        "galleries",
        sa.Column("id", ID, nullable=False),
        sa.Column("user_id", ID, nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("folded_title", sa.Text(), nullable=False, comment="lower case, for search"),
        sa.Column("spoiler_warning", sa.Text(), server_default="", nullable=False),
        sa.Column("description", sa.Text(), server_default="", nullable=False),
        sa.Column("thumbnail_id", ID, nullable=True, comment="the cover"),
        sa.Column("image_count", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("updated_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["thumbnail_id"], ["images.id"], name=op.f("fk_galleries_thumbnail_id")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_galleries_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_galleries")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_galleries_user_id"), "galleries", ["user_id"], unique=False)
    op.create_table(
        "hides",
        sa.Column("image_id", ID, nullable=False),
        sa.Column("user_id", ID, nullable=False),
        sa.Column("hidden_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["image_id"], ["images.id"], name=op.f("fk_hides_image_id")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_hides_user_id")),
        sa.PrimaryKeyConstraint("image_id", "user_id", name=op.f("pk_hides")),
        comment="What somebody does not want to find",
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_hides_user_id"), "hides", ["user_id"], unique=False)
    op.create_table(
        "posts",
        sa.Column("id", ID, nullable=False),
        sa.Column("topic_id", ID, nullable=False),
        sa.Column("topic_position", sa.Integer(), nullable=False, comment="from 0"),
        sa.Column("user_id", ID, nullable=True),
        sa.Column("is_anonymous", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False, comment="source text"),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("updated_at", INSTANT, nullable=False),
        sa.Column("edited_at", INSTANT, nullable=True),
        sa.Column("edit_reason", sa.Text(), nullable=True),
        sa.Column("hidden_from_users", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("deletion_reason", sa.Text(), nullable=True),
        sa.Column("deleted_by_user_id", ID, nullable=True),
        sa.Column(
            "is_destroyed", sa.Boolean(), server_default=sa.false(), nullable=False, comment="text is gone"
        ),
        sa.Column("is_approved", sa.Boolean(), server_default=sa.true(), nullable=False),
        sa.ForeignKeyConstraint(
            ["deleted_by_user_id"], ["users.id"], name=op.f("fk_posts_deleted_by_user_id")
        ),
        sa.ForeignKeyConstraint(["topic_id"], ["topics.id"], name=op.f("fk_posts_topic_id")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_posts_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_posts")),
        sa.UniqueConstraint("topic_id", "topic_position", name=op.f("uq_posts_topic_id_topic_position")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_posts_created_at"), "posts", ["created_at"], unique=False)
    op.create_index(op.f("ix_posts_user_id"), "posts", ["user_id"], unique=False)
    op.create_table(
        "gallery_images",
        sa.Column("gallery_id", ID, nullable=False),
        sa.Column("image_id", ID, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False, comment="rises; gaps are allowed"),
        sa.ForeignKeyConstraint(["gallery_id"], ["galleries.id"], name=op.f("fk_gallery_images_gallery_id")),
        sa.ForeignKeyConstraint(["image_id"], ["images.id"], name=op.f("fk_gallery_images_image_id")),
        sa.PrimaryKeyConstraint("gallery_id", "image_id", name=op.f("pk_gallery_images")),
        sqlite_with_rowid=False,
    )
    op.create_index(
        op.f("ix_gallery_images_gallery_id_position"),
        "gallery_images",
        ["gallery_id", "position"],
        unique=False,
    )
    op.create_index(op.f("ix_gallery_images_image_id"), "gallery_images", ["image_id"], unique=False)
    op.create_table(
        "gallery_subscriptions",
        sa.Column("gallery_id", ID, nullable=False),
        sa.Column("user_id", ID, nullable=False),
        sa.ForeignKeyConstraint(
            ["gallery_id"], ["galleries.id"], name=op.f("fk_gallery_subscriptions_gallery_id")
        ),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_gallery_subscriptions_user_id")),
        sa.PrimaryKeyConstraint("gallery_id", "user_id", name=op.f("pk_gallery_subscriptions")),
        sqlite_with_rowid=False,
    )
    op.create_index(
        op.f("ix_gallery_subscriptions_user_id"), "gallery_subscriptions", ["user_id"], unique=False
    )
    op.add_column(
        "filters",
        sa.Column(
            "folded_name", sa.Text(), server_default="", nullable=False, comment="lower case, for search"
        ),
    )
    op.add_column("images", sa.Column("hides", sa.Integer(), server_default=sa.text("0"), nullable=False))
    op.add_column(
        "users",
        sa.Column(
            "forced_filter_id",
            ID,
            nullable=True,
            comment="set by staff; hides in addition, and cannot be left",
        ),
    )
    op.add_column(
        "users",
        sa.Column("watched_query", sa.Text(), server_default="", nullable=False, comment="one query a line"),
    )
    op.add_column(
        "users",
        sa.Column(
            "watched_exclude", sa.Text(), server_default="", nullable=False, comment="one query a line"
        ),
    )
    op.add_column(
        "users", sa.Column("watched_hides_spoilered", sa.Boolean(), server_default=sa.false(), nullable=False)
    )
    op.execute("update filters set folded_name = lower(name)")
    if op.get_bind().dialect.name == "sqlite":
        for table, fields in WORDS.items():
            op.execute(f"CREATE VIRTUAL TABLE {table} USING fts5({', '.join(fields)}, tokenize='ascii')")
        return
    op.alter_column("changes", "kind", comment=KINDS)
    for table, fields in WORDS.items():
        columns = ", ".join(f"{name} tsvector NOT NULL" for name in fields)
        op.execute(f"CREATE TABLE {table} (rowid bigint PRIMARY KEY, {columns})")
        for name in fields:
            op.execute(f"CREATE INDEX ix_{table}_{name} ON {table} USING gin ({name})")
