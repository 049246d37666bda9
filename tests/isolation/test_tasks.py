"""A task without a file is its author's alone, also in the database; one on a file is its platform's."""

import pytest
from sqlalchemy import Engine

from clais.clock import now, today
from clais.database import new_id
from clais.web.routing import Application
from tests.isolation.catalogue import faulty_world
from tests.isolation.told import rows_of, tries_on_ones_own
from tests.isolation.world import World
from tests.support.tasks import a_task

TASK = "own_task"
COLUMNS = "tenant_id, id, membership_id, user_id, author_name, text, due_on, created_at, updated_at, version"
VALUES = ":owner, :new, :member, :user, '', 'x', :day, :now, :now, 1"
OF_COLLEAGUES = tries_on_ones_own(TASK, "text = 'x'", COLUMNS, VALUES)
"""What a coordinator tries with a colleague's own task, and what would let it pass."""


def reached(world: World, name: str) -> int:
    """How many rows of an agent's own tasks a coordinator of the same platform touches."""
    near = world.federation
    agent, coordinator = near.agent(), near.member(near.platform, "coordinator")
    task = a_task(agent)
    facts = {
        "owner": agent.tenant.id, "id": task.id, "new": new_id(), "member": agent.membership.id,
        "user": agent.membership.user_id, "day": today(), "now": now(),
    }  # fmt: skip
    return rows_of(coordinator, OF_COLLEAGUES[name][0], facts)


@pytest.mark.parametrize("name", OF_COLLEAGUES)
def test_a_coordinator_reaches_no_task_of_a_colleague(name: str, standing_world: World) -> None:
    assert reached(standing_world, name) == 0


@pytest.mark.parametrize("name", OF_COLLEAGUES)
def test_a_policy_that_forgets_whose_it_is_is_found(name: str, app: Application, superuser: Engine) -> None:
    with faulty_world(app, superuser, OF_COLLEAGUES[name][1]) as broken:
        assert reached(broken, name) == 1
