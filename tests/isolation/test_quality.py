"""Requests, replies and summaries of the supervision are read by both parties, written by one; draws are its own."""

from uuid import UUID

import pytest
from sqlalchemy import Engine

from clais.clock import today
from clais.database import Base, new_id
from clais.exchange.quality.models import QualityReply, QualityRequest, QualitySummary
from clais.web.routing import Application
from tenants.quality.models import QualityDraw
from tests.isolation.catalogue import faulty_world
from tests.isolation.told import rows_of, touched, tries_of
from tests.isolation.world import World
from tests.support.referrals import a_person

COLUMNS = {"quality_request": "state", "quality_reply": "state", "quality_summary": "hard"}
"""Table → a column that is written."""
TRIES = {name: one for table, column in COLUMNS.items() for name, one in tries_of(table, column).items()}
DRAWS = "SELECT 1 FROM quality_draw WHERE id = :id"
DRAWS_SHOWN = "".join(f"ALTER POLICY {name} ON quality_draw USING (true); " for name in ("floor", "own"))


def row_of(table: str, reader: UUID) -> Base:
    """A row that is told to `reader`."""
    if table == "quality_request":
        day = today()
        return QualityRequest(
            to_tenant_id=reader, theme="plan", first_on=day, last_on=day, files=1, reason="r", answer_by=day,
            asked_by="P",
        )  # fmt: skip
    if table == "quality_reply":
        return QualityReply(to_tenant_id=reader, quality_request_id=new_id())
    return QualitySummary(
        to_tenant_id=reader, quality_request_id=new_id(), letter="A", contacts=1, asked="a", done="d", hard="h",
        otherwise="o",
    )  # fmt: skip


def touched_of(world: World, name: str, fault: tuple[Engine, str] | None = None) -> int:
    """How many rows a try touches in a world."""
    near, table = world.federation, name.partition(":")[0]
    platform, centre = near.member(near.platform, "coordinator"), near.member(near.support_centre, "supervisor")
    owner, reader = (centre, platform) if table == "quality_request" else (platform, centre)
    return touched(TRIES[name], owner, reader, near.other_agent(), row_of(table, reader.tenant.id), fault)


def draws_seen(world: World) -> int:
    """How many draws of a platform its centre reads, past the pages."""
    near = world.federation
    platform, centre = near.member(near.platform, "coordinator"), near.member(near.support_centre, "supervisor")
    row = QualityDraw(
        person_id=a_person(platform).id, quality_request_id=new_id(), theme="plan", letter="A", seed="s", eligible=9,
        drawn_by="P",
    )  # fmt: skip
    with platform.at_work() as session:
        session.add(row)
    return rows_of(centre, DRAWS, {"id": row.id})


@pytest.mark.parametrize("name", TRIES)
def test_nobody_reads_or_writes_it_who_may_not(name: str, standing_world: World) -> None:
    assert touched_of(standing_world, name) == 0


@pytest.mark.parametrize("name", TRIES)
def test_what_would_let_a_try_pass_is_found(name: str, standing_world: World, superuser: Engine) -> None:
    assert touched_of(standing_world, name, (superuser, TRIES[name].fault)) > 0


def test_the_centre_reads_no_draw_of_a_platform(standing_world: World) -> None:
    assert draws_seen(standing_world) == 0


def test_a_draw_that_the_centre_reads_is_found(app: Application, superuser: Engine) -> None:
    with faulty_world(app, superuser, DRAWS_SHOWN) as broken:
        assert draws_seen(broken) == 1
