"""The driver as SQLAlchemy speaks to it, with one habit less: a rollback leaves prepared statements prepared.

psycopg forgets all of them at each rollback, since a statement may depend on what the transaction had made. The
application role makes nothing that a statement depends on. A page that says what is wrong with a form rolls back; each
page that comes after it on that connection would be planned anew, until every statement has run five times. In CPU
time, Python's and the server's, that is 27 % more for a file and 16 % for a list (rows `file` and `list` of the
benchmarks, each asked right after a form with an error). Where nothing was rolled back it buys nothing.
"""

from typing import Any

from psycopg import OperationalError
from psycopg.errors import FeatureNotSupported, InvalidSqlStatementName
from psycopg.pq import ExecStatus, TransactionStatus
from sqlalchemy.dialects import registry
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg

DRIVER = "postgresql+clais"


class Driver(PGDialect_psycopg):
    """SQLAlchemy's dialect of psycopg, but for the rollback."""

    supports_statement_cache = True

    def do_rollback(self, dbapi_connection: Any) -> None:
        """End the transaction, if there is one. Raises OperationalError when the server does not say that it did."""
        server = dbapi_connection.pgconn
        if server.transaction_status == TransactionStatus.IDLE:
            return
        if server.exec_(b"ROLLBACK").status != ExecStatus.COMMAND_OK:
            raise OperationalError("the transaction could not be rolled back", pgconn=server)

    def is_disconnect(self, e: Any, connection: Any, cursor: Any) -> bool:
        """Whether a connection is of no more use: also when a migration changed what its statements were prepared on.

        Then the pool opens new ones, as after a restart of the server.
        """
        if isinstance(e, FeatureNotSupported | InvalidSqlStatementName):
            return True
        return bool(super().is_disconnect(e, connection, cursor))  # type: ignore[no-untyped-call]


registry.register(DRIVER.replace("+", "."), __name__, Driver.__name__)
