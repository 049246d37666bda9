"""What platforms and their centre tell each other of their practice is read by both and written by one of them."""

from uuid import UUID

import pytest
from sqlalchemy import Engine

from clais.clock import today
from clais.database import Base, new_id
from clais.exchange.practice.models import CardReading, DocumentUse, PracticeAnswer, PracticeQuestion
from clais.web.routing import Application
from migrations.protection_v1 import BASIN
from tests.isolation.catalogue import faulty_world
from tests.isolation.told import rows_of, touched, tries_of
from tests.isolation.world import World
from tests.support.practice import a_card

COLUMNS = {
    "card_reading": "number",
    "practice_question": "state",
    "practice_answer": "practice_card_id",
    "document_use": "number",
}
"""Table → a column that its owner changes."""


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


def touched_of(world: World, name: str, fault: tuple[Engine, str] | None = None) -> int:
    """How many rows a try touches in a world."""
    near, table = world.federation, name.partition(":")[0]
    platform = near.member(near.platform, "coordinator")
    centre = near.member(near.support_centre, "trainer")
    owner, reader = (centre, platform) if table == "practice_answer" else (platform, centre)
    return touched(TRIES[name], owner, reader, near.other_agent(), row_of(table, reader.tenant.id), fault)


def drafts_seen(world: World) -> int:
    """How many drafts of the centre a platform reads, past the pages."""
    near = world.federation
    card = a_card(near.member(near.support_centre, "trainer"), published=False)
    return rows_of(near.agent(), DRAFT, {"id": card.id})


@pytest.mark.parametrize("name", TRIES)
def test_nobody_reads_or_writes_it_who_may_not(name: str, standing_world: World) -> None:
    assert touched_of(standing_world, name) == 0


@pytest.mark.parametrize("name", TRIES)
def test_what_would_let_a_try_pass_is_found(name: str, standing_world: World, superuser: Engine) -> None:
    assert touched_of(standing_world, name, (superuser, TRIES[name].fault)) > 0


def test_a_platform_reads_no_draft_of_a_card(standing_world: World) -> None:
    assert drafts_seen(standing_world) == 0


def test_a_draft_that_the_basin_reads_is_found(app: Application, superuser: Engine) -> None:
    with faulty_world(app, superuser, DRAFT_SHOWN) as broken:
        assert drafts_seen(broken) == 1
