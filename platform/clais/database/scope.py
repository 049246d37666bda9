from dataclasses import dataclass
from uuid import UUID

from psycopg import Error as DriverError
from sqlalchemy import Connection, Engine, event
from sqlalchemy.exc import OperationalError

from clais.database.keys import NIL


@dataclass(frozen=True, slots=True)
class Scope:
    """The rows that one database session may see, from its beginning to its end.

    `tenant_id` is the one tenant at work, `basin_id` the basin whose publications it reads, `user_id` the person
    signed in. `email_hash` and `credential_hash` (32 bytes) open one account or one session before anyone signs in.
    `administers` lets the registry (tenants, reference data) be written; it opens no tenant's records.
    """

    tenant_id: UUID = NIL
    basin_id: UUID = NIL
    user_id: UUID = NIL
    email_hash: bytes = b""
    credential_hash: bytes = b""
    administers: bool = False

    def statements(self) -> str:
        """The `SET LOCAL` statements that open this scope; every value is a validated literal."""
        return (
            f"SET LOCAL app.tenant_id = '{UUID(str(self.tenant_id))}';"
            f"SET LOCAL app.basin_id = '{UUID(str(self.basin_id))}';"
            f"SET LOCAL app.user_id = '{UUID(str(self.user_id))}';"
            f"SET LOCAL app.email_hash = '{self.email_hash.hex()}';"
            f"SET LOCAL app.credential_hash = '{self.credential_hash.hex()}';"
            f"SET LOCAL app.administers = '{'yes' if self.administers else 'no'}'"
        )


def install_scope(engine: Engine) -> None:
    """Open the scope named in the execution options at the start of every transaction of `engine`.

    The listener is on the engine, since one on the ORM session would miss Core. `SET LOCAL` ends with the
    transaction, so nothing is left in the pool, and it travels to the workers of a Citus cluster.
    """

    @event.listens_for(engine, "begin")
    def open_scope(connection: Connection) -> None:
        scope = connection.get_execution_options().get("scope")
        if scope is None:
            return  # The transaction begins without a scope: every protected table is then an error.
        try:
            _set_scope(connection, scope)
        except DriverError as error:
            driver = connection.connection.dbapi_connection
            if not connection.dialect.is_disconnect(error, driver, None):  # type: ignore[arg-type]
                raise _as_operational_error(error) from error
            # The server went away while the connections were in the pool. No statement has run yet, so a new connection
            # loses nothing; without one, the request fails because the database is away.
            connection.invalidate(error)
            engine.dispose()
            try:
                _set_scope(connection, scope)
            except DriverError as again:
                raise _as_operational_error(again) from again


def _set_scope(connection: Connection, scope: Scope) -> None:
    cursor = connection.connection.cursor()
    cursor.execute(scope.statements())
    cursor.close()


def _as_operational_error(error: DriverError) -> OperationalError:
    """The driver's error as SQLAlchemy's: this listener calls the driver directly, so nothing else converts it."""
    return OperationalError("SET LOCAL", None, error, hide_parameters=True)
