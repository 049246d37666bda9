"""Rows for every table of a tenant, made from the metadata alone, so that a new table is covered the day it exists.

A foreign tenant's texts are canaries: `CANARY_B_<table>_<column>`. Whoever sees one has seen what is not theirs.
"""

import datetime as dt
import re
import secrets
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, CheckConstraint, Column, Connection, LargeBinary, String, Table, Uuid, text
from sqlalchemy.dialects.postgresql import JSONB

from clais.clock import now, today
from clais.database import Base, TableKind, new_id
from clais.encryption import Keyring
from clais.exchange.eligibility.rules.judging import Rule
from clais.exchange.eligibility.schemas import stored
from clais.forms.fields import choice_values
from clais.forms.schemas import Schema
from clais.instruments.rules.definition import Definition, InstrumentKind, Item, ItemKind, Section
from clais.instruments.schemas import to_json
from clais.sealing import COLUMN, seal
from config.features import METADATA, tables_of_kind

CANARY = "CANARY_B"
TABLES = tuple(METADATA.sorted_tables)
"""Parents come first: sorting them takes a while."""
SHARED = tables_of_kind(TableKind.LOCAL, TableKind.PUBLICATION)
TENANT_TABLES = tuple(table for table in TABLES if "tenant_id" in table.columns and table.name not in SHARED)
"""What is due names tenants and belongs to none."""
PUBLICATIONS = tuple(table for table in TABLES if table.name in tables_of_kind(TableKind.PUBLICATION))
ACCOUNT_TABLES = tuple(
    table for table in TABLES if table.name in tables_of_kind(TableKind.PERSON) and table not in TENANT_TABLES
)
COUNTED_UNIQUES = re.compile(r"^(reference|dedupe_key|slug|subject)$")
SHORT = 12
"""A text column shorter than this cannot hold a canary that is recognised."""

MEMBERS = frozenset({"membership_id", "author_id", "agent_id", "sender_membership_id", "referent_id"})
SHAPES: dict[tuple[str, str], Any] = {
    ("parcel", "sealed"): {"availability": {"label": "Disponible", "value": "{text}", "text": "{text}"}},
    ("participant", "sealed"): {"availability": {"label": "Disponible", "value": "{text}", "text": "{text}"}},
}
"""Facts that pages read key by key, sealed; any JSON column takes its default, or a canary under a canary."""

TELLING = frozenset(
    {("membership", "role"), ("practice_card", "state"), ("scheme", "state"), ("self_assessment", "kind")}
)
"""Codes that even a row of canaries has: whose role is not one of ours would be offered nowhere, and nobody reads a
draft of a card or of a scheme; what evaluates a session is of one kind.
"""

KEPT = [1, "9999-12-31"]
"""A seat that is kept, and until when."""

OUTCOMES = frozenset({("contact", "appointment_id")})
"""Rows that end another one: it is not over yet."""

SENT = frozenset({("referral", "requested_at")})
"""Moments that every row has that a page shows: what was not sent is on no page."""

Writer = Callable[[Column[Any]], str]


def canary(column: Column[Any]) -> str:
    """The canary of a column, cut to its length."""
    return cut(f"{CANARY}_{column.table.name}_{column.name}", column)


def cut(value: str, column: Column[Any]) -> str:
    """`value` as far as the column takes it."""
    length = getattr(column.type, "length", None)
    return value[:length] if length else value


def plain(column: Column[Any]) -> str:
    """A harmless text, for the rows of one's own."""
    return cut(f"Propre {column.table.name} {column.name}", column)


@dataclass
class Seed:
    """One row a table of one tenant: table → its values as they were written."""

    tenant_id: UUID
    basin_id: UUID
    receiver_id: UUID
    keyring: Keyring
    user_id: UUID = field(default_factory=new_id)
    ids: dict[str, UUID] = field(default_factory=lambda: {table.name: new_id() for table in TABLES})
    rows: dict[str, dict[str, Any]] = field(default_factory=dict)

    def id_for(self, argument: str) -> UUID | None:
        """The id that an argument such as `person_id` of a route or a form names, when a table is called so."""
        name = argument.removesuffix("_id")
        if argument in MEMBERS:
            return self.ids["membership"]
        # A table of that very name comes before others whose names end alike: `quality_note` is no `note`.
        found = [name] if name in self.ids else [table for table in self.ids if table.endswith(f"_{name}")]
        return self.ids[found[0]] if found and found[0] in self.rows else None

    def every_id(self) -> list[UUID]:
        """The id of each row that has one."""
        return [row["id"] for row in self.rows.values() if "id" in row]


