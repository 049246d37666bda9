"""What is measured on: an embedded server of its own, as durable as production, seeded once and kept."""

import hashlib
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import URL, Engine, create_engine, make_url, text

from clais.database import embedded, open_engine
from clais.database.upgrade import upgrade
from clais.encryption import Keyring
from config.demo.many import seed_many
from config.settings import ROOT

SEEDED_FROM = (
    "migrations/versions",
    "platform/clais/database/protection.py",
    "config/demo",
    "tenants/people/names.py",
    "tenants/people/keys.py",
    "tenants/people/duplicates.py",
)
TAG = "mesure"


@dataclass(frozen=True, slots=True)
class Size:
    """How much is seeded: tenants, people in all, and people in the first tenant."""

    tenants: int
    people: int
    largest: int

    @property
    def others(self) -> int:
        """About how many people each of the other tenants has."""
        return (self.people - self.largest) // max(1, self.tenants - 1)


FULL = Size(tenants=100, people=100_000, largest=20_000)
QUICK = Size(tenants=3, people=300, largest=180)


@dataclass(frozen=True, slots=True)
class Databases:
    """The URLs of a federation of `size`, and of one whose only tenant is like one of the others."""

    size: Size
    url: URL
    superuser_url: URL
    alone_url: URL
    keyring: Keyring
    directory: Path

    def engine(self) -> Engine:
        """The application's pool on the federation."""
        return open_engine(self.url)


def prepare(size: Size, directory: Path, server: str | None = None, *, progress: bool = True) -> Databases:
    """Start the server in `directory` (or use `server`, a superuser's URL) and seed what is not there yet."""
    directory.mkdir(parents=True, exist_ok=True)
    server = server or embedded.start(directory / "bench-postgres")
    keys = directory / "bench-keyring.json"
    keyring = Keyring.from_file(keys) if keys.exists() else Keyring.generate(keys)
    mark = f"{_fingerprint()}_{hashlib.sha256(keyring.lookup_key).hexdigest()[:6]}"
    name = f"bench_{mark}_{size.tenants}_{size.people}"
    url = _seeded(server, name, keyring, size, progress=progress)
    alone = Size(1, size.others, size.others)
    alone_url = _seeded(server, f"{name}_alone", keyring, alone, progress=progress)
    superuser = make_url(server).set(drivername="postgresql+psycopg", database=name)
    return Databases(size, url, superuser, alone_url, keyring, directory)


def _fingerprint() -> str:
    """Changes when what the rows are made from changes: then they are made anew."""
    digest = hashlib.sha256()
    for source in SEEDED_FROM:
        path = ROOT / source
        for file in [path] if path.is_file() else sorted(path.rglob("*.py")):
            digest.update(file.read_bytes())
    return digest.hexdigest()[:12]


def _seeded(server: str, name: str, keyring: Keyring, size: Size, *, progress: bool) -> URL:
    """A seeded database; it gets its name when it is whole, so that an interrupted one is never measured."""
    base = make_url(server).set(drivername="postgresql+psycopg")
    maintenance = create_engine(base.set(database="postgres"), isolation_level="AUTOCOMMIT")
    application = base.set(database=name, username="clais_app", password=None)
    draft = f"{name}_draft"
    with maintenance.connect() as connection:
        known = connection.execute(text("SELECT 1 FROM pg_database WHERE datname = :name"), {"name": name}).scalar()
        if known:
            maintenance.dispose()
            return application
        connection.execute(text(f'DROP DATABASE IF EXISTS "{draft}" WITH (FORCE)'))
        connection.execute(text(f'CREATE DATABASE "{draft}"'))
    upgrade(base.set(database=draft).render_as_string(hide_password=False))
    engine = open_engine(application.set(database=draft))
    skew = size.largest if size.tenants > 1 else None
    seed_many(engine, keyring, tenants=size.tenants, candidates=size.people, skew=skew, progress=progress, tag=TAG)
    engine.dispose()
    owner = create_engine(base.set(database=draft), isolation_level="AUTOCOMMIT")
    with owner.connect() as connection:
        # As production's autovacuum would have done by the time that there are so many rows.
        connection.execute(text("VACUUM (ANALYZE)"))
    owner.dispose()
    with maintenance.connect() as connection:
        connection.execute(text(f'ALTER DATABASE "{draft}" RENAME TO "{name}"'))
    maintenance.dispose()
    return application
