"""Index aliases and chosen filters without the many rows that have none."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"


def _index(name: str, table: str, columns: list[str], where: str) -> None:
    op.create_index(name, table, columns, sqlite_where=sa.text(where), postgresql_where=sa.text(where))


def upgrade() -> None:
    op.drop_index("ix_tags_aliased_tag_id", "tags")
    _index("ix_tags_aliased_tag_id", "tags", ["aliased_tag_id"], "aliased_tag_id is not null")
    op.drop_index("ix_users_current_filter_id", "users")
    chosen = ["current_filter_id", "deactivated_at"]
    _index("ix_users_current_filter_id", "users", chosen, "current_filter_id is not null")
