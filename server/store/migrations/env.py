"""Runs the migrations on the connection that `server.store.database.migrate` hands over."""

from alembic import context

from server.store.quality_schema import ratings

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=ratings.metadata,
    render_as_batch=True,
    transaction_per_migration=True,
)
with context.begin_transaction():
    context.run_migrations()
