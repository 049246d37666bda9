"""Ways to a row of someone else, in SQL: each is tried in a transaction of its own, which is committed."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import psycopg
from sqlalchemy import Connection, Engine, Insert, Table, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.exc import DatabaseError

from tests.isolation.test_catalogue import CHANGED_IN_PART, NEVER_DELETED

Act = Callable[[Connection], int]
Ways = Iterator[tuple[str, Act]]
Row = Mapping[str, Any]

REFUSALS = (
    psycopg.errors.InsufficientPrivilege,
    psycopg.errors.FeatureNotSupported,  # COPY FROM under row security
    psycopg.errors.ForeignKeyViolation,
)
HARMLESS = {"nothing", "refused"}
LOOKING = ("select", "select by key", "select through a function", "copy out")
"""The ways of `reading`."""


def attempt(engine: Engine, act: Act) -> str:
    """Try one act in a transaction that is committed: 'refused', 'nothing', or what it did."""
    with engine.connect() as connection:
        connection.begin()  # COPY goes to the driver: the scope must be open before.
        try:
            touched = act(connection)
            connection.commit()
        except (DatabaseError, psycopg.Error) as error:
            cause = error.orig if isinstance(error, DatabaseError) else error
            return "refused" if isinstance(cause, REFUSALS) else f"failed otherwise: {type(cause).__name__} {cause}"
    return f"touched {touched} rows" if touched else "nothing"


def run(statement: str, values: Row) -> Act:
    """An act of one statement; it answers the number of rows read or written."""

    def act(connection: Connection) -> int:
        result = connection.execute(text(statement), values)
        return len(result.fetchall()) if result.returns_rows else result.rowcount

    return act


def insert(table: Table, row: Row) -> Act:
    """An act that inserts one row."""
    return writes(table.insert().values(**row))


def writes(statement: Insert) -> Act:
    """An act of an INSERT, whose rows the driver does not count."""

    def act(connection: Connection) -> int:
        connection.execute(statement)
        return 1

    return act


def put_in_place(table: Table, former: Row, row: Row) -> Act:
    """An act that inserts one row in the place of a former one, with which it would collide."""

    def act(connection: Connection) -> int:
        connection.execute(text(f"DELETE FROM {table.name} WHERE {keyed(table)}"), key_of(table, former))
        return insert(table, row)(connection)

    return act


def collides(table: Table, former: Row, row: Row) -> bool:
    """Whether a uniqueness would refuse a row because of another one."""
    uniques = [list(rule.columns) for rule in table.constraints if isinstance(rule, UniqueConstraint)]
    if table.name not in NEVER_DELETED:
        uniques += [list(index.columns) for index in table.indexes if index.unique]
    return any(all(row[column.name] == former[column.name] for column in columns) for columns in uniques)


def copy_out(table: Table, mark: object) -> Act:
    """An act that copies a whole table out and counts the lines that hold a mark."""

    def act(connection: Connection) -> int:
        driver = connection.connection.driver_connection
        assert driver is not None
        with driver.cursor().copy(f"COPY {table.name} TO STDOUT") as copy:
            return sum(str(mark).encode() in bytes(block) for block in copy)

    return act


def copy_in(table: Table) -> Act:
    """An act that copies a line in."""

    def act(connection: Connection) -> int:
        driver = connection.connection.driver_connection
        assert driver is not None
        with driver.cursor().copy(f"COPY {table.name} FROM STDIN") as copy:
            copy.write(b"x")
        return 1

    return act


def keyed(table: Table, alias: str = "") -> str:
    """The condition that names one row of a table by its whole key."""
    return " AND ".join(f"{alias}{column.name} = :{column.name}" for column in table.primary_key)


def key_of(table: Table, row: Row) -> dict[str, Any]:
    """The values of that condition."""
    return {column.name: row[column.name] for column in table.primary_key}


def reading(table: Table, theirs: Row, owner: str) -> Ways:
    """Ways to see a row; `owner` is the column that says whose it is."""
    name = table.name
    yield "select", run(f"SELECT 1 FROM {name} WHERE {owner} = :owner", {"owner": theirs[owner]})
    yield "select by key", run(f"SELECT 1 FROM {name} WHERE {keyed(table)}", key_of(table, theirs))
    yield (
        "select through a function",
        run(f"SELECT 1 FROM {name} t WHERE strpos(t::text, :mark) > 0", {"mark": str(theirs[owner])}),
    )
    yield "copy out", copy_out(table, theirs[owner])


def writing(table: Table, theirs: Row, new_row: Row) -> Ways:
    """Ways to change a row, and to add `new_row` beside it. A column that may be updated is set to its own value:
    a refusal is then about the row, not about the column.
    """
    name, key = table.name, key_of(table, theirs)
    column = min(CHANGED_IN_PART.get(name, ()), default=next(iter(table.primary_key)).name)
    yield "insert", insert(table, new_row)
    yield "update", run(f"UPDATE {name} SET {column} = {column} WHERE {keyed(table)}", key)
    yield "lock", run(f"SELECT 1 FROM {name} WHERE {keyed(table)} FOR UPDATE", key)
    yield (
        "merge",
        run(
            f"MERGE INTO {name} t USING (SELECT 1) s ON {keyed(table, 't.')} "
            f"WHEN MATCHED THEN UPDATE SET {column} = t.{column}",
            key,
        ),
    )
    yield "on conflict", on_conflict(table, theirs, column)
    yield "copy in", copy_in(table)
    yield "delete", run(f"DELETE FROM {name} WHERE {keyed(table)}", key)


def on_conflict(table: Table, row: Row, column: str) -> Act:
    """An act that inserts a row that exists already, and updates the existing one instead."""
    known = [each.name for each in table.primary_key]
    values = {name: value for name, value in row.items() if table.columns[name].computed is None}
    statement = upsert(table).values(**values).on_conflict_do_update(index_elements=known, set_={column: row[column]})
    return writes(statement)


def moving(table: Table, mine: Row, theirs: Row, owner: str) -> Ways:
    """The way that gives a row of one's own to someone else."""
    statement = f"UPDATE {table.name} SET {owner} = :new_owner WHERE {keyed(table)}"
    yield "move there", run(statement, key_of(table, mine) | {"new_owner": theirs[owner]})
