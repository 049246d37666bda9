"""One worker of the installation leads: it holds an advisory lock on a connection of its own.

The lock lives as long as the connection. A worker that is killed, or cut off, loses it at once or when the server
notices, and another takes over; nothing has to be cleaned up.
"""

from types import TracebackType
from typing import Any, Self

import psycopg
from sqlalchemy import make_url

KEY = 4_281_907_331
"""The number of the lock; any, as long as nothing else in this database uses it."""

NOTICE = "-c tcp_keepalives_idle=5 -c tcp_keepalives_interval=2 -c tcp_keepalives_count=3 -c statement_timeout=5000"
"""The server drops a worker that fell silent within some ten seconds, and with it the lock."""


class Leadership:
    """A direct connection, never one of a pool: a pooler between would hand the lock's session to someone else."""

    def __init__(self, url: str, *, key: int = KEY) -> None:
        address = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
        self.address = address
        self.key = key
        self.connection: psycopg.Connection[Any] | None = None

    def acquire(self) -> bool:
        """Try to lead; True when this worker does. Raises psycopg.OperationalError when the database is away."""
        if self.connection is None or self.connection.closed:
            self.connection = psycopg.connect(
                self.address,
                autocommit=True,
                connect_timeout=3,
                keepalives_idle=5,
                keepalives_interval=2,
                keepalives_count=3,
                tcp_user_timeout=10_000,
                options=NOTICE,
                application_name="clais leader",
            )
        row = self.connection.execute("SELECT pg_try_advisory_lock(%s)", (self.key,)).fetchone()
        return bool(row and row[0])

    def stands(self) -> bool:
        """Whether the connection, and with it the lock, is still there."""
        if self.connection is None or self.connection.closed:
            return False
        try:
            self.connection.execute("SELECT 1")
        except psycopg.Error:
            return False
        return True

    def release(self) -> None:
        """Let another worker lead."""
        if self.connection is not None:
            self.connection.close()
            self.connection = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.release()
