import os
import socket
from collections.abc import Mapping
from typing import Any

from flask import Flask
from gunicorn.app.base import BaseApplication

from clais.database import open_engine
from clais.encryption import Keyring
from config.app import create_app
from config.keys import keyring_of
from config.logging import configure_logging, log_requests
from config.settings import Settings

GRACE_SECONDS = 20
"""Current requests have this long to end when the server stops."""
TIMEOUT_SECONDS = 60


class PortBusyError(Exception):
    """Another program listens on our port."""


def application(settings: Settings, database_url: str, keyring: Keyring | None = None) -> Flask:
    """The application as it is served: composed, and its requests logged. A given `keyring` is known to be right."""
    configure_logging(readable=settings.demo)
    app = create_app(settings, database_url, keyring=keyring)
    log_requests(app)
    return app


class Server(BaseApplication):  # type: ignore[misc]
    """gunicorn over our application, which each worker process composes for itself: no connection crosses a fork."""

    def __init__(self, settings: Settings, database_url: str, options: Mapping[str, Any]) -> None:
        self.settings = settings
        self.database_url = database_url
        self.options = options
        super().__init__()

    def load_config(self) -> None:
        """Hand gunicorn its options."""
        for name, value in self.options.items():
            self.cfg.set(name, value)

    def load(self) -> Flask:
        """Compose the application, in a worker."""
        # `serve` has asked the database whether these are its keys; a worker starts again even when it does not answer.
        return application(self.settings, self.database_url, Keyring.from_file(self.settings.keyring_path))


def serve(settings: Settings, database_url: str, *, workers: int = 2, threads: int = 4) -> None:
    """Serve until stopped; current requests are answered first. Raises PortBusyError, and CannotStart.

    gunicorn's own access log is off: it contains paths.
    """
    make_sure_free(settings.host, settings.port)
    # Made here once: two workers at their first start would each make one.
    settings.secret()
    engine = open_engine(database_url, pool_size=1)
    try:
        keyring_of(settings, engine)
    finally:
        engine.dispose()
    settings.remember_address()
    os.umask(0o077)
    options = {
        "bind": f"{settings.host}:{settings.port}",
        "workers": workers,
        "threads": threads,
        "worker_class": "gthread",
        "timeout": TIMEOUT_SECONDS,
        "graceful_timeout": GRACE_SECONDS,
        "keepalive": 5,
        "accesslog": None,
        "errorlog": "-",
        "loglevel": "warning",
        "proc_name": "clais",
        "control_socket_disable": True,
    }
    Server(settings, database_url, options).run()


def make_sure_free(host: str, port: int) -> None:
    """Raise PortBusyError when something listens on the port already."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise PortBusyError(f"{host}:{port}") from error
