"""Long names and texts in every row of a world, as real files have them, and the page as it was afterwards."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import (
    Column,
    Connection,
    Engine,
    String,
    Table,
    UniqueConstraint,
    bindparam,
    cast,
    func,
    select,
    update,
)

from config.features import METADATA
from tests.isolation.world import World

SHORTEST = 60
"""Columns for words are at least as long as this; what is shorter holds codes and numbers."""
NOT_WORDS = frozenset(
    {
        "body", "dedupe_key", "email", "job", "key", "location", "national_number_authorisation", "password_hash",
        "recipient", "search_key", "slug", "sort_name", "subject", "verb", "contact_email", "consent_text",
    }
)  # fmt: skip
NAMES = {
    "family_name": "Vandenbroucke-Vandermeersch El Khattabi",
    "given_names": "Marie-Antoinette Anne-Emmanuelle",
    "display_name": "Marie-Antoinette Vandenbroucke-Vandermeersch El Khattabi",
    "locality": "Chapelle-lez-Herlaimont-et-Godarville",
}
WORDS = (
    "Accompagnement socioprofessionnel intensif des demandeuses et demandeurs d'emploi éloignés du marché du travail, "
    "anticonstitutionnellementincompréhensible, voir https://www.exemple.example/un/chemin/tres/long/sans/espace?a=1 ; "
)
LONGEST = 1500
_MARK = 4


def long_value(column: Column[Any]) -> str:
    """What someone thorough types into a column, as long as it takes."""
    longest = min(column.type.length or LONGEST, LONGEST)  # type: ignore[attr-defined]
    text = NAMES.get(column.name) or (WORDS * (longest // len(WORDS) + 1))
    return text[:longest].strip()


def columns_for_words(table: Table) -> list[Column[Any]]:
    """The columns of a table that hold what someone wrote."""
    return [
        column
        for column in table.columns
        if isinstance(column.type, String)
        and (column.type.length or SHORTEST) >= SHORTEST
        and column.name not in NOT_WORDS
    ]


def _is_told_apart(column: Column[Any]) -> bool:
    """Whether no two rows of a tenant have the same words there."""
    return any(
        isinstance(constraint, UniqueConstraint) and column.name in constraint.columns
        for constraint in column.table.constraints
    )


def planted_in(connection: Connection, table: Table, owners: list[Any]) -> list[dict[str, Any]]:
    """Write long values into the rows of some tenants; the rows as they were."""
    columns = columns_for_words(table)
    owner = next((table.c[name] for name in ("tenant_id", "owner_tenant_id") if name in table.c), None)
    if table.name == "tenant":
        owner = table.c.id
    if not columns or owner is None:
        return []
    keys = list(table.primary_key.columns)
    rows = connection.execute(select(*keys, *columns).where(owner.in_(owners))).mappings()
    before = [dict(row) for row in rows]
    for column in columns:
        text: Any = long_value(column)
        if _is_told_apart(column):
            # Two rows of a name that is told apart stay two.
            text = func.concat(text[:-_MARK], func.right(cast(table.c.id, String), _MARK))
        connection.execute(update(table).where(owner.in_(owners), column.is_not(None)).values({column.name: text}))
    return before


def put_back(connection: Connection, table: Table, rows: list[dict[str, Any]]) -> None:
    keys = [key.name for key in table.primary_key.columns]
    columns = [column.name for column in columns_for_words(table)]
    statement = update(table).values({name: bindparam(f"was_{name}") for name in columns})
    for key in keys:
        statement = statement.where(table.c[key] == bindparam(f"key_{key}"))
    connection.execute(
        statement,
        [{**{f"key_{k}": row[k] for k in keys}, **{f"was_{c}": row[c] for c in columns}} for row in rows],
    )


@contextmanager
def long_words(world: World, superuser: Engine) -> Iterator[None]:
    """Every row of the world's tenants says what it says at length; afterwards it says what it said before."""
    federation = world.federation
    owners = [federation.support_centre.id, federation.platform.id, federation.other_platform.id]
    with superuser.begin() as connection:
        before = {table: planted_in(connection, table, owners) for table in METADATA.sorted_tables}
    try:
        yield
    finally:
        with superuser.begin() as connection:
            for table, rows in before.items():
                if rows:
                    put_back(connection, table, rows)
