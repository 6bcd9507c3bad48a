"""Whether the parts that a library stands on answer."""

from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from polybooru.db.tables import images
from polybooru.library.errors import Unavailable
from polybooru.library.library import Library
from polybooru.store import StoreError


def faults(library: Library) -> list[str]:
    """Names of the parts that do not work: `database`, `storage`, `index`; empty if all do."""
    found: list[str] = []
    try:
        with library.reading() as reading:
            reading.execute(select(images.c.id).limit(1)).first()
    except (Unavailable, SQLAlchemyError):
        found.append("database")
    try:
        library.store.check()
    except StoreError:
        found.append("storage")
    if not library.replica.is_loaded:
        found.append("index")
    return found
