import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path

from clais.limits import Limits

ROOT = Path(__file__).resolve().parents[1]
REFERENCE = ROOT / "config" / "reference"
"""The open data of every installation: municipalities, postal codes, occupations."""


@dataclass(frozen=True, slots=True)
class Settings:
    """How one installation runs, from its environment. Secrets are files under `directory`, never in the repository."""

    directory: Path
    database_url: str | None
    owner_database_url: str | None
    port: int
    host: str
    secure_cookies: bool
    trusted_proxies: int
    mail_url: str | None
    mail_from: str
    public_url: str
    public_url_is_told: bool
    demo: bool
    limits: Limits
    known_logins: frozenset[str]
    """Logins of the database server that whoever keeps it knows of, such as one that makes backups."""
    pooled: bool = False
    """Whether `database_url` leads to a pooler that gives each transaction another server process."""
    direct_database_url: str | None = None
    """The same without a pooler, for the worker that leads; None where `database_url` is direct."""
    files: str = ""
    """Where the contents of documents lie: `s3://bucket/prefix`, or a directory; `directory` has them otherwise."""
    files_endpoint: str | None = None
    """The address of a server that speaks S3, where it is not Amazon's."""
    scanner: str | None = None
    """Where `clamd` listens, as `/run/…` or `host:port`; « none » for no scanner."""

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ) -> "Settings":
        """Read the `CLAIS_*` variables and `PORT`; every one has a default that suits a first look."""
        directory = Path(environment.get("CLAIS_DIRECTORY", str(ROOT / "var"))).resolve()
        port, host = int(environment.get("PORT", "8000")), environment.get("CLAIS_HOST", "127.0.0.1")
        secure_cookies = environment.get("CLAIS_SECURE_COOKIES", "no") == "yes"
        told = environment.get("CLAIS_PUBLIC_URL", "").strip()
        return cls(
            directory=directory,
            database_url=environment.get("CLAIS_DATABASE_URL") or None,
            owner_database_url=environment.get("CLAIS_OWNER_DATABASE_URL") or None,
            port=port,
            host=host,
            secure_cookies=secure_cookies,
            trusted_proxies=int(environment.get("CLAIS_TRUSTED_PROXIES", "0")),
            mail_url=environment.get("CLAIS_MAIL_URL") or None,
            mail_from=environment.get("CLAIS_MAIL_FROM", "ne-pas-repondre@clais.example"),
            public_url=_whole_url(told, secure=secure_cookies) if told else _local_url(host, port),
            public_url_is_told=bool(told) or "PORT" in environment,
            demo=environment.get("CLAIS_DEMO", "no") == "yes",
            limits=_limits(environment),
            known_logins=frozenset(environment.get("CLAIS_KNOWN_LOGINS", "").replace(",", " ").split()),
            pooled=environment.get("CLAIS_POOLED", "no") == "yes",
            direct_database_url=environment.get("CLAIS_DIRECT_DATABASE_URL") or None,
            files=environment.get("CLAIS_FILES", "").strip(),
            files_endpoint=environment.get("CLAIS_FILES_ENDPOINT") or None,
            scanner=environment.get("CLAIS_CLAMD") or None,
        )

    @property
    def embedded(self) -> bool:
        return self.database_url is None

    @property
    def link_url(self) -> str:
        """The beginning of the links that a command or the worker writes, without a slash at the end.

        When nothing in the environment says it, it is the address at which a server of this directory last started: a
        command that is typed beside `PORT=8123 clais demo` must not print links to port 8000.
        """
        if self.public_url_is_told or not self._address_file.exists():
            return self.public_url
        return self._address_file.read_text().strip()

    def remember_address(self) -> None:
        """Store the address of the server that starts, for `link_url`."""
        self.directory.mkdir(parents=True, exist_ok=True)
        whole = self._address_file.with_suffix(f".{os.getpid()}")
        whole.write_text(f"{self.public_url}\n")
        whole.replace(self._address_file)

    @property
    def _address_file(self) -> Path:
        return self.directory / "address"

    @property
    def postgres_directory(self) -> Path:
        return self.directory / "postgres"

    @property
    def mail_directory(self) -> Path:
        return self.directory / "mail"

    @property
    def files_directory(self) -> Path:
        """The contents of documents, where they lie on this machine."""
        return Path(self.files) if self.files and not self.files.startswith("s3://") else self.directory / "files"

    @property
    def trail_heads_path(self) -> Path:
        """The file that knows the last seal of each tenant's trail, outside the database."""
        return self.directory / "trail" / "heads.json"

    def secret(self) -> str:
        """The application's secret, made once and readable by its owner only."""
        path = self.directory / "secrets" / "application"
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            temporary = path.with_suffix(f".{os.getpid()}")
            temporary.touch(mode=0o600)
            temporary.write_text(secrets.token_hex(32))
            try:
                os.link(temporary, path)
            except FileExistsError:
                pass  # Another process made it first: its secret is used.
            finally:
                temporary.unlink()
        return path.read_text().strip()

    @property
    def keyring_path(self) -> Path:
        return self.directory / "secrets" / "keyring.json"


def _limits(environment: Mapping[str, str]) -> Limits:
    """The limits of an installation, such as `CLAIS_MESSAGES_AN_HOUR=120`; ValueError for what is not above zero."""
    names = {field.name: f"CLAIS_{field.name.upper()}_AN_HOUR" for field in fields(Limits)}
    told = {name: environment[variable] for name, variable in names.items() if environment.get(variable)}
    for name, value in told.items():
        if not value.isdecimal() or int(value) < 1:
            raise ValueError(f"{names[name]}={value}: a whole number above zero is expected")
    return Limits(**{name: int(value) for name, value in told.items()})


def _whole_url(told: str, *, secure: bool) -> str:
    """The public address with its scheme and without a slash at its end."""
    whole = told if "://" in told else f"{'https' if secure else 'http'}://{told}"
    return whole.rstrip("/")


def _local_url(host: str, port: int) -> str:
    """The address of a server without a public one; a server that listens everywhere is met on this machine."""
    met = "127.0.0.1" if host in {"", "0.0.0.0", "::"} else host  # noqa: S104 - compared, not bound.
    return f"http://[{met}]:{port}" if ":" in met else f"http://{met}:{port}"
