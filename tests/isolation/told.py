"""What a tenant tells another one, tried by those who may not read or write it, and what would let them."""

from collections.abc import Mapping
from dataclasses import dataclass

import psycopg
from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError

from clais.database import Base
from migrations.protection_v1 import OWN, TENANT
from tests.isolation.catalogue import instead, transaction_of
from tests.support.federation import Member

BOTH = f"{OWN} OR to_tenant_id = {TENANT}"


@dataclass(frozen=True)
class Try:
    """A statement of someone who may not, and what would let it pass. `by` is who tries."""

    by: str
    statement: str
    fault: str


def tries_on_ones_own(table: str, changed: str, columns: str, values: str) -> dict[str, tuple[str, str]]:
    """What a colleague tries with a row that is its author's alone, and what would let it pass; `changed` is an
    assignment, and `values` of `columns` make a row in the author's name.
    """
    mine = "WHERE tenant_id = :owner AND id = :id"
    return {
        "reads": (f"SELECT 1 FROM {table} {mine}", instead(table, "SELECT", OWN)),
        "changes": (f"UPDATE {table} SET {changed} {mine}", instead(table, "ALL", OWN, OWN)),
        "deletes": (f"DELETE FROM {table} {mine}", instead(table, "ALL", OWN, OWN)),
        "writes in the name of": (
            f"INSERT INTO {table} ({columns}) VALUES ({values})",
            instead(table, "INSERT", check=OWN),
        ),
    }


def tries_of(table: str, column: str) -> dict[str, Try]:
    """What is tried with a row of a table; `column` is one that its owner changes, or any where nobody does."""
    mine = f"{table} WHERE tenant_id = :owner AND id = :id"
    return {
        f"{table}: its reader changes it": Try(
            "reader", f"UPDATE {mine.replace(' WHERE', f' SET {column} = {column} WHERE')}",
            f"{instead(table, 'UPDATE', BOTH, BOTH)} GRANT UPDATE ({column}) ON {table} TO clais_app",
        ),
        f"{table}: its reader forgets it": Try(
            "reader", f"DELETE FROM {mine}",
            f"{instead(table, 'DELETE', BOTH)} GRANT DELETE ON {table} TO clais_app",
        ),
        f"{table}: its owner tells it to another": Try(
            "owner", f"UPDATE {mine.replace(' WHERE', ' SET to_tenant_id = :other WHERE')}",
            f"GRANT UPDATE (to_tenant_id) ON {table} TO clais_app",
        ),
        f"{table}: another reads it": Try("other", f"SELECT 1 FROM {mine}", instead(table, "SELECT", "true")),
    }  # fmt: skip


def touched(
    one: Try, owner: Member, reader: Member, other: Member, row: Base, fault: tuple[Engine, str] | None = None
) -> int:
    """How many rows a try touches; none when it is refused. `row` is a new one that `owner` tells `reader`."""
    with owner.at_work() as session:
        session.add(row)
    facts = {"owner": owner.tenant.id, "id": row.id, "other": other.tenant.id}  # type: ignore[attr-defined]
    return rows_of({"owner": owner, "reader": reader, "other": other}[one.by], one.statement, facts, fault)


def rows_of(who: Member, statement: str, facts: Mapping[str, object], fault: tuple[Engine, str] | None = None) -> int:
    """How many rows a statement of a member touches; it leaves nothing behind when a fault is planted for it."""
    named = {name: value for name, value in facts.items() if f":{name}" in statement}
    try:
        with transaction_of(who, fault) as connection:
            return connection.execute(text(statement), named).rowcount
    except DBAPIError as error:
        if isinstance(error.orig, psycopg.errors.InsufficientPrivilege):
            return 0
        raise
