"""What is measured on: an embedded server of its own, as durable as production, seeded once and kept. Each run works on
a copy, so that what it writes is not there for the next.
"""

import hashlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import URL, Connection, Engine, create_engine, make_url, text

from clais.database import embedded, open_engine
from clais.database.roles import close_to_others
from clais.database.upgrade import upgrade
from clais.encryption import Keyring
from config.demo.large_federation import REFERRED, SENT_WEIGHTS, seed_many
from config.settings import ROOT

SEEDED_FROM = (
    "migrations",
    "config/demo",
    "tenants/people/matching",
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
    base = make_url(server).set(drivername="postgresql+psycopg")
    alone = Size(1, size.others, size.others)
    _seed(base, name, keyring, size, progress=progress)
    # The centre of the single platform also gets a full page in its inbox, so that the pages are comparable.
    _seed(base, f"{name}_alone", keyring, alone, sent={"requested": 1}, referred=0.15, progress=progress)
    many, one = _copied(base, name), _copied(base, f"{name}_alone")
    return Databases(size, _as_application(many), many, _as_application(one), keyring, directory)


def _fingerprint() -> str:
    """A hash of the sources of the rows: when it changes, the rows are made again."""
    digest = hashlib.sha256()
    for source in SEEDED_FROM:
        path = ROOT / source
        for file in [path] if path.is_file() else sorted(path.rglob("*.py")):
            digest.update(file.read_bytes())
    return digest.hexdigest()[:12]


def _seed(
    base: URL,
    name: str,
    keyring: Keyring,
    size: Size,
    *,
    sent: Mapping[str, int] = SENT_WEIGHTS,
    referred: float = REFERRED,
    progress: bool,
) -> None:
    """Make a seeded database, once; it gets its name when it is whole, so that an interrupted one is never measured."""
    draft = f"{name}_draft"
    with _at(base.set(database="postgres")) as connection:
        if connection.execute(text("SELECT 1 FROM pg_database WHERE datname = :name"), {"name": name}).scalar():
            return
        connection.execute(text(f'DROP DATABASE IF EXISTS "{draft}" WITH (FORCE)'))
        connection.execute(text(f'CREATE DATABASE "{draft}"'))
    upgrade(base.set(database=draft).render_as_string(hide_password=False))
    engine = open_engine(_as_application(base.set(database=draft)))
    skew = size.largest if size.tenants > 1 else None
    seed_many(
        engine, keyring, tenants=size.tenants, candidates=size.people, skew=skew, progress=progress, tag=TAG,
        sent=sent, referred=referred,
    )  # fmt: skip
    engine.dispose()
    with _at(base.set(database=draft)) as connection:
        # In production autovacuum has done this before a table has so many rows.
        connection.execute(text("VACUUM (ANALYZE)"))
    with _at(base.set(database="postgres")) as connection:
        connection.execute(text(f'ALTER DATABASE "{draft}" RENAME TO "{name}"'))


def _copied(base: URL, name: str) -> URL:
    """The superuser's URL of a fresh copy of a seeded database; replaces the copy of the last run."""
    copy = f"{name}_run"
    with _at(base.set(database="postgres")) as connection:
        connection.execute(text(f'DROP DATABASE IF EXISTS "{copy}" WITH (FORCE)'))
        connection.execute(text(f'CREATE DATABASE "{copy}" TEMPLATE "{name}" STRATEGY FILE_COPY'))
        # A copy has the rows and rights of what it was copied from, but not those on the database itself.
        close_to_others(connection, copy)
    return base.set(database=copy)


def _as_application(url: URL) -> URL:
    return url.set(username="clais_app", password=None)


@contextmanager
def _at(url: URL) -> Iterator[Connection]:
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        yield connection
    engine.dispose()
