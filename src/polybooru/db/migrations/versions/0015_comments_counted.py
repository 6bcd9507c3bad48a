"""Count comments that staff have hidden too, and those that a dump tells of without their lines."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    op.add_column(
        "inherited_counts",
        sa.Column(
            "comment_count",
            sa.Integer(),
            server_default=sa.text("0"),
            nullable=False,
            comment="of those that are not here",
        ),
    )
    # Nothing has been inherited yet. An index saved under another schema is not read (library/index_file.py).
    op.execute(
        "update images set comment_count ="
        " (select count(*) from comments where image_id = images.id and is_approved)"
        " where exists (select 1 from comments where image_id = images.id and is_approved"
        " and hidden_from_users)"
    )
