"""The keys of an installation: made at the first start, and known to be those of its database at every other one."""

import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import TypeVar
from uuid import UUID

from psycopg.errors import UndefinedTable
from sqlalchemy import Column, Connection, Engine, LargeBinary, Table, select
from sqlalchemy.exc import IntegrityError, OperationalError, ProgrammingError

from clais.audit.models import AuditSeal
from clais.database import Scope, unit_of_work
from clais.database.engine import NoTimeoutsError, PoolerBetweenError, check_connection
from clais.encryption import DecryptionFailed, InvalidKeyring, Keyring
from clais.keyring_check.actions import seal_check
from clais.keyring_check.queries import has_check, opens_check
from clais.registry.models import Tenant
from config.features import METADATA
from config.settings import Settings
from tenants.people.models import Person

PATIENCE_SECONDS = 30
"""A database that starts beside us has this long to answer."""
Result = TypeVar("Result")


class CannotStart(RuntimeError):  # noqa: N818 - it reads as what is wrong.
    """Starting would harm what is stored; the text is for the screen, in French."""


class KeysAreMissing(CannotStart):
    """The database was used but there are no keys: new keys could not decrypt what it holds."""

    def __init__(self, path: Path) -> None:
        super().__init__(
            f"Cette base a déjà servi, mais il n'y a pas de clés : {path} manque. Remettez le fichier qui va avec "
            "elle (il se garde avec les sauvegardes), puis recommencez."
        )


class WrongKeys(CannotStart):
    """The keys are not those of this database: what is sealed with them could not be read beside the rest."""

    def __init__(self, path: Path, why: str = "Ces clés ne sont pas celles de cette base") -> None:
        super().__init__(
            f"{why} : {path}. Remettez le fichier qui va avec elle (il se garde avec les sauvegardes), puis "
            "recommencez. Rien n'a été écrit."
        )


class PoolerBetween(CannotStart):
    """A pooler stands between that the settings do not name."""

    def __init__(self) -> None:
        super().__init__(
            "Un répartiteur de connexions (PgBouncer…) se trouve entre CLAIS et PostgreSQL. S'il change de connexion à "
            "chaque transaction, ajoutez CLAIS_POOLED=yes et CLAIS_DIRECT_DATABASE_URL ; voyez « Growing » dans le "
            "README. Rien n'a été écrit."
        )


class NoTimeouts(CannotStart):
    """The connection does not get the timeouts that it needs."""

    def __init__(self, names: str) -> None:
        super().__init__(
            f"Les connexions de clais_app n'ont pas de limite de temps ({names}). Lancez « clais db upgrade » avec "
            "CLAIS_POOLED=yes : la commande les donne au rôle."
        )


class TablesAreMissing(CannotStart):
    """The migrations have not run."""

    def __init__(self) -> None:
        super().__init__("Les tables ne sont pas à jour. Lancez d'abord « clais db upgrade ».")


def keyring_of(settings: Settings, engine: Engine) -> Keyring:
    """The encryption keys, made at the first start. Raises CannotStart unless they are those of this database.

    Raises OperationalError when the database does not answer in time.
    """
    path = settings.keyring_path
    _when_it_answers(lambda: check_pool(settings, engine))
    try:
        if not path.exists():
            if _when_it_answers(lambda: was_used(engine)):
                raise KeysAreMissing(path)
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            with suppress(FileExistsError):  # Another process made it first: its keys stand.
                Keyring.generate(path)
        keyring = Keyring.from_file(path)
        if not _when_it_answers(lambda: _fits(engine, keyring)):
            raise WrongKeys(path)
    except InvalidKeyring as error:
        raise WrongKeys(path, f"Ce fichier de clés n'est pas utilisable ({error})") from error
    except ProgrammingError as error:
        if isinstance(error.orig, UndefinedTable):
            raise TablesAreMissing from error
        raise
    return keyring


def check_pool(settings: Settings, engine: Engine) -> None:
    """Refuse a pooler that the settings do not name. Raises CannotStart, OperationalError."""
    try:
        check_connection(engine, pooled=settings.pooled)
    except PoolerBetweenError as error:
        raise PoolerBetween from error
    except NoTimeoutsError as error:
        raise NoTimeouts(str(error)) from error


def _when_it_answers(ask: Callable[[], Result]) -> Result:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while True:
        try:
            return ask()
        except OperationalError:
            if time.monotonic() > deadline:
                raise
            time.sleep(1)


def was_used(engine: Engine) -> bool:
    """Whether a keyring was used beside this database, or someone is registered in it."""
    with _scoped(engine, Scope()) as connection:
        if has_check(connection):
            return True
    for tenant_id in _tenants(engine):
        with _scoped(engine, Scope(tenant_id=tenant_id)) as connection:
            if holds_something(connection, tenant_id):
                return True
    return False


def holds_something(connection: Connection, tenant_id: UUID) -> bool:
    """Whether a tenant, in whose scope `connection` is, has people or sealed rows."""
    person = select(Person.id).where(Person.tenant_id == tenant_id).limit(1)
    return connection.execute(person).first() is not None or any(_sealed_rows(connection, tenant_id))


def _fits(engine: Engine, keyring: Keyring) -> bool:
    """Whether these are the keys of the database, which gets its check value when it has none yet."""
    with _scoped(engine, Scope()) as connection:
        known = opens_check(connection, keyring)
    if known is not None:
        return known
    for tenant_id in _tenants(engine):
        with _scoped(engine, Scope(tenant_id=tenant_id)) as connection:
            if unreadable(connection, keyring, tenant_id):
                return False
    try:
        with unit_of_work(engine, Scope()) as session:
            seal_check(session, keyring)
    except IntegrityError:  # Another process wrote it first.
        return _fits(engine, keyring)
    return True


def unreadable(connection: Connection, keyring: Keyring, tenant_id: UUID) -> list[str]:
    """The columns of a tenant, in whose scope `connection` is, of which the first or the last row does not open."""
    found = []
    for name, column, row_id, sealed in _sealed_rows(connection, tenant_id):
        try:
            keyring.decrypt(sealed, table=name, column=column, tenant_id=tenant_id, row_id=row_id)
        except DecryptionFailed:
            found.append(f"{name}.{column}")
    return sorted(set(found))


def sealed_columns() -> list[tuple[Table, Column[bytes]]]:
    """Every column of a tenant's table that the keyring encrypts: bytes that are no hash, and no seal of the trail."""
    return [
        (table, column)
        for table in METADATA.sorted_tables
        for column in table.columns
        if isinstance(column.type, LargeBinary)
        and not column.name.endswith("_hash")
        and "tenant_id" in table.columns
        and table is not AuditSeal.__table__
    ]


def _sealed_rows(connection: Connection, tenant_id: UUID) -> Iterator[tuple[str, str, UUID, bytes]]:
    for table, column in sealed_columns():
        rows = select(table.c.id, column).where(table.c.tenant_id == tenant_id, column.is_not(None)).limit(1)
        for order in (table.c.id.asc(), table.c.id.desc()):
            for row_id, sealed in connection.execute(rows.order_by(order)):
                yield table.name, column.name, row_id, sealed


def _tenants(engine: Engine) -> list[UUID]:
    with _scoped(engine, Scope()) as connection:
        return list(connection.execute(select(Tenant.id)).scalars())


def _scoped(engine: Engine, scope: Scope) -> Connection:
    return engine.execution_options(scope=scope).connect()
