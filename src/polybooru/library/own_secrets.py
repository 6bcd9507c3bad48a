"""Keys that a library makes for itself when it is founded, and never shows."""

from secrets import token_bytes

from sqlalchemy import select

from polybooru.db.tables import secrets
from polybooru.library.work import Reading, Work

ANONYMOUS_NAMES = "anonymous_names"
UUIDS = "uuids"
SIGNED_LINKS = "signed_links"
_BYTES = 32


def seed_secrets(work: Work) -> None:
    """Make those that the library has not yet."""
    rows = [{"name": name, "value": token_bytes(_BYTES)} for name in (ANONYMOUS_NAMES, UUIDS, SIGNED_LINKS)]
    work.execute(work.insert(secrets).values(rows).on_conflict_do_nothing(index_elements=["name"]))


def secret(reading: Reading, name: str) -> bytes:
    """One of the keys above."""
    found: bytes = reading.execute(select(secrets.c.value).where(secrets.c.name == name)).scalar_one()
    return found
