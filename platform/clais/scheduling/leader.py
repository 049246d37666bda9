"""Leader election: the leading worker holds an advisory lock on its own connection.

The lock lives as long as the connection. When a worker is killed or disconnected, the server releases the lock and
another worker takes over; nothing has to be cleaned up.
"""

from types import TracebackType
from typing import Any, Self

import psycopg
from sqlalchemy import make_url

LOCK_KEY = 4_281_907_331
"""The key of the advisory lock: arbitrary, unique in this database."""

SERVER_OPTIONS = (
    "-c tcp_keepalives_idle=5 -c tcp_keepalives_interval=2 -c tcp_keepalives_count=3 -c statement_timeout=5000"
)
"""With these keepalives the server drops an unreachable worker, and its lock, within about ten seconds."""


class Leadership:
    """Holds the lock on a direct connection: a pooler would give the server session that holds the lock to others."""

    def __init__(self, url: str, *, key: int = LOCK_KEY) -> None:
        address = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
        self.address = address
        self.key = key
        self.connection: psycopg.Connection[Any] | None = None

    def acquire(self) -> bool:
        """Try to take the lock; True when this worker holds it. Raises psycopg.OperationalError without database."""
        if self.connection is None or self.connection.closed:
            self.connection = psycopg.connect(
                self.address,
                autocommit=True,
                connect_timeout=3,
                keepalives_idle=5,
                keepalives_interval=2,
                keepalives_count=3,
                tcp_user_timeout=10_000,
                options=SERVER_OPTIONS,
                application_name="clais leader",
            )
        row = self.connection.execute("SELECT pg_try_advisory_lock(%s)", (self.key,)).fetchone()
        return bool(row and row[0])

    def is_held(self) -> bool:
        """Whether the connection, and with it the lock, is still open."""
        if self.connection is None or self.connection.closed:
            return False
        try:
            self.connection.execute("SELECT 1")
        except psycopg.Error:
            return False
        return True

    def release(self) -> None:
        """Close the connection, so that another worker can lead."""
        if self.connection is not None:
            self.connection.close()
            self.connection = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.release()
