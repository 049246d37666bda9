"""Two files for the tests of merges, with rows in each table that names a person, made from the metadata alone."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Engine, Table, Uuid, or_, select

from clais.database import EVERY_ROW, new_id
from clais.feature import Composition
from clais.feature.merging import PersonRows
from config.features import FEATURES, METADATA
from tenants.merging.actions import merges
from tenants.merging.models import FileMerge
from tenants.people.models import Person
from tests.isolation.canaries import Seed, plain, row_for
from tests.support.federation import Member

ROWS: Sequence[PersonRows] = Composition(tuple(FEATURES)).person_rows
MADE_BY_ACTS = frozenset({"person", "told_apart", "file_merge", "person_key", "audit_event", "state_change",
    "probable_duplicate", "mistake"})  # fmt: skip
"""Tables in which no row is made here: acts write them."""
ABOUT_PEOPLE = [rows for rows in ROWS if rows.table.__tablename__ not in MADE_BY_ACTS and rows.column == "person_id"]
TABLES = [rows.table.__tablename__ for rows in ABOUT_PEOPLE]
GO_OVER = [rows.table.__tablename__ for rows in ABOUT_PEOPLE if not rows.stays]
COORDINATOR = "Paul Henin"
DECIDED = frozenset({"audit_event", "file_merge", "told_apart"})
"""Tables that tell of the merge itself."""
BOOKKEEPING = frozenset({"version", "updated_at"})
"""What grows on the two cards with each writing, so that nobody saves over what they have not seen."""


def coordinator(federation: Any) -> Member:
    """A coordinator of the first platform."""
    found: Member = federation.member(federation.platform, "coordinator", COORDINATOR)
    return found


class Filler:
    """Writes rows about people of one platform, as a superuser."""

    def __init__(self, member: Member, receiver: UUID, superuser: Engine) -> None:
        self.superuser = superuser
        keyring = member.federation.keyring
        self.seed = Seed(member.tenant.id, member.tenant.basin_id, receiver, keyring, member.membership.user_id)
        self.seed.ids["membership"] = member.membership.id
        self.seed.rows["membership"] = {}

    def fill(self, person: Person, number: Callable[[str], int], *, is_open: Callable[[], bool] = lambda: True) -> None:
        """Write `number` of its name rows into each table that names a person."""
        made: dict[str, list[UUID]] = defaultdict(list)
        with self.superuser.begin() as connection:
            for rows in ABOUT_PEOPLE:
                for place in range(number(rows.table.__tablename__)):
                    self._add(connection, rows, person.id, place, made, open_=is_open())
                if rows.table.__tablename__ == "action_plan":
                    objective = METADATA.tables["plan_objective"]
                    made[objective.name] = [
                        self._insert(connection, objective, {"action_plan_id": plan}) for plan in made["action_plan"]
                    ]

    def _add(
        self,
        connection: Connection,
        rows: PersonRows,
        person_id: UUID,
        place: int,
        made: dict[str, list[UUID]],
        *,
        open_: bool,
    ) -> None:
        table: Table = rows.table.__table__  # type: ignore[assignment]
        values: dict[str, Any] = {rows.column: person_id}
        if rows.hangs_on:
            column, parent = rows.hangs_on[:2]
            known = made[parent][place : place + 1]
            if not known and not table.columns[column].nullable:
                return
            values[column] = next(iter(known), None)
        if place and (
            rows.single in (("membership_id",), ("tag_id",), ("scheme_session_id",), ("referral_id",))
            or table.name in {"transferred_file", "draft"}
        ):
            return
        if table.name == "person_period":
            values |= {"fact": "status", "since": date(2024, 5, 1) if place else None}
        if rows.single == ("quality_request_id",):
            # The first request is the same for everybody, the others are not.
            values["quality_request_id"] = UUID(int=1) if not place else new_id()
        if "rank" in table.columns:
            values["rank"] = place + 1
        if rows.single_in and not open_:
            values["state"] = "ended"
        if table.name == "notification" and place:
            values |= {"subject_type": "person", "subject_id": person_id}
        made[table.name].append(self._insert(connection, table, values))

    def _parents(self, connection: Connection, table: Table, values: dict[str, Any]) -> None:
        """Write, once, what a row of a table has to refer to beside people: a tag, for instance."""
        for key in table.foreign_key_constraints:
            parent = key.referred_table
            columns = [table.columns[name] for name in key.column_keys if name != "tenant_id" and name not in values]
            needed = any(not column.nullable for column in columns)
            if needed and parent.name not in {"person", *self.seed.rows}:
                self.seed.ids[parent.name] = self._insert(connection, parent, {})
                self.seed.rows[parent.name] = {}

    def add(self, table: str, **values: Any) -> UUID:
        """Write one row."""
        with self.superuser.begin() as connection:
            return self._insert(connection, METADATA.tables[table], values)

    def _insert(self, connection: Connection, table: Table, values: dict[str, Any]) -> UUID:
        self._parents(connection, table, values)
        row = row_for(table, self.seed, plain, plausible=True) | {"id": new_id()} | values
        known = {column for key in table.foreign_key_constraints for column in key.column_keys}
        for column in table.columns:
            loose = isinstance(column.type, Uuid) and column.nullable and column.name not in values
            if loose and (column.name not in known or column.name == "filling_id"):
                row[column.name] = None
        connection.execute(table.insert().values(**row))
        key: UUID = row["id"]
        return key


def dump(superuser: Engine, *people: UUID) -> dict[str, list[dict[str, Any]]]:
    """Every row that names one of some people, and their cards, as the database has them."""
    naming: dict[str, list[str]] = defaultdict(list, person=["id"])
    for rows in ROWS:
        naming[rows.table.__tablename__].append(rows.column)
    found = {}
    with superuser.connect() as connection:
        for name, columns in naming.items():
            if name not in DECIDED:
                table = METADATA.tables[name]
                named = or_(*(table.c[column].in_(people) for column in columns))
                rows_found = connection.execute(select(table).where(named).order_by(table.c.id)).mappings()
                found[name] = [dict(row) for row in rows_found]
    found["person"] = [{k: v for k, v in row.items() if k not in BOOKKEEPING} for row in found["person"]]
    # What the cards said before a merge and before it was taken back is told of it.
    found["person_change"] = [row for row in found["person_change"] if row["changed_by"] != COORDINATOR]
    keys = [{name: str(row[name]) for name in ("person_id", "kind", "key")} for row in found["person_key"]]
    found["person_key"] = sorted(keys, key=str)
    return found


def stored(member: Member, person: Person) -> Person:
    """A file as it is stored now, whether it stands or not."""
    with member.at_work() as session:
        found: Person = session.get_one(Person, (member.tenant.id, person.id), execution_options=EVERY_ROW)
    return found


def merged(member: Member, kept: Person, other: Person, *chosen: str) -> FileMerge:
    """Merge `other` into `kept`, as they are stored now."""
    with member.federation.app.app_context(), member.at_work() as session:
        keys = [(member.tenant.id, person.id) for person in (kept, other)]
        files = [session.get_one(Person, key, execution_options=EVERY_ROW) for key in keys]
        return merges.merge(
            session,
            member.actor,
            files[0],
            files[1],
            chosen,
            member.federation.keyring,
            version=merges.version_of(*files),
        )


def taken_back(member: Member, made: FileMerge) -> int:
    """Take a merge back."""
    with member.federation.app.app_context(), member.at_work() as session:
        found = session.get_one(FileMerge, (made.tenant_id, made.id))
        return merges.undo(session, member.actor, found, member.federation.keyring)


def keys_of(superuser: Engine, table: str, person: Person) -> list[UUID]:
    """The keys of the rows of a table that name a person."""
    rows = METADATA.tables[table]
    with superuser.connect() as connection:
        return list(connection.execute(select(rows.c.id).where(rows.c.person_id == person.id)).scalars())


def named(superuser: Engine, table: str, person: Person) -> int:
    """How many rows of a table name a person."""
    return len(keys_of(superuser, table, person))
