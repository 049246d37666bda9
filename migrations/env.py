"""Run by `clais db upgrade`, which hands over an open connection of the owner."""

from alembic import context

from config.features import METADATA

config = context.config
connection = config.attributes["connection"]
context.configure(connection=connection, target_metadata=METADATA, compare_type=True, transaction_per_migration=True)
with context.begin_transaction():
    context.run_migrations()
