"""The schema: made from nothing, equal to the tables, refused when it is another's."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, create_engine, inspect, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.schema import CreateIndex, CreateTable
from tests.databases import PostgresqlServer

from polybooru.db import Database, schema
from polybooru.db.tables import metadata

MIGRATIONS = Path(schema.__file__).parent / "migrations"


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'empty.sqlite3'}"
    else:
        server: PostgresqlServer = request.getfixturevalue("postgresql_server")
        with server.fresh_database() as url:
            yield url


@pytest.fixture
def empty(empty_url: str) -> Iterator[Database]:
    database = Database(empty_url)
    yield database
    database.close()


def execute(database: Database, statement: str) -> None:
    engine = create_engine(database.engine.url)
    with engine.begin() as connection:
        connection.execute(text(statement))
    engine.dispose()


def is_no_full_text(_item: object, name: str | None, kind: str, reflected: bool, _other: object) -> bool:
    """Tables of words are no part of the metadata: on SQLite they are virtual, with shadow tables."""
    return not (reflected and kind == "table" and name is not None and "_words" in name)


def test_from_nothing_the_schema_becomes_that_of_the_tables(empty: Database) -> None:
    with empty.read() as connection:
        assert schema.revision(connection) is None
    assert not schema.is_current(empty)
    schema.migrate(empty)
    schema.migrate(empty)
    assert schema.is_current(empty)
    with empty.read() as connection:
        assert schema.revision(connection) == schema.HEAD
        # SQLite gives an empty text back quoted, and Alembic takes that for another default.
        options = {
            "compare_type": True,
            "compare_server_default": not empty.is_sqlite,
            "include_object": is_no_full_text,
        }
        context = MigrationContext.configure(connection, opts=options)
        assert compare_metadata(context, metadata) == []


def constraints_and_defaults(engine: Engine) -> dict[str, set[str]]:
    """What Alembic does not compare, by table, as the database itself tells it."""
    found: dict[str, set[str]] = {}
    inspector = inspect(engine)
    for table in metadata.tables:
        checks = {str(check) for check in inspector.get_check_constraints(table)}
        defaults = {f"{column['name']} {column['default']}" for column in inspector.get_columns(table)}
        found[table] = checks | defaults | {str(inspector.get_pk_constraint(table))}
    return found


def test_checks_keys_and_defaults_are_those_of_the_tables(empty: Database) -> None:
    metadata.create_all(empty.engine)
    expected = constraints_and_defaults(empty.engine)
    metadata.drop_all(empty.engine)
    schema.migrate(empty)
    assert constraints_and_defaults(empty.engine) == expected


def test_two_may_migrate_at_once(empty_url: str) -> None:
    databases = [Database(empty_url) for _ in range(3)]
    with ThreadPoolExecutor(3) as pool:
        list(pool.map(schema.migrate, databases))
    assert all(schema.is_current(database) for database in databases)
    for database in databases:
        database.close()


def test_the_head_is_the_newest_script() -> None:
    scripts = ScriptDirectory(str(MIGRATIONS))
    assert scripts.get_heads() == [schema.HEAD]
    assert max(script.revision for script in scripts.walk_revisions()) == schema.HEAD


def migrate_to(database: Database, revision: str) -> None:
    with database.begin() as connection, connection.begin():
        config = Config()
        config.set_main_option("script_location", str(MIGRATIONS))
        config.attributes["connection"] = connection
        command.upgrade(config, revision)


def insert_image(database: Database, names: str, values: str) -> None:
    known = (
        "created_at, updated_at, first_seen_at, mime_type, format, width_px, height_px, size_bytes,"
        " orig_size_bytes, duration_seconds, is_animated, sha512_hash, blob"
    )
    facts = "1, 1, 1, 'image/png', 'png', 1, 1, 1, 1, 0, false, 'a', 'a'"
    execute(database, f"insert into images ({known}, {names}) values ({facts}, {values})")


def test_images_of_an_older_schema_get_a_job_to_note_their_md5(empty: Database) -> None:
    migrate_to(empty, "0008")
    for state in ("true, false", "false, false", "true, true"):
        insert_image(empty, "is_processed, is_destroyed", state)
    schema.migrate(empty)
    with empty.read() as connection:
        assert connection.execute(text("select kind, object_id from jobs")).all() == [("note_md5", 1)]
        assert connection.execute(text("select count(*) from images where md5_hash is null")).scalar() == 3


def test_comments_that_staff_have_hidden_are_counted_from_then_on(empty: Database) -> None:
    migrate_to(empty, "0014")
    for count in (1, 0, 0, 2):
        insert_image(empty, "comment_count", str(count))
    names = "image_id, body, body_html, created_at, updated_at, hidden_from_users, is_destroyed, is_approved"
    for image_id, states in (
        (1, ("false, false, true", "true, false, true", "true, true, true")),
        (2, ("false, false, false", "true, false, false")),
        (4, ("false, false, true", "false, false, true")),
    ):
        for state in states:
            execute(empty, f"insert into comments ({names}) values ({image_id}, 'a', 'a', 1, 1, {state})")
    execute(empty, "insert into inherited_counts (image_id, faves) values (1, 7)")
    schema.migrate(empty)
    with empty.read() as connection:
        counted = connection.execute(text("select comment_count from images order by id")).scalars().all()
        inherited = connection.execute(text("select faves, comment_count from inherited_counts")).all()
    assert (counted, inherited) == ([3, 0, 0, 2], [(7, 0)])


def test_a_newer_schema_is_refused(empty: Database) -> None:
    schema.migrate(empty)
    execute(empty, "update alembic_version set version_num = '9999'")
    for use in (schema.is_current, schema.migrate):
        with pytest.raises(schema.UnknownSchema, match="9999"):
            use(empty)


def test_somebody_elses_database_is_left_alone(empty: Database) -> None:
    execute(empty, "create table guests (name text)")
    for use in (schema.is_current, schema.migrate):
        with pytest.raises(schema.UnknownSchema, match="not Polybooru's"):
            use(empty)


@pytest.mark.parametrize("dialect", [sqlite.dialect(), postgresql.dialect()], ids=lambda d: d.name)
def test_the_schema_is_the_golden_one(dialect, golden) -> None:
    statements = []
    for table in metadata.sorted_tables:
        statements.append(str(CreateTable(table).compile(dialect=dialect)).strip())
        statements += [
            str(CreateIndex(index).compile(dialect=dialect))
            for index in sorted(table.indexes, key=lambda index: str(index.name))
        ]
    lines = ";\n\n".join(statements).splitlines()
    golden(f"schema-{dialect.name}.sql", "\n".join(line.rstrip() for line in lines) + ";\n")
