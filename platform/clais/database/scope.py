from dataclasses import dataclass
from uuid import UUID

from psycopg import Error as DriverError
from sqlalchemy import Connection, Engine, event
from sqlalchemy.exc import OperationalError

from clais.database.keys import NIL


@dataclass(frozen=True, slots=True)
class Scope:
    """What one database session may see, for its whole life.

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

    The listener sits on the engine, since one on the ORM session would miss Core. `SET LOCAL` ends with the
    transaction, so nothing is left in the pool, and it travels to the workers of a Citus cluster.
    """

    @event.listens_for(engine, "begin")
    def open_scope(connection: Connection) -> None:
        scope = connection.get_execution_options().get("scope")
        if scope is None:
            return  # A transaction all the same, in which every protected table is an error.
        try:
            _say(connection, scope)
        except DriverError as error:
            driver = connection.connection.dbapi_connection
            if not connection.dialect.is_disconnect(error, driver, None):  # type: ignore[arg-type]
                raise _told(error) from error
            # The server went away while this connection lay in the pool, and the others with it. Nothing was asked
            # yet, so a new connection loses nothing; when there is none, the request is told that the database is away.
            connection.invalidate(error)
            engine.dispose()
            try:
                _say(connection, scope)
            except DriverError as again:
                raise _told(again) from again


def _say(connection: Connection, scope: Scope) -> None:
    cursor = connection.connection.cursor()
    cursor.execute(scope.statements())
    cursor.close()


def _told(error: DriverError) -> OperationalError:
    """The driver's error in SQLAlchemy's words: this listener speaks to the driver itself, which nobody translates."""
    return OperationalError("SET LOCAL", None, error, hide_parameters=True)
