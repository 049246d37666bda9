"""Run by `clais db upgrade`, which hands over an open connection of the owner."""

from alembic import context

from clais.database.upgrade import PATIENCE
from config.features import METADATA

config = context.config
connection = config.attributes["connection"]


def be_patient_again(**_step: object) -> None:
    """What works beside the requests waits longer for its locks, and leaves `online_v1`'s patience behind."""
    connection.exec_driver_sql(PATIENCE)


context.configure(
    connection=connection,
    target_metadata=METADATA,
    compare_type=True,
    transaction_per_migration=True,
    on_version_apply=be_patient_again,
)
with context.begin_transaction():
    context.run_migrations()
