import json
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any
from uuid import UUID

from psycopg import RawCursor
from sqlalchemy import Column, Connection, Engine, Table, select
from sqlalchemy.dialects.postgresql import JSONB

from clais.audit.models import AuditEvent
from clais.database import Base, Scope
from clais.encryption import Keyring
from clais.sealing import seal
from config.demo.engine.dice import Dice
from config.features import METADATA
from tenants.self_assessments.models import SelfAssessmentAnswer
from tenants.tasks.models import OwnTask

_ROWS_A_STATEMENT = 250
_MOST_PARAMETERS = 60_000  # The protocol counts them in 16 bits.
_NO_DEFAULT = object()
_IN_THEIR_NAMES = {AuditEvent.__tablename__, SelfAssessmentAnswer.__tablename__, OwnTask.__tablename__}
"""Tables that take what is someone's own from their account alone."""


@dataclass(frozen=True, slots=True)
class _Column:
    name: str
    default: Any
    json: bool


@cache
def _written(table: Table) -> list[Column[Any]]:
    """The columns that a row brings; the others the database computes."""
    return [
        column
        for column in table.columns
        if column.computed is None and (column.server_default is None or column.default is not None)
    ]


@cache
def _columns(table: Table) -> tuple[_Column, ...]:
    """The columns of a table with what stands in them when a row does not say."""
    found = []
    for column in _written(table):
        default: Any = None if column.nullable else _NO_DEFAULT
        if column.default is not None and column.default.is_scalar:
            default = column.default.arg  # type: ignore[attr-defined]
        found.append(_Column(column.name, default, isinstance(column.type, JSONB)))
    return tuple(found)


_EMPTY: dict[str, Any] = {"details": {}, "settings": {}, "presence": {}}
"""JSON columns that hold an object; the others hold a list."""


@dataclass(frozen=True, slots=True)
class ToSeal:
    """What a row's column `sealed` is to hold: the ledger seals it, since it gives the row its key."""

    contents: Any


class Ledger:
    """The rows of one tenant, complete in every column, before they are written.

    A row's key and its moments come from the dice and the moment given, so that the same history has the same keys.
    """

    def __init__(self, tenant_id: UUID, keyring: Keyring | None = None) -> None:
        self.tenant_id = tenant_id
        self.keyring = keyring
        self.rows: dict[str, list[tuple[Any, ...]]] = defaultdict(list)

    def add(self, model: type[Base], dice: Dice, moment: datetime, **values: Any) -> UUID:
        """Put a row down as of `moment` and return its key. Raises LookupError for a column without value."""
        key: UUID = values.setdefault("id", dice.key(moment))
        values.setdefault("tenant_id", self.tenant_id)
        values.setdefault("created_at", moment)
        values.setdefault("updated_at", moment)
        if isinstance(values.get("sealed"), ToSeal):
            values["sealed"] = self._sealed(model, values)
        table = METADATA.tables[model.__tablename__]
        row = tuple([_value(column, values, table.name) for column in _columns(table)])
        self.rows[table.name].append(row)
        return key

    @property
    def keys(self) -> Keyring:
        """The keyring of a ledger that seals. Raises ValueError for another one."""
        if self.keyring is None:
            raise ValueError("this ledger seals nothing")
        return self.keyring

    def _sealed(self, model: type[Base], values: Mapping[str, Any]) -> bytes:
        return seal(
            self.keys, values["sealed"].contents, table=model.__tablename__, tenant_id=values["tenant_id"],
            row_id=values["id"],
        )  # fmt: skip

    def read(self, model: type[Base]) -> Iterator[dict[str, Any]]:
        """The rows put down for `model`, for tests and summaries; JSON columns as text."""
        names = [column.name for column in _columns(METADATA.tables[model.__tablename__])]
        for row in self.rows.get(model.__tablename__, ()):
            yield dict(zip(names, row, strict=True))

    def __len__(self) -> int:
        return sum(map(len, self.rows.values()))


def _value(column: _Column, values: Mapping[str, Any], table: str) -> Any:
    value = values.get(column.name, column.default)
    if value is _NO_DEFAULT:
        if not column.json:
            raise LookupError(f"{table}.{column.name}")
        value = _EMPTY.get(column.name, [])
    return json.dumps(value, ensure_ascii=False) if column.json and value is not None else value


def write(engine: Engine, scope: Scope, ledger: Ledger, wrote: Callable[[int], object] = lambda _count: None) -> None:
    """Write a ledger as the application's role in one transaction of its tenant; `wrote` hears of each batch's rows.

    Multi-row INSERT … VALUES: row security refuses COPY, and Citus INSERT … SELECT (architecture, *Scale*).
    """
    with engine.execution_options(scope=scope).begin() as connection:
        for table in METADATA.sorted_tables:
            rows = ledger.rows.get(table.name)
            if rows and table.name in _IN_THEIR_NAMES:
                _insert_in_their_names(connection, scope, table, rows, wrote)
            elif rows:
                _insert(connection, table, rows, wrote)


def write_once(engine: Engine, scope: Scope, ledger: Ledger) -> None:
    """Write a ledger, unless an earlier run that was interrupted has: one of its rows says so for all of them."""
    table = METADATA.tables[next(iter(ledger.rows))]
    place = [column.name for column in _written(table)].index("id")
    key = table.c["id"] == ledger.rows[table.name][0][place]
    mine = key & (table.c["tenant_id"] == ledger.tenant_id) if "tenant_id" in table.c else key
    with engine.execution_options(scope=scope).connect() as connection:
        is_there = connection.execute(select(table.c["id"]).where(mine)).first() is not None
    if not is_there:
        write(engine, scope, ledger)


def _insert_in_their_names(
    connection: Connection, scope: Scope, table: Table, rows: list[tuple[Any, ...]], wrote: Callable[[int], object]
) -> None:
    """What the database takes in a scope of theirs: what each one did, or said of themselves."""
    place = [column.name for column in _written(table)].index("user_id")
    by_user: dict[UUID | None, list[tuple[Any, ...]]] = defaultdict(list)
    for row in rows:
        by_user[row[place]].append(row)
    for user_id, done in by_user.items():
        _enter(connection, user_id or scope.user_id)
        _insert(connection, table, done, wrote)
    _enter(connection, scope.user_id)


def _enter(connection: Connection, user_id: UUID) -> None:
    connection.exec_driver_sql(f"SET LOCAL app.user_id = '{UUID(str(user_id))}'")


def _insert(connection: Connection, table: Table, rows: list[tuple[Any, ...]], wrote: Callable[[int], object]) -> None:
    width = len(_written(table))
    size = min(_ROWS_A_STATEMENT, _MOST_PARAMETERS // width)
    # Straight to the driver, with the server's own placeholders: rewriting thousands of %s would take most of the time.
    with RawCursor(connection.connection.driver_connection) as cursor:  # type: ignore[arg-type]
        for start in range(0, len(rows), size):
            batch = rows[start : start + size]
            cursor.execute(_statement(table, len(batch)), [value for row in batch for value in row])
            wrote(len(batch))


@cache
def _statement(table: Table, count: int) -> bytes:
    width = len(_written(table))
    names = ", ".join(f'"{column.name}"' for column in _written(table))
    rows = (", ".join(f"${row * width + place}" for place in range(1, width + 1)) for row in range(count))
    values = ", ".join(f"({row})" for row in rows)
    # Names come from our own metadata, values travel as parameters.
    return f'INSERT INTO "{table.name}" ({names}) VALUES {values}'.encode()  # noqa: S608
