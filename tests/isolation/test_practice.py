"""What platforms and their centre tell each other of their practice is read by both and written by one of them."""

from dataclasses import dataclass
from uuid import UUID

import psycopg
import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError

from clais.clock import today
from clais.database import Base, new_id
from clais.exchange.practice.models import CardReading, DocumentUse, PracticeAnswer, PracticeQuestion
from clais.web.routing import Application
from migrations.protection_v1 import BASIN, OWN, TENANT
from tests.isolation.catalogue import faulty_world, instead
from tests.isolation.world import World
from tests.support.federation import Member
from tests.support.practice import a_card

BOTH = f"{OWN} OR to_tenant_id = {TENANT}"
COLUMNS = {
    "card_reading": "number",
    "practice_question": "state",
    "practice_answer": "practice_card_id",
    "document_use": "number",
}
"""Table → a column that its owner changes."""


@dataclass(frozen=True)
class Try:
    """A statement of someone who may not, and what would let it pass. `by` is the owner, the reader or another."""

    by: str
    statement: str
    fault: str


def tries_of(table: str, column: str) -> dict[str, Try]:
    """What is tried with a row of a table."""
    mine = f"{table} WHERE tenant_id = :owner AND id = :id"
    return {
        f"{table}: its reader changes it": Try(
            "reader", f"UPDATE {mine.replace(' WHERE', f' SET {column} = {column} WHERE')}",
            instead(table, "UPDATE", BOTH, BOTH),
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


TRIES = {name: one for table, column in COLUMNS.items() for name, one in tries_of(table, column).items()}
DRAFT = "SELECT 1 FROM practice_card WHERE id = :id"
DRAFT_SHOWN = (
    f"ALTER POLICY floor_read ON practice_card USING (basin_id = {BASIN}); "
    f"ALTER POLICY read ON practice_card USING (basin_id = {BASIN});"
)


def row_of(table: str, reader: UUID) -> Base:
    """A row that is told to `reader`."""
    if table == "card_reading":
        return CardReading(to_tenant_id=reader, practice_card_id=new_id(), number=1)
    if table == "practice_question":
        return PracticeQuestion(to_tenant_id=reader, membership_id=new_id(), text="Qui signe ?")
    if table == "practice_answer":
        return PracticeAnswer(to_tenant_id=reader, practice_question_id=new_id(), text="Elle.", answered_by="C")
    return DocumentUse(to_tenant_id=reader, practice_document_id=new_id(), number=1, since=today(), said_by="P")


def touched(world: World, name: str) -> int:
    """How many rows a try touches; none when it is refused."""
    near, one, table = world.federation, TRIES[name], name.partition(":")[0]
    platform = near.member(near.platform, "coordinator")
    centre, other = near.member(near.support_centre, "trainer"), near.other_agent()
    owner, reader = (centre, platform) if table == "practice_answer" else (platform, centre)
    row = row_of(table, reader.tenant.id)
    with owner.at_work() as session:
        session.add(row)
    facts = {"owner": owner.tenant.id, "id": row.id, "other": near.other_platform.id}  # type: ignore[attr-defined]
    return rows_of({"owner": owner, "reader": reader, "other": other}[one.by], one.statement, facts)


def rows_of(who: Member, statement: str, facts: dict[str, UUID]) -> int:
    """How many rows a statement of a member touches."""
    named = {name: value for name, value in facts.items() if f":{name}" in statement}
    with who.at_work() as session:
        try:
            rows = session.connection().execute(text(statement), named).rowcount
            session.commit()
        except DBAPIError as error:
            session.rollback()
            if isinstance(error.orig, psycopg.errors.InsufficientPrivilege):
                return 0
            raise
    return rows


def drafts_seen(world: World) -> int:
    """How many drafts of the centre a platform reads, past the pages."""
    near = world.federation
    card = a_card(near.member(near.support_centre, "trainer"), published=False)
    return rows_of(near.agent(), DRAFT, {"id": card.id})


@pytest.mark.parametrize("name", TRIES)
def test_nobody_reads_or_writes_it_who_may_not(name: str, standing_world: World) -> None:
    assert touched(standing_world, name) == 0


@pytest.mark.parametrize("name", TRIES)
def test_what_would_let_a_try_pass_is_found(name: str, app: Application, superuser: Engine) -> None:
    with faulty_world(app, superuser, TRIES[name].fault) as broken:
        assert touched(broken, name) > 0


def test_a_platform_reads_no_draft_of_a_card(standing_world: World) -> None:
    assert drafts_seen(standing_world) == 0


def test_a_draft_that_the_basin_reads_is_found(app: Application, superuser: Engine) -> None:
    with faulty_world(app, superuser, DRAFT_SHOWN) as broken:
        assert drafts_seen(broken) == 1
