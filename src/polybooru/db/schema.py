"""Create and migrate the schema; refuse one that this program does not know.

Migrations are append-only and forward-only. Alembic is imported only when there is something to migrate: a
server that starts on a current schema never loads it.
"""

from pathlib import Path

from sqlalchemy import Connection, inspect, text

from polybooru.db.engine import Database

HEAD = "0015"
"""Revision that this program works with.

Tests/adapters/db/test_migrations.py holds it to the newest script.
"""

_MIGRATION_LOCK = 0x706F6C7A


class UnknownSchema(Exception):
    """The database was made by a newer program, or by another one."""


def revision(connection: Connection) -> str | None:
    """Revision of the database; None for an empty one. Raises UnknownSchema for a foreign one."""
    names = inspect(connection).get_table_names()
    if "alembic_version" in names:
        found = connection.execute(text("select version_num from alembic_version")).scalar_one_or_none()
        return None if found is None else str(found)
    if names:
        raise UnknownSchema("The database holds tables that are not Polybooru's.")
    return None


def is_current(database: Database) -> bool:
    """Whether the schema is the one this program works with. Raises UnknownSchema."""
    with database.read() as connection:
        found = revision(connection)
    if found is not None and found > HEAD:
        raise UnknownSchema(f"The database has schema {found}; this program knows schemas up to {HEAD}.")
    return found == HEAD


def migrate(database: Database) -> None:
    """Bring the schema to `HEAD`; nothing happens if it is there. Two processes may call it at once."""
    if is_current(database):
        return
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    with database.begin() as connection, connection.begin():  # else Alembic would commit each step
        if not database.is_sqlite:
            connection.execute(text("select pg_advisory_xact_lock(:key)"), {"key": _MIGRATION_LOCK})
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
