"""Spreads a database over the servers of a Citus cluster: each table goes where its model says.

Written for Citus 13, whose documentation gives the order: reference tables first, since keys of the others lead to
them, then those that stand alone, then the tenants', all together with the first.
"""

from collections.abc import Callable, Collection, Iterator

from sqlalchemy import Connection, create_engine, make_url, text

from clais.database import Distribution
from clais.database.driver import DRIVER
from clais.database.roles import APPLICATION, OWNER
from config.features import DISTRIBUTIONS, METADATA

CATALOGUE = "pg_dist_partition"
"""The table of Citus that says which tables are spread."""
ROLES = (
    # The scope of a transaction, which SET LOCAL opens, goes with it to the server that has the rows.
    f"ALTER ROLE {APPLICATION} SET citus.propagate_set_commands = 'local'",
    # Changes of tables go from server to server in the owner's name.
    f"ALTER ROLE {OWNER} LOGIN",
)
SESSION = (
    # Tables that stay on the coordinator have no key to those that are copied everywhere.
    "SET citus.enable_local_reference_table_foreign_keys = off",
)


class NotAClusterError(Exception):
    """The server is no coordinator of a Citus cluster."""


def statements(spread: Collection[str] = ()) -> Iterator[str]:
    """What spreads the tables that are not in `spread` yet, each a transaction of its own, in their order."""
    yield from ROLES
    yield from SESSION
    yield from _tables(spread)


def _tables(spread: Collection[str]) -> Iterator[str]:
    in_order = [table.name for table in METADATA.sorted_tables]
    of = {kind: [name for name in in_order if DISTRIBUTIONS[name] is kind] for kind in Distribution}
    for name in of[Distribution.REFERENCE]:
        if name not in spread:
            yield f"SELECT create_reference_table('{name}')"
    for kind in (Distribution.TOKEN, Distribution.TENANT):
        first = next((name for name in of[kind] if name in spread), of[kind][0])
        for name in of[kind]:
            if name not in spread:
                beside = "none" if name == first else first
                yield f"SELECT create_distributed_table('{name}', '{kind.value}', colocate_with => '{beside}')"


def already_spread(connection: Connection) -> set[str] | None:
    """The tables that are spread; None where there is no Citus."""
    if connection.execute(text("SELECT to_regclass(:name)"), {"name": CATALOGUE}).scalar() is None:
        return None
    return set(connection.execute(text(f"SELECT logicalrelid::text FROM {CATALOGUE}")).scalars())  # noqa: S608 - our name.


def distribute(owner_url: str, say: Callable[[str], None]) -> int:
    """Spread what is not spread yet, and say each statement before it runs; how many tables it was.

    Cut off in the middle, it goes on from there. `owner_url` is a superuser's. Raises NotAClusterError.
    """
    return _run(owner_url, say, only_if_begun=False)


def distribute_new_tables(owner_url: str, say: Callable[[str], None]) -> int:
    """After a migration, where the database is spread: spread the tables that it made. Elsewhere, nothing."""
    return _run(owner_url, say, only_if_begun=True)


def _run(owner_url: str, say: Callable[[str], None], *, only_if_begun: bool) -> int:
    engine = create_engine(make_url(owner_url).set(drivername=DRIVER), isolation_level="AUTOCOMMIT")
    try:
        with engine.connect() as connection:
            spread = already_spread(connection)
            if only_if_begun and not (spread and spread & set(METADATA.tables)):
                return 0
            if spread is None:
                raise NotAClusterError
            missing = list(_tables(spread))
            if not missing and only_if_begun:
                return 0
            for statement in statements(spread):
                say(statement)
                connection.execute(text(statement))
            return len(missing)
    finally:
        engine.dispose()
