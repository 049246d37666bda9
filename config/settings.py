import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

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
    demo: bool

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ) -> "Settings":
        """Read the `CLAIS_*` variables and `PORT`; every one has a default that suits a first look."""
        directory = Path(environment.get("CLAIS_DIRECTORY", str(ROOT / "var"))).resolve()
        port = int(environment.get("PORT", "8000"))
        return cls(
            directory=directory,
            database_url=environment.get("CLAIS_DATABASE_URL") or None,
            owner_database_url=environment.get("CLAIS_OWNER_DATABASE_URL") or None,
            port=port,
            host=environment.get("CLAIS_HOST", "127.0.0.1"),
            secure_cookies=environment.get("CLAIS_SECURE_COOKIES", "no") == "yes",
            trusted_proxies=int(environment.get("CLAIS_TRUSTED_PROXIES", "0")),
            mail_url=environment.get("CLAIS_MAIL_URL") or None,
            mail_from=environment.get("CLAIS_MAIL_FROM", "ne-pas-repondre@clais.example"),
            public_url=environment.get("CLAIS_PUBLIC_URL", f"http://127.0.0.1:{port}"),
            demo=environment.get("CLAIS_DEMO", "no") == "yes",
        )

    @property
    def embedded(self) -> bool:
        return self.database_url is None

    @property
    def postgres_directory(self) -> Path:
        return self.directory / "postgres"

    @property
    def mail_directory(self) -> Path:
        return self.directory / "mail"

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
