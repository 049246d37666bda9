"""How many people of a platform may fit a session: its centre reads it, the platform alone writes it."""

import pytest
from sqlalchemy import Engine

from clais.clock import today
from clais.database import new_id
from clais.exchange.eligibility.models import SpottingCount
from tests.isolation.catalogue import instead
from tests.isolation.told import BOTH, Try, rows_of
from tests.isolation.world import World
from tests.support.federation import Federation, Member

TABLE = "spotting_count"
NEW = (
    f"INSERT INTO {TABLE} (tenant_id, id, to_tenant_id, scheme_session_id, counted_on) "
    "VALUES (:platform, :new, :centre, :new, now())"
)
TRIES = {
    "the centre counts in its place": Try("centre", NEW, instead(TABLE, "INSERT", check=BOTH)),
    "the centre changes a number": Try(
        "centre",
        f"UPDATE {TABLE} SET fits = 1 WHERE tenant_id = :platform AND id = :id",
        instead(TABLE, "UPDATE", BOTH, BOTH),
    ),
    "another platform reads it": Try(
        "other",
        f"SELECT 1 FROM {TABLE} WHERE tenant_id = :platform AND id = :id",
        instead(TABLE, "SELECT", "true"),
    ),
    "the platform tells it to another centre": Try(
        "platform",
        f"UPDATE {TABLE} SET to_tenant_id = :other WHERE tenant_id = :platform AND id = :id",
        f"GRANT UPDATE (to_tenant_id) ON {TABLE} TO clais_app",
    ),
    "the centre reads who was spotted": Try(
        "centre",
        "SELECT 1 FROM spotted_person WHERE tenant_id = :platform",
        instead("spotted_person", "ALL", "true"),
    ),
}


def members(near: Federation) -> dict[str, Member]:
    """Who tries."""
    return {"platform": near.agent(), "centre": near.officer(), "other": near.other_agent()}


def touched(world: World, one: Try, fault: tuple[Engine, str] | None = None) -> int:
    """How many rows a try touches; none when it is refused."""
    near, who = world.federation, members(world.federation)
    row = SpottingCount(to_tenant_id=near.support_centre.id, scheme_session_id=new_id(), fits=12, counted_on=today())
    with who["platform"].at_work() as session:
        session.add(row)
    keys = {"platform": near.platform.id, "centre": near.support_centre.id, "other": near.other_platform.id}
    return rows_of(who[one.by], one.statement, keys | {"id": row.id, "new": new_id()}, fault)


@pytest.mark.parametrize("name", TRIES)
def test_nobody_reads_or_writes_a_count_who_may_not(name: str, standing_world: World) -> None:
    assert touched(standing_world, TRIES[name]) == 0


@pytest.mark.parametrize("name", TRIES)
def test_what_would_let_a_try_pass_is_found(name: str, standing_world: World, superuser: Engine) -> None:
    assert touched(standing_world, TRIES[name], (superuser, TRIES[name].fault)) > 0
