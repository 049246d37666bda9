"""What a platform says of an instrument is read by it and by its centre, and written by it alone."""

import pytest
from sqlalchemy import Engine

from clais.clock import today
from clais.database import new_id
from clais.exchange.adoptions.models import InstrumentAdoption
from tests.isolation.catalogue import instead
from tests.isolation.told import BOTH, Try, rows_of
from tests.isolation.world import World
from tests.support.federation import Federation, Member

TABLE = "instrument_adoption"
NEW = (
    f"INSERT INTO {TABLE} (tenant_id, id, to_tenant_id, instrument_id, created_at, updated_at, version) "
    "VALUES (:platform, :new, :centre, :new, now(), now(), 1)"
)


TRIES = {
    "the centre adopts in its place": Try("centre", NEW, instead(TABLE, "INSERT", check=BOTH)),
    "the centre moves its version": Try(
        "centre",
        f"UPDATE {TABLE} SET number = 9 WHERE tenant_id = :platform AND id = :id",
        instead(TABLE, "UPDATE", BOTH, BOTH),
    ),
    "the centre forgets it": Try(
        "centre",
        f"DELETE FROM {TABLE} WHERE tenant_id = :platform AND id = :id",
        f"{instead(TABLE, 'DELETE', BOTH)} GRANT DELETE ON {TABLE} TO clais_app",
    ),
    "the platform forgets it": Try(
        "platform",
        f"DELETE FROM {TABLE} WHERE tenant_id = :platform AND id = :id",
        f"GRANT DELETE ON {TABLE} TO clais_app",
    ),
    "the platform tells it to another centre": Try(
        "platform",
        f"UPDATE {TABLE} SET to_tenant_id = :other WHERE tenant_id = :platform AND id = :id",
        f"GRANT UPDATE (to_tenant_id) ON {TABLE} TO clais_app",
    ),
    "another platform reads it": Try(
        "other",
        f"SELECT 1 FROM {TABLE} WHERE tenant_id = :platform AND id = :id",
        instead(TABLE, "SELECT", "true"),
    ),
}


def members(near: Federation) -> dict[str, Member]:
    """Who tries."""
    platform = near.member(near.platform, "coordinator")
    return {"platform": platform, "centre": near.officer(), "other": near.other_agent()}


def touched(world: World, one: Try, fault: tuple[Engine, str] | None = None) -> int:
    """How many rows a try touches; none when it is refused."""
    near, who = world.federation, members(world.federation)
    row = InstrumentAdoption(to_tenant_id=near.support_centre.id, instrument_id=new_id(), number=1, adopted_on=today())
    with who["platform"].at_work() as session:
        session.add(row)
    keys = {"platform": near.platform.id, "centre": near.support_centre.id, "other": near.other_platform.id}
    facts = keys | {"id": row.id, "new": new_id()}
    return rows_of(who[one.by], one.statement, facts, fault)


@pytest.mark.parametrize("name", TRIES)
def test_nobody_reads_or_writes_an_adoption_who_may_not(name: str, standing_world: World) -> None:
    assert touched(standing_world, TRIES[name]) == 0


@pytest.mark.parametrize("name", TRIES)
def test_what_would_let_a_try_pass_is_found(name: str, standing_world: World, superuser: Engine) -> None:
    assert touched(standing_world, TRIES[name], (superuser, TRIES[name].fault)) > 0
