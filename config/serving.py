import ctypes
import gc
import os
import socket
import time
from collections.abc import Mapping
from typing import Any

import click
from flask import Flask
from gunicorn.app.base import BaseApplication

from clais.catalogues import LANGUAGES
from clais.clock import today
from clais.database import open_engine
from clais.dates import written_day
from clais.encryption import Keyring
from config.app import create_app
from config.buffering.worker import CONNECTIONS, BufferedWorker, allow_connections
from config.keys import keyring_of
from config.logging import configure_logging, log_requests
from config.settings import Settings
from config.supervision import end_with_parent
from config.tending import once_it_answers, tend

GRACE_SECONDS = 20
"""Current requests have this long to end when the server stops."""
TIMEOUT_SECONDS = 60
PORT_SECONDS = 3
BACKLOG = 512
"""Connections that wait while no server takes them."""
NEW_OBJECTS = 10_000
"""After how many new objects Python looks for unused cycles."""
M_ARENA_MAX = -8
"""The name of the number of heaps, for `mallopt` of glibc (malloc.h)."""


class PortBusyError(Exception):
    """Another program listens on our port."""


def application(settings: Settings, database_url: str, keyring: Keyring | None = None) -> Flask:
    """The application as it is served: composed, and its requests logged. A given `keyring` is known to be right."""
    configure_logging(readable=settings.demo)
    app = create_app(settings, database_url, keyring=keyring)
    log_requests(app)
    collect_seldom()
    return app


def collect_seldom() -> None:
    """Let Python look for unused cycles seldom, and never among what the application is made of, which stays.

    It looks after each 700 new objects otherwise, several times a page: the rows `list`, `file` and `my_day` of the
    benchmarks take 7 % more CPU time without this.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(NEW_OBJECTS)


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
        """Compose the application, in a worker, which may be started again while the database is away."""
        tend(self.settings)
        # `serve` has asked the database whether these are its keys.
        keyring = Keyring.from_file(self.settings.keyring_path)
        return once_it_answers(lambda: application(self.settings, self.database_url, keyring))


def serve(
    settings: Settings,
    database_url: str,
    *,
    workers: int = 2,
    threads: int = 4,
    listener: int | None = None,
    worker_class: type | str = BufferedWorker,
) -> None:
    """Serve until stopped; current requests are answered first.

    `listener` is the descriptor of a socket that listens already and that other servers have too: when one of them is
    killed the others take its connections, and a new one finds them waiting.

    gunicorn's own access log is off: it contains paths. Raises PortBusyError, CannotStart, and OperationalError without
    a database.
    """
    if listener is None:
        wait_until_free(settings.host, settings.port)
    # Made here once: two workers at their first start would each make one.
    settings.secret()
    engine = open_engine(database_url, pool_size=1)
    try:
        keyring_of(settings, engine)
    finally:
        engine.dispose()
    allow_connections()
    settings.remember_address()
    os.umask(0o077)
    options = {
        "bind": f"{settings.host}:{settings.port}" if listener is None else f"fd://{listener}",
        "workers": workers,
        "threads": threads,
        "worker_class": worker_class,
        "worker_connections": CONNECTIONS,
        # Each process listens for itself and the system spreads connections over them: of one socket that all share,
        # the first to wake takes them all.
        "reuse_port": listener is None,
        # Answers go through the worker's buffers.
        "sendfile": False,
        "when_ready": lambda _master: click.echo(_shared(settings, workers, threads)) if listener is None else None,
        # When the one that listens is killed, the others end with it, so that the next one finds the port free.
        "post_fork": lambda _master, _worker: end_with_parent(),
        "timeout": TIMEOUT_SECONDS,
        "graceful_timeout": GRACE_SECONDS,
        "keepalive": 5,
        "accesslog": None,
        "errorlog": "-",
        "loglevel": "warning",
        "proc_name": "clais",
        "control_socket_disable": True,
        # No header of a request is the name of our script, wherever it comes from.
        "forwarder_headers": "",
    }
    _share()
    Server(settings, database_url, options).run()


def _share() -> None:
    """Keep small what each worker process needs for itself: the row `memory` of the benchmarks is 8 MB less by it."""
    # Threads that take turns need no heap each, whose free ends add up. Other libraries of C have no such setting.
    set_option = getattr(ctypes.CDLL(None), "mallopt", None)
    if set_option is not None:
        set_option(M_ARENA_MAX, 1)
    for language in LANGUAGES:
        # Reads what Babel knows of the language.
        written_day(today(), "long", language)
    # What is here by now is shared with the worker processes, as long as none of them looks through it.
    gc.collect()
    gc.freeze()


def _shared(settings: Settings, workers: int, threads: int) -> str:
    share = f"{workers} processus se partagent les pages" if workers > 1 else "un seul processus sert les pages"
    return f"CLAIS démarre sur {settings.host}:{settings.port} : {share}, {threads} à la fois par processus."


def listen(host: str, port: int) -> socket.socket:
    """Listen on a port, for servers that get the socket. Raises PortBusyError when something else does."""
    listening = socket.socket(_family(host), socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
    except OSError as error:
        listening.close()
        raise PortBusyError(f"{host}:{port}") from error
    listening.listen(BACKLOG)
    return listening


def wait_until_free(host: str, port: int) -> None:
    """Let a server that was killed leave the port; raise PortBusyError when it is still taken after a moment."""
    deadline = time.monotonic() + PORT_SECONDS
    while True:
        try:
            make_sure_free(host, port)
        except PortBusyError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.1)
        else:
            return


def make_sure_free(host: str, port: int) -> None:
    """Raise PortBusyError when something listens on the port already."""
    with socket.socket(_family(host), socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise PortBusyError(f"{host}:{port}") from error


def _family(host: str) -> socket.AddressFamily:
    return socket.AF_INET6 if ":" in host else socket.AF_INET