def fill(
    connection: Connection,
    seed: Seed,
    write: Writer = canary,
    *,
    publications: bool = False,
    plausible: bool = False,
) -> Seed:
    """Write one row into every table of `seed`'s tenant, as a superuser. `plausible` rows can be shown by the pages."""
    wanted = {*TENANT_TABLES, *ACCOUNT_TABLES, *(PUBLICATIONS if publications else ())}
    for table in TABLES:
        if table in wanted:
            row = row_for(table, seed, write, plausible=plausible) | facts_of_parents(table, seed)
            if plausible and table.name == "instrument_content":
                row["released"] = True
            if plausible and table.name == "withdrawal":
                row["referral_id"] = withdrawn_referral(connection, seed)
            connection.execute(table.insert().values(**row))
            seed.rows[table.name] = row
    return seed


def facts_of_parents(table: Table, seed: Seed) -> dict[str, Any]:
    """What a row takes over from the rows that its foreign keys hold it to, beside their ids."""
    return {
        element.parent.name: seed.rows[element.column.table.name][element.column.name]
        for key in table.foreign_key_constraints
        for element in key.elements
        if element.column.table.name in seed.rows and not element.column.primary_key
    }


def withdrawn_referral(connection: Connection, seed: Seed) -> UUID:
    """A second referral, for the notice of a withdrawal: the first one still stands."""
    table = METADATA.tables["referral"]
    key = new_id()
    over = {
        "id": key,
        "reference": secrets.token_hex(6),
        "state": "withdrawn",
        "withdrawn_at": now(),
        "in_force": False,
    }
    connection.execute(table.insert().values(**seed.rows["referral"] | over))
    return key


def row_for(table: Table, seed: Seed, write: Writer = canary, *, plausible: bool = False) -> dict[str, Any]:
    """Values for one row of `table` that satisfy its types, checks and foreign keys."""
    checked = values_of_checks(table)
    row = {
        column.name: checked[column.name]
        if column.name in checked
        else value_for(column, seed, write, plausible=plausible)
        for column in table.columns
        # What the server fills in by itself says where a row stands in its database.
        if column.computed is None and (column.server_default is None or column.default is not None)
    }
    shape = SHAPES.get((table.name, COLUMN))
    if shape is not None:
        canary = write(table.columns[COLUMN])
        facts = {key: {k: v.format(text=canary) for k, v in cell.items()} for key, cell in shape.items()}
        row[COLUMN] = seal(seed.keyring, facts, table=table.name, tenant_id=row["tenant_id"], row_id=row["id"])
    return row


def value_for(column: Column[Any], seed: Seed, write: Writer, *, plausible: bool) -> Any:
    """A value for one column: an id that fits, or a text that can be recognised."""
    if isinstance(column.type, Uuid):
        # An outcome that points at what is still to come would be a contradiction; what may be absent is.
        contradicts = plausible and (column.table.name, column.name) in OUTCOMES
        return (None if column.nullable else new_id()) if contradicts else _uuid(column, seed)
    if isinstance(column.type, LargeBinary):
        return secrets.token_bytes(32) if not column.nullable else None
    if isinstance(column.type, JSONB):
        return _json(column, write)
    if isinstance(column.type, ARRAY):
        return None if column.nullable else []
    if isinstance(column.type, String):
        return _text(column, write, plausible=plausible)
    return _moment_or_number(column)


def _uuid(column: Column[Any], seed: Seed) -> UUID | None:
    name, table = column.name, column.table.name
    fixed = {
        "tenant_id": seed.tenant_id,
        "owner_tenant_id": seed.tenant_id,
        "by_tenant_id": seed.tenant_id,
        "active_tenant_id": seed.tenant_id,
        "from_tenant_id": seed.tenant_id,
        "to_tenant_id": seed.receiver_id,
        "basin_id": seed.basin_id,
        "user_id": seed.user_id,
        "subject_id": seed.ids["person"],
    }
    if name in fixed:
        return fixed[name]
    if table == "user_account" and name == "id":
        return seed.user_id
    if name == "id":
        return seed.ids[table]
    if name in MEMBERS:
        return seed.ids["membership"]
    parents = [key.column.table.name for key in column.foreign_keys if key.column.name == "id"]
    named = parents[0] if parents else name.removesuffix("_id")
    if named in seed.rows or (named in seed.ids and not column.foreign_keys):
        return seed.ids[named]
    return None if column.nullable else new_id()


