"""Runs the migrations of the node on the connection that `server.store.database.migrate` hands over."""

from alembic import context
from sqlalchemy import text

from server.national.node.schema import metadata

connection = context.config.attributes["connection"]
context.configure(connection=connection, target_metadata=metadata, render_as_batch=True, transaction_per_migration=True)
with context.begin_transaction():
    if connection.dialect.name == "postgresql":
        # Several intakes may start at once: one of them makes the tables.
        connection.execute(text("SELECT pg_advisory_xact_lock(726977)"))
    context.run_migrations()
