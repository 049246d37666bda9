"""PgBouncer between the house and a server, as an administrator sets it up."""

import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import URL

from tests.support.servers import Server, free_port

PROGRAM = shutil.which("pgbouncer") or "/usr/sbin/pgbouncer"
IS_HERE = Path(PROGRAM).exists()


class Pooler:
    """A running PgBouncer in transaction mode; `restart` kills it and starts it again on the same port."""

    def __init__(self, server: Server, directory: Path, *, ignores_options: bool) -> None:
        self.server, self.directory, self.port = server, directory, free_port()
        self.process: subprocess.Popen[bytes] | None = None
        ignored = "extra_float_digits, options" if ignores_options else "extra_float_digits"
        (directory / "users").write_text(f'"clais_app" "{server.password}"\n')
        (directory / "pgbouncer.ini").write_text(
            f"[databases]\n* = host=127.0.0.1 port={server.port}\n"
            f"[pgbouncer]\nlisten_addr = 127.0.0.1\nlisten_port = {self.port}\nunix_socket_dir =\n"
            f"auth_type = scram-sha-256\nauth_file = {directory}/users\n"
            "pool_mode = transaction\ndefault_pool_size = 3\nmax_client_conn = 200\nserver_login_retry = 1\n"
            f"ignore_startup_parameters = {ignored}\nlogfile = {directory}/log\n"
        )

    def url(self, database: str = "clais") -> str:
        """The application's URL through the pooler."""
        url = URL.create("postgresql", "clais_app", self.server.password, "127.0.0.1", self.port, database)
        return url.render_as_string(hide_password=False)

    def start(self) -> None:
        """Start it; connections are answered a moment later."""
        who = {"user": "nobody", "group": "nogroup"} if os.geteuid() == 0 else {}
        self.process = subprocess.Popen(
            [PROGRAM, "-q", str(self.directory / "pgbouncer.ini")],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            **who,  # type: ignore[call-overload]
        )

    def kill(self) -> None:
        """End it at once, with everybody's connections."""
        if self.process is not None:
            self.process.send_signal(signal.SIGKILL)
            self.process.wait()

    def restart(self) -> None:
        """End it at once and start it again."""
        self.kill()
        self.start()


@contextmanager
def pooled(server: Server, *, ignores_options: bool = False) -> Iterator[Pooler]:
    """A pooler in front of a server; gone at the end."""
    directory = Path(tempfile.mkdtemp(prefix="clais-pooler-"))
    pooler = Pooler(server, directory, ignores_options=ignores_options)
    if os.geteuid() == 0:
        for path in (directory, *directory.iterdir()):
            shutil.chown(path, "nobody", "nogroup")
    pooler.start()
    try:
        yield pooler
    finally:
        pooler.kill()
        shutil.rmtree(directory, ignore_errors=True)
