"""The pool of the application's role."""

from typing import Any

from sqlalchemy import URL, Engine, create_engine, func, make_url, select
from sqlalchemy.exc import OperationalError

from clais.database.driver import DRIVER
from clais.database.scope import install_scope

POOLED = "pooled"
"""In the query of a URL, `yes` names a pooler between that gives each transaction another process of the server."""
STATEMENT_TIMEOUT_MS = 20_000
TIMEOUTS = {"statement_timeout": "20s", "lock_timeout": "8s", "idle_in_transaction_session_timeout": "1min"}
"""What a connection asks for; behind a pooler, which refuses or drops that, the application's role has them."""
REFUSED_OPTIONS = "unsupported startup parameter"
"""What PgBouncer says to a connection that asks for something."""


class PoolerBetweenError(Exception):
    """A pooler stands between that nobody told us of: it would run the wrong statement."""


class NoTimeoutsError(Exception):
    """The connection has no timeouts; the text names the settings."""


def open_engine(url: str | URL, *, pool_size: int = 5, statement_timeout_ms: int = STATEMENT_TIMEOUT_MS) -> Engine:
    """Create the engine of the application role; each transaction runs in the scope of its session.

    `hide_parameters` keeps personal data out of errors and logs. `statement_timeout_ms` limits each statement.
    """
    address = make_url(url)
    engine = create_engine(
        address.difference_update_query([POOLED]).set(drivername=DRIVER),
        hide_parameters=True,
        pool_size=pool_size,
        max_overflow=pool_size,
        pool_timeout=5,
        pool_pre_ping=False,
        connect_args=_through_a_pooler() if is_pooled(address) else _direct(statement_timeout_ms),
    )
    install_scope(engine)
    return engine


def is_pooled(url: str | URL) -> bool:
    """Whether a URL says that a pooler stands between."""
    return make_url(url).query.get(POOLED) == "yes"


def check_connection(engine: Engine, *, pooled: bool) -> None:
    """Refuse a connection that is not what we were told. Raises PoolerBetweenError, NoTimeoutsError, OperationalError.

    The number of the process at the other end, as the connection was told and as the server says, differs behind a
    pooler. There, a statement that was prepared on one server process would run as another one's.
    """
    asked = select(func.pg_backend_pid(), *(func.current_setting(name) for name in TIMEOUTS))
    try:
        with engine.connect() as connection:
            told = connection.connection.dbapi_connection.info.backend_pid  # type: ignore[union-attr]
            there, *timeouts = connection.execute(asked).one()
    except OperationalError as error:
        if REFUSED_OPTIONS in str(error.orig):
            raise PoolerBetweenError from error
        raise
    if not pooled and told != there:
        raise PoolerBetweenError
    missing = [name for name, value in zip(TIMEOUTS, timeouts, strict=True) if value == "0"]
    if missing:
        raise NoTimeoutsError(", ".join(missing))


def _direct(statement_timeout_ms: int) -> dict[str, Any]:
    asked = TIMEOUTS | {"statement_timeout": f"{statement_timeout_ms}ms", "timezone": "UTC"}
    return {"connect_timeout": 3, "options": " ".join(f"-c {name}={value}" for name, value in asked.items())}


def _through_a_pooler() -> dict[str, Any]:
    # No prepared statements: the next transaction may be another server process's, which knows none of them.
    return {"connect_timeout": 3, "prepare_threshold": None}
