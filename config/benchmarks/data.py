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
from tenants.people.matching.keys import COMPARED

SEEDED_FROM = (
    "migrations",
    "config/demo",
    "tenants/people/matching",
)
TAG = "mesure"
COMPARED_LONG_AGO = (
    "INSERT INTO person_key (tenant_id, id, person_id, kind, key) "
    "SELECT tenant_id, gen_random_uuid(), id, :kind, '' FROM person"
)


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

    @property
    def one_of_the_others(self) -> "Size":
        """A federation whose only tenant is like one of the others."""
        return Size(1, self.others, self.others)

    @property
    def hundredth(self) -> "Size":
        """A federation of a hundredth of the tenants and a tenth of the people, with the same first tenant."""
        return Size(max(FEWEST, self.tenants // 100), max(self.people // 10, 2 * self.largest), self.largest)


FEWEST = 3
"""Tenants with which everything can be measured."""
FULL = Size(tenants=100, people=100_000, largest=20_000)
QUICK = Size(tenants=FEWEST, people=300, largest=150)
LARGE = Size(tenants=10_000, people=1_000_000, largest=20_000)


@dataclass(frozen=True, slots=True)
class Databases:
    """The URLs of a federation of `size`, and of a smaller one that it is compared with."""

    size: Size
    url: URL
    superuser_url: URL
    smaller: Size
    smaller_url: URL
    keyring: Keyring
    keys: Path
    directory: Path

    @property
    def first_is_compared(self) -> bool:
        """Whether the first tenants are alike, and not one of the others like the only one of the smaller."""
        return self.smaller.tenants > 1

    def engine(self) -> Engine:
        """The application's pool on the federation."""
        return open_engine(self.url)


def prepare(
    size: Size, smaller: Size, directory: Path, server: str | None = None, *, progress: bool = True
) -> Databases:
    """Start the server in `directory` (or use `server`, a superuser's URL) and seed what is not there yet."""
    directory.mkdir(parents=True, exist_ok=True)
    server = server or embedded.start(directory / "bench-postgres")
    keys = directory / "bench-keyring.json"
    keyring = Keyring.from_file(keys) if keys.exists() else Keyring.generate(keys)
    mark = f"{_fingerprint()}_{hashlib.sha256(keyring.lookup_key).hexdigest()[:6]}"
    base = make_url(server).set(drivername="postgresql+psycopg")
    name = f"bench_{mark}_{size.tenants}_{size.people}_{size.largest}"
    _seed(base, name, keyring, size, progress=progress)
    if smaller.tenants == 1:
        # The centre of the single platform also gets a full page in its inbox, so that the pages are comparable.
        other = f"{name}_alone"
        _seed(base, other, keyring, smaller, sent={"requested": 1}, referred=0.15, progress=progress)
    else:
        other = f"bench_{mark}_{smaller.tenants}_{smaller.people}_{smaller.largest}"
        _seed(base, other, keyring, smaller, progress=progress)
    many, few = _copied(base, name), _copied(base, other)
    return Databases(size, _as_application(many), many, smaller, _as_application(few), keyring, keys, directory)


def bytes_of(databases: Databases) -> int:
    """How much disk the federation takes."""
    with _at(databases.superuser_url) as connection:
        return int(connection.execute(text("SELECT pg_database_size(current_database())")).scalar_one())


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
    """Make a seeded database, once; it gets its name when it is whole, so that an interrupted one is never measured.

    What an interrupted one has is kept: the rest is seeded.
    """
    draft = f"{name}_draft"
    with _at(base.set(database="postgres")) as connection:
        if connection.execute(text("SELECT 1 FROM pg_database WHERE datname = :name"), {"name": name}).scalar():
            return
        if not connection.execute(text("SELECT 1 FROM pg_database WHERE datname = :name"), {"name": draft}).scalar():
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
        # They were compared with each other long ago: the worker that is measured does not begin with that.
        connection.execute(text(COMPARED_LONG_AGO), {"kind": COMPARED})
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