def _json(column: Column[Any], write: Writer) -> Any:
    if column.name == "definition":
        text = {"fr": write(column)}
        section = Section("section", text, (Item("question", ItemKind.TEXT, text),))
        return to_json(Definition(InstrumentKind.BILAN, text, (section,)))
    if column.table.name == "instrument_answer":
        return write(column)
    if column.name == "rules":
        return stored([Rule("age.at_least", "age", "at_least", 1, write(column)[:160], hard=False)])
    if column.table.name == "seat_count":
        return {write(column): KEPT}
    if column.default is not None and column.default.is_callable:
        empty: Any = column.default.arg(None)  # type: ignore[attr-defined]
        return [] if isinstance(empty, list) else {write(column): write(column)}
    return {write(column): write(column)}


def _text(column: Column[Any], write: Writer, *, plausible: bool) -> str | None:  # noqa: PLR0911 - one a kind of text
    place = (column.table.name, column.name)
    coded = CODES.get(place)
    if coded is not None and (plausible or place in TELLING):
        return coded
    if column.default is not None and column.default.is_scalar:
        return str(column.default.arg)  # type: ignore[attr-defined]
    length = getattr(column.type, "length", None)
    if plausible:
        coded = first_choice(column)
        if coded is not None:
            return coded
        if length is not None and length <= 40 and column.nullable:
            return None
    if plausible and column.name in {"link", "website"}:
        return "https://example.be/document"
    if COUNTED_UNIQUES.match(column.name):
        return cut(f"{write(column)[: (length or 40) - 7]}-{secrets.token_hex(3)}", column)
    if column.name == "email":
        return cut(f"{write(column)[:40]}.{secrets.token_hex(4)}@example.be", column)
    return write(column)


def _moment_or_number(column: Column[Any]) -> Any:
    kind = column.type.python_type
    if column.default is not None and column.default.is_scalar:
        return column.default.arg  # type: ignore[attr-defined]
    if kind is dt.datetime:
        ends = column.name in {"consent_until", "until", "expires_at"}
        later = dt.timedelta(days=30) if ends else dt.timedelta(0)
        empty = column.nullable and (column.table.name, column.name) not in SENT
        return None if empty else now() + later
    if kind is dt.date:
        return None if column.nullable else today()
    if kind is dt.time:
        return None
    if kind is bool:
        return None if column.nullable else False
    return None if column.nullable else 3


@cache
def values_of_checks(table: Table) -> Mapping[str, Any]:
    """A value that each check of a table accepts: `x IN ('a', …)`, `x BETWEEN 1 AND 9`, and nothing in `y` for
    `(x = 0) = (y IS NOT NULL)`.
    """
    found: dict[str, Any] = {}
    for constraint in table.constraints:
        if not isinstance(constraint, CheckConstraint):
            continue
        rule = str(constraint.sqltext)
        if match := re.match(r"(\w+) IN \('([^']*)'", rule):
            default = table.columns[match[1]].default
            found[match[1]] = str(default.arg) if default is not None and default.is_scalar else match[2]  # type: ignore[attr-defined]
        elif match := re.match(r"(\w+) BETWEEN (-?\d+) AND", rule):
            default = table.columns[match[1]].default
            found[match[1]] = default.arg if default is not None and default.is_scalar else int(match[2])  # type: ignore[attr-defined]
        elif match := re.match(r"\(\w+ = -?\d+\) = \((\w+) IS NOT NULL\)$", rule):
            found[match[1]] = None
    return found


CODES: dict[tuple[str, str], str] = {
    ("state_change", "transition"): "begin_intake",
    ("state_change", "source"): "registered",
    ("state_change", "target"): "in_intake",
    ("state_change", "subject_type"): "person",
    ("referral_event", "transition"): "send",
    ("referral_event", "source"): "draft",
    ("referral_event", "target"): "requested",
    ("referral", "state"): "requested",
    ("note", "note_class"): "fact",
    ("earlier_note", "note_class"): "fact",
    ("membership", "role"): "agent",
    ("self_assessment", "kind"): "satisfaction",
    ("person_key", "kind"): "name",
    ("told_apart", "cause"): "decided",
    ("wished_occupation", "scheme"): "ROME",
    ("notification", "subject_type"): "referral",
    ("audit_event", "subject_type"): "person",
    ("contact", "channel"): "phone",
    ("earlier_contact", "channel"): "phone",
    ("plan_step", "who"): "person",
    ("instrument", "kind"): "bilan",
    ("practice_card", "state"): "published",
    ("scheme", "state"): "open",
    ("course", "state"): "published",
    ("instrument_filling", "kind"): "self_assessment",
    ("instrument_answer", "item"): "question",
}
"""Codes that stand in no form."""


