"""Alembic's entry: runs the migrations on the connection that `polybooru.db.schema` hands in."""

from alembic import context

from polybooru.db.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    transactional_ddl=False,  # the caller has the transaction open
    compare_type=False,
)
context.run_migrations()
