"""PostgreSQL servers as others run them: a version of their own, a port, and a password for everyone."""

import os
import pwd
import secrets
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
from sqlalchemy import URL

from clais.database.embedded import PROGRAMS, SYSTEM_USER, make_system_user

SETTINGS = """
fsync = off
listen_addresses = '127.0.0.1'
password_encryption = 'scram-sha-256'
log_error_verbosity = terse
log_min_error_statement = panic
"""
DEBIAN = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"))
"""The servers that the system has, in each version."""


def programs() -> dict[str, Path]:
    """What a server can be made of: name → folder of its programs."""
    return {"embedded": PROGRAMS} | {f"debian-{path.parts[-3]}": path.parent for path in DEBIAN}


class Server:
    """A server of its own, with its administrator's URL."""

    def __init__(self, folder: Path, directory: Path, port: int) -> None:
        self.folder = folder
        self.directory = directory
        self.port = port
        self.password = f"p@ss:{secrets.token_hex(6)}/"
        """With what a URL must quote."""

    def restart(self) -> None:
        """Kill every process of it, and start it again."""
        run_program(self.folder, "pg_ctl", self.directory, "stop", "-m", "immediate")
        self.start()

    def start(self) -> None:
        """Start it, and wait until it answers."""
        run_program(self.folder, "pg_ctl", self.directory, "start", "-w", "-l", str(self.directory.parent / "log"))

    def url(self, user: str, database: str = "postgres") -> str:
        """The URL of a login, all of which have the same password."""
        url = URL.create("postgresql", user, self.password, "127.0.0.1", self.port, database)
        return url.render_as_string(hide_password=False)

    def execute(self, *statements: str, user: str = "postgres", database: str = "postgres") -> None:
        """Run statements, each by itself."""
        with self._connected(user, database) as connection:
            for statement in statements:
                connection.execute(statement.encode())

    def read(self, statement: str, database: str) -> list[Any]:
        """The first column of what a superuser reads."""
        with self._connected("postgres", database) as connection:
            return [row[0] for row in connection.execute(statement.encode())]

    def _connected(self, user: str, database: str) -> psycopg.Connection[Any]:
        return psycopg.connect(self.url(user, database), autocommit=True)

    def login(self, name: str, attributes: str = "") -> None:
        """Make a login, or give it the password that all of them have."""
        word = self.password
        self.execute(
            f"DO $$ BEGIN CREATE ROLE {name} LOGIN; EXCEPTION WHEN duplicate_object THEN NULL; END $$",
            f"ALTER ROLE {name} LOGIN {attributes} PASSWORD '{word}'",
        )

    def clear(self) -> None:
        """Remove the databases and roles of what was tried before."""
        self.execute("DROP DATABASE IF EXISTS clais WITH (FORCE)", "DROP DATABASE IF EXISTS clais_copy WITH (FORCE)")
        for role in ("deployer", "clais_app", "clais_owner"):
            self.execute(
                f"DO $$ BEGIN DROP OWNED BY {role}; EXCEPTION WHEN undefined_object THEN NULL; END $$",
                f"DROP ROLE IF EXISTS {role}",
            )


@contextmanager
def running(folder: Path) -> Iterator[Server]:
    """A new server of these programs, as an administrator sets one up; gone at the end."""
    directory = Path(tempfile.mkdtemp(prefix="clais-server-"))
    if os.geteuid() == 0:  # PostgreSQL refuses to be run by root.
        make_system_user()
        shutil.chown(directory, SYSTEM_USER)
    server = Server(folder, directory / "data", free_port())
    word = directory / "password"
    word.write_text(server.password)
    word.chmod(0o644)

    try:
        options = ("--auth=scram-sha-256", "--encoding=utf8", "-U", "postgres", f"--pwfile={word}")
        run_program(folder, "initdb", server.directory, *options)
        with (server.directory / "postgresql.conf").open("a") as file:
            file.write(f"{SETTINGS}port = {server.port}\n")
            file.write(f"unix_socket_directories = '{directory}'\n")
        server.start()
        try:
            yield server
        finally:
            run_program(folder, "pg_ctl", server.directory, "stop", "-m", "immediate")
    finally:
        shutil.rmtree(directory, ignore_errors=True)


def run_program(folder: Path, program: str, directory: Path, *arguments: str) -> None:
    """Run one of a server's programs on its data, as the user who owns them."""
    owner = pwd.getpwuid(directory.parent.stat().st_uid)
    who = {} if owner.pw_uid == os.geteuid() else {"user": owner.pw_uid, "group": owner.pw_gid}
    quiet = subprocess.DEVNULL
    subprocess.run(
        [str(folder / program), "-D", str(directory), *arguments],
        check=True,
        stdout=quiet,
        stderr=quiet,
        cwd="/",
        start_new_session=True,
        **who,  # type: ignore[call-overload]
    )


def free_port() -> int:
    """A port that nobody listens on just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
