"""Add rendered texts, edit histories, polls, subscriptions and notices."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.BigInteger()  # microseconds since 1970, UTC


def upgrade() -> None:
    for kind in ("comment", "post"):
        _add_texts(kind)
    _add_order_of_galleries()
    _add_polls()
    for to, plural in (("image", "images"), ("topic", "topics"), ("forum", "forums")):
        _add_subscriptions(to, plural)
    _add_notices()


def _add_texts(kind: str) -> None:
    op.add_column(
        f"{kind}s",
        sa.Column("body_html", sa.Text(), comment="for `markup.show`; null: to be rendered when it is read"),
    )
    op.create_table(
        f"{kind}_edits",
        sa.Column("id", ID, nullable=False),
        sa.Column(f"{kind}_id", ID, nullable=False),
        sa.Column("user_id", ID, comment="who edited; null: the operator"),
        sa.Column("edited_at", INSTANT, nullable=False),
        sa.Column("reason", sa.Text(), nullable=False, server_default=""),
        sa.Column("body", sa.Text(), nullable=False, comment="as it was before"),
        sa.ForeignKeyConstraint([f"{kind}_id"], [f"{kind}s.id"], name=op.f(f"fk_{kind}_edits_{kind}_id")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f(f"fk_{kind}_edits_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{kind}_edits")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f(f"ix_{kind}_edits_{kind}_id"), f"{kind}_edits", [f"{kind}_id"])


def _add_order_of_galleries() -> None:
    op.add_column(
        "galleries", sa.Column("is_anonymous", sa.Boolean(), nullable=False, server_default=sa.false())
    )
    op.add_column(
        "galleries",
        sa.Column(
            "is_descending",
            sa.Boolean(),
            nullable=False,
            server_default=sa.false(),
            comment="shown last image first",
        ),
    )


def _add_polls() -> None:
    op.create_table(
        "polls",
        sa.Column("id", ID, nullable=False),
        sa.Column("topic_id", ID, nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("is_multiple", sa.Boolean(), nullable=False, comment="several options may be chosen"),
        sa.Column("ends_at", INSTANT, nullable=False),
        sa.Column("voter_count", sa.Integer(), nullable=False, server_default=sa.text("0")),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["topic_id"], ["topics.id"], name=op.f("fk_polls_topic_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_polls")),
        sa.UniqueConstraint("topic_id", name=op.f("uq_polls_topic_id")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "poll_options",
        sa.Column("id", ID, nullable=False),
        sa.Column("poll_id", ID, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False, comment="from 0"),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("vote_count", sa.Integer(), nullable=False, server_default=sa.text("0")),
        sa.ForeignKeyConstraint(["poll_id"], ["polls.id"], name=op.f("fk_poll_options_poll_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_poll_options")),
        sa.UniqueConstraint("poll_id", "position", name=op.f("uq_poll_options_poll_id_position")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "poll_votes",
        sa.Column("poll_id", ID, nullable=False),
        sa.Column("user_id", ID, nullable=False),
        sa.Column("option_id", ID, nullable=False),
        sa.Column("voted_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["poll_id"], ["polls.id"], name=op.f("fk_poll_votes_poll_id")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_poll_votes_user_id")),
        sa.ForeignKeyConstraint(["option_id"], ["poll_options.id"], name=op.f("fk_poll_votes_option_id")),
        sa.PrimaryKeyConstraint("poll_id", "user_id", "option_id", name=op.f("pk_poll_votes")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_poll_votes_option_id"), "poll_votes", ["option_id"])
    op.create_index(op.f("ix_poll_votes_user_id"), "poll_votes", ["user_id"])


def _add_subscriptions(to: str, plural: str) -> None:
    table = f"{to}_subscriptions"
    op.create_table(
        table,
        sa.Column(f"{to}_id", ID, nullable=False),
        sa.Column("user_id", ID, nullable=False),
        sa.ForeignKeyConstraint([f"{to}_id"], [f"{plural}.id"], name=op.f(f"fk_{table}_{to}_id")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f(f"fk_{table}_user_id")),
        sa.PrimaryKeyConstraint(f"{to}_id", "user_id", name=op.f(f"pk_{table}")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f(f"ix_{table}_user_id"), table, ["user_id"])


def _add_notices() -> None:
    op.create_table(
        "notices",
        sa.Column("id", ID, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("subject_id", ID, nullable=False, comment="the image, topic, forum or gallery"),
        sa.Column("number", sa.Integer(), nullable=False, comment="of the newest event, from 1"),
        sa.Column("user_id", ID, comment="whose doing it was; null: the operator"),
        sa.Column("object_id", ID, nullable=False, comment="the newest comment, post, topic or image"),
        sa.Column("happened_at", INSTANT, nullable=False),
        sa.Column(
            "other_number", sa.Integer(), comment="of the newest event by somebody else; null: none yet"
        ),
        sa.Column("other_object_id", ID),
        sa.Column("other_happened_at", INSTANT),
        sa.CheckConstraint(
            "kind in ('image_comment', 'image_merge', 'topic_post', 'forum_topic', 'gallery_image')",
            name=op.f("ck_notices_kind"),
        ),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_notices_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notices")),
        sa.UniqueConstraint("kind", "subject_id", name=op.f("uq_notices_kind_subject_id")),
        comment="What happened last; a row for each subject, however many have subscribed to it",
        sqlite_autoincrement=True,
    )
    op.create_table(
        "notice_reads",
        sa.Column("user_id", ID, nullable=False),
        sa.Column("notice_id", ID, nullable=False),
        sa.Column("seen_number", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_notice_reads_user_id")),
        sa.ForeignKeyConstraint(["notice_id"], ["notices.id"], name=op.f("fk_notice_reads_notice_id")),
        sa.PrimaryKeyConstraint("user_id", "notice_id", name=op.f("pk_notice_reads")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_notice_reads_notice_id"), "notice_reads", ["notice_id"])
