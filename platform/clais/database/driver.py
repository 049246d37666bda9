"""SQLAlchemy's driver psycopg with two changes: one statement at a time, and a rollback keeps the prepared ones.

psycopg drops all of them at each rollback, since a statement may depend on objects that the transaction created. The
application role creates none. A page that shows the errors of a form rolls back; the statements of the next pages on
that connection would then be planned each time, until they have run five times. In CPU time of Python and the server,
that is 27 % more for a file and 16 % for a list (rows `file` and `list` of the benchmarks, each requested right after a
form with an error). Without a rollback there is no difference.
"""

from typing import Any

from psycopg import OperationalError, ProgrammingError
from psycopg.errors import FeatureNotSupported, InvalidSqlStatementName
from psycopg.pq import ExecStatus, TransactionStatus
from sqlalchemy.dialects import registry
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg

DRIVER = "postgresql+clais"


class Driver(PGDialect_psycopg):
    """SQLAlchemy's dialect of psycopg with another rollback."""

    supports_statement_cache = True

    def do_execute(self, cursor: Any, statement: str, parameters: Any, context: Any = None) -> None:
        """Run one statement. Raises ProgrammingError for several at once.

        The server itself refuses several that have parameters; without any, the driver would send them in one go.
        """
        if not parameters and ";" in statement:
            raise ProgrammingError("one statement at a time, and its values as parameters")
        super().do_execute(cursor, statement, parameters, context)  # type: ignore[no-untyped-call]

    def do_rollback(self, dbapi_connection: Any) -> None:
        """End the transaction, if there is one. Raises OperationalError when the server does not confirm it."""
        server = dbapi_connection.pgconn
        if server.transaction_status == TransactionStatus.IDLE:
            return
        if server.exec_(b"ROLLBACK").status != ExecStatus.COMMAND_OK:
            raise OperationalError("the transaction could not be rolled back", pgconn=server)

    def is_disconnect(self, e: Any, connection: Any, cursor: Any) -> bool:
        """Whether a connection is unusable: also when a migration changed the tables of its prepared statements.

        The pool then opens new connections, as after a restart of the server.
        """
        if isinstance(e, FeatureNotSupported | InvalidSqlStatementName):
            return True
        return bool(super().is_disconnect(e, connection, cursor))  # type: ignore[no-untyped-call]


registry.register(DRIVER.replace("+", "."), __name__, Driver.__name__)
