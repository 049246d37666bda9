"""Databases as earlier releases made them, restored from their dumps; people who use one while it is upgraded."""

import gzip
import re
import secrets
import threading
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import Engine, create_engine, func, insert, make_url, select, text

from clais.database import Scope, open_engine, unit_of_work
from clais.database.roles import ensure_roles, prepare_database
from clais.registry.models import Partner, Tenant
from config.diagnosis.picture import settled
from config.release import RELEASES, dump
from config.tools import Tools

DUMPS = sorted(RELEASES.glob("*.sql.gz"))
HOLD_SECONDS = 0.02


@contextmanager
def new_database(server: str, template: str = "template1") -> Iterator[str]:
    """The superuser URL of a copy of `template`, into which the application may come; dropped at the end."""
    name = f"clais_release_{secrets.token_hex(4)}"
    maintenance = create_engine(make_url(server).set(drivername="postgresql+psycopg"), isolation_level="AUTOCOMMIT")
    with maintenance.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY FILE_COPY"))
    url = make_url(server).set(database=name)
    engine = create_engine(url.set(drivername="postgresql+psycopg"))
    with engine.begin() as connection:
        ensure_roles(connection)
        prepare_database(connection)
    engine.dispose()
    try:
        yield url.render_as_string(hide_password=False)
    finally:
        with maintenance.connect() as connection:
            connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
        maintenance.dispose()


@contextmanager
def restored(server: str, file: Path, directory: Path) -> Iterator[str]:
    """The superuser URL of a new database with the rows of `file`; dropped at the end."""
    plain = directory / file.stem
    plain.write_bytes(gzip.decompress(file.read_bytes()))
    with new_database(server) as url:
        Tools(url).run("psql", ["--quiet", "--no-psqlrc", "--set=ON_ERROR_STOP=1", f"--file={plain}"])
        yield url


def schema_of(url: str) -> str:
    """The tables, policies and grants of a database as SQL, without what differs from one dump to the next."""
    lines = re.sub(r"^--.*\n|^\n", "", dump(url, "--schema-only"), flags=re.MULTILINE).splitlines()
    return "\n".join(settled(line) for line in lines)


def counts_of(engine: Engine) -> dict[str, int]:
    """How many rows each table has, as only a superuser sees."""
    with engine.connect() as connection:
        names = connection.execute(text("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")).scalars()
        return {
            name: connection.execute(text(f"SELECT count(*) FROM {name}")).scalar_one()
            for name in names
            if name != "alembic_version"
        }


@dataclass
class Crowd:
    """People at work on a database: each reads every table and adds a partner, over and over."""

    engine: Engine
    tables: Sequence[str] = ()
    readings: int = 0
    written: int = 0
    slowest_seconds: float = 0
    faults: list[BaseException] = field(default_factory=list)
    _over: threading.Event = field(default_factory=threading.Event)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @contextmanager
    def at_work(self, hands: int = 3) -> Iterator[None]:
        """As long as the block lasts, `hands` of them work."""
        threads = [threading.Thread(target=self._work, args=(number,)) for number in range(hands)]
        for thread in threads:
            thread.start()
        try:
            yield
        finally:
            self._over.set()
            for thread in threads:
                thread.join()

    def _work(self, number: int) -> None:
        with unit_of_work(self.engine, Scope()) as session:
            # Only what an earlier release has too.
            places = select(Tenant.id, Tenant.basin_id).where(Tenant.kind == "local_platform").order_by(Tenant.slug)
            tenants = session.execute(places).all()
        tenant = tenants[number % len(tenants)]
        scope = Scope(tenant_id=tenant.id, basin_id=tenant.basin_id)
        while not self._over.is_set():
            begun = time.monotonic()
            try:
                with unit_of_work(self.engine, scope) as session:
                    for table in self.tables:
                        session.execute(text(f"SELECT 1 FROM {table} LIMIT 1")).all()
                    # Only the columns that an earlier release has too.
                    facts = {"tenant_id": tenant.id, "name": "Pendant la mise à jour", "kind": "association"}
                    session.execute(insert(Partner).values(**facts))
                    time.sleep(HOLD_SECONDS)
            except Exception as error:  # noqa: BLE001 - whatever someone at work would meet
                self.faults.append(error)
                return
            with self._lock:
                self.readings += 1
                self.written += 1
                self.slowest_seconds = max(self.slowest_seconds, time.monotonic() - begun)


@contextmanager
def tables_in_use(engine: Engine, tables: Iterable[str], seconds: float) -> Iterator[None]:
    """Someone reads tables in one transaction that lasts, like a backup: nobody may change them meanwhile."""
    connection = engine.connect()
    for table in tables:
        connection.execute(select(func.count()).select_from(text(table)))
    timer = threading.Timer(seconds, connection.rollback)
    timer.start()
    try:
        yield
    finally:
        timer.join()
        connection.close()


def application_of(url: str) -> Engine:
    """The application's pool on a database, with a connection for each of the crowd."""
    return open_engine(make_url(url).set(username="clais_app", password=None))