@cache
def first_choice(column: Column[Any]) -> str | None:
    """The first value that a form offers for a coded column of this name: one of the same feature, or any that fits."""
    length = getattr(column.type, "length", None) or 1000
    home = next((m.class_.__module__ for m in Base.registry.mappers if m.local_table is column.table), "")
    offers = sorted(offered_choices(column.name), key=lambda offer: offer[0] != home.rpartition(".")[0])
    return next((values[0] for _package, values in offers if all(len(value) <= length for value in values)), None)


@cache
def offered_choices(name: str) -> list[tuple[str, list[str]]]:
    """(package, values) of each field called `name` that offers choices."""
    found = []
    for schema in every_schema():
        declared = schema._declared_fields.get(name)
        if declared is None:
            continue
        offered = declared.metadata.get("choices")
        try:
            values = [value for value in choice_values(offered) if value] if offered else []
        except (RuntimeError, LookupError, TypeError):
            continue  # Choices that are read from the database have no place here.
        values = values or [v for rule in declared.validators for v in getattr(rule, "choices", ())]
        if values and all(isinstance(value, str) for value in values):
            found.append((schema.__module__.rpartition(".")[0], values))
    return found


TESTS = ("tests", "test_", "conftest")


def every_schema() -> list[type[Schema]]:
    """Every input schema that the application has loaded, those of tests left out."""
    found: list[type[Schema]] = []
    waiting = list(Schema.__subclasses__())
    while waiting:
        schema = waiting.pop()
        waiting += schema.__subclasses__()
        # Schemas that a view makes for one request come and go; those of a module stand.
        if getattr(
            sys.modules.get(schema.__module__), schema.__name__, None
        ) is schema and not schema.__module__.startswith(TESTS):
            found.append(schema)
    return sorted(set(found), key=lambda each: (each.__module__, each.__name__))


def _digest(table: Table) -> str:
    owner = next((name for name in ("tenant_id", "owner_tenant_id") if name in table.columns), None)
    key = owner or ("id" if table.name == "user_account" else "user_id")
    return (
        f"SELECT '{table.name}', count(*) || ' ' || coalesce(md5(string_agg(t::text, '|' ORDER BY t::text)), '') "
        f"FROM {table.name} t WHERE {key} = {':tenant' if owner else ':person'}"
    )


DIGESTS = " UNION ALL ".join(
    _digest(table) for table in TABLES if table in {*TENANT_TABLES, *PUBLICATIONS, *ACCOUNT_TABLES}
)
"""One statement for all tables: it is asked again and again."""


def fingerprint(connection: Connection, seed: Seed) -> dict[str, str]:
    """A digest of all rows of one tenant and of its account, per table, read as a superuser."""
    rows = connection.execute(text(DIGESTS), {"tenant": seed.tenant_id, "person": seed.user_id})
    return {str(name): str(digest) for name, digest in rows}


def differences(before: dict[str, str], after: dict[str, str]) -> list[str]:
    """The tables in which two digests differ."""
    return sorted(table for table in before if before[table] != after[table])


def holding(connection: Connection, needle: str) -> list[str]:
    """The tables in which some row holds `needle` in any column, read as a superuser."""
    statement = " UNION ALL ".join(
        f"SELECT '{table.name}' WHERE EXISTS (SELECT FROM {table.name} t WHERE strpos(t::text, :needle) > 0)"
        for table in TABLES
    )
    return list(connection.scalars(text(statement), {"needle": needle}))


ROWS = " UNION ALL ".join(f"SELECT '{table.name}', t::text FROM {table.name} t WHERE tenant_id = :tenant"
                          for table in TENANT_TABLES)  # fmt: skip


def rows_of(connection: Connection, tenant_id: UUID) -> list[tuple[str, str]]:
    """(table, row as text) of every row of a tenant, read as a superuser at once: there may be much to look for."""
    return [(str(name), str(row)) for name, row in connection.execute(text(ROWS), {"tenant": tenant_id})]
