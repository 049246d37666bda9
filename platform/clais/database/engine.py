from sqlalchemy import URL, Engine, create_engine, make_url

from clais.database.driver import DRIVER
from clais.database.scope import install_scope


def open_engine(url: str | URL, *, pool_size: int = 5, statement_timeout_ms: int = 20_000) -> Engine:
    """Create the engine of the application role; each transaction runs in the scope of its session.

    `hide_parameters` keeps personal data out of errors and logs. `statement_timeout_ms` limits each statement.
    """
    engine = create_engine(
        make_url(url).set(drivername=DRIVER),
        hide_parameters=True,
        pool_size=pool_size,
        max_overflow=pool_size,
        pool_timeout=5,
        pool_pre_ping=False,
        connect_args={
            "connect_timeout": 3,
            "options": f"-c statement_timeout={statement_timeout_ms} -c lock_timeout=8000 "
            f"-c idle_in_transaction_session_timeout=60000 -c timezone=UTC",
        },
    )
    install_scope(engine)
    return engine
