"""What a member is typing is theirs alone, also in the database; the worker finds it once its time is over."""

from datetime import timedelta

import pytest
from sqlalchemy import Engine, text

from clais.clock import now
from clais.database import NIL, Scope, new_id, unit_of_work
from clais.web.routing import Application
from migrations.protection_v1 import OWN
from tests.isolation.catalogue import faulty_world, instead
from tests.isolation.told import rows_of, tries_on_ones_own
from tests.isolation.world import World
from tests.support.drafts import a_draft
from tests.tenants.agenda.days import a_file

DRAFT = "draft"
MINE = f"{DRAFT} WHERE tenant_id = :owner AND id = :id"
COLUMNS = "tenant_id, id, person_id, membership_id, user_id, form, sealed, kept_at, ends_at, version"
VALUES = ":owner, :new, :person, :member, :user, 'contact', '', :now, :now, 1"
OF_COLLEAGUES = tries_on_ones_own(DRAFT, "version = 9", COLUMNS, VALUES)
"""What a coordinator tries with a colleague's draft, and what would let it pass."""


def reached(world: World, name: str) -> int:
    """How many rows of an agent's drafts a coordinator of the same platform touches."""
    near = world.federation
    agent, coordinator = near.agent(), near.member(near.platform, "coordinator")
    person = a_file(agent, "Lenoir", new_id().hex[:12])
    draft = a_draft(agent, person)
    facts = {
        "owner": agent.tenant.id, "id": draft.id, "new": new_id(), "member": agent.membership.id,
        "person": person.id, "user": agent.membership.user_id, "now": now(),
    }  # fmt: skip
    return rows_of(coordinator, OF_COLLEAGUES[name][0], facts)


@pytest.mark.parametrize("name", OF_COLLEAGUES)
def test_a_coordinator_reaches_no_draft_of_a_colleague(name: str, standing_world: World) -> None:
    assert reached(standing_world, name) == 0


@pytest.mark.parametrize("name", OF_COLLEAGUES)
def test_a_policy_that_forgets_whose_it_is_is_found(name: str, app: Application, superuser: Engine) -> None:
    with faulty_world(app, superuser, OF_COLLEAGUES[name][1]) as broken:
        assert reached(broken, name) == 1


def seen_without_an_account(world: World) -> list[bool]:
    """Whether the worker, in the scope of a platform, sees a draft of today, then one whose time is over."""
    agent = world.federation.agent()
    draft = a_draft(agent, a_file(agent, "Lenoir", new_id().hex[:12]))
    scope, found = Scope(tenant_id=agent.tenant.id, basin_id=agent.tenant.basin_id), []
    assert scope.user_id == NIL
    for ends_at in (draft.ends_at, now() - timedelta(minutes=1)):
        with agent.at_work() as session:
            session.execute(text(f"UPDATE {MINE.replace(' WHERE', ' SET ends_at = :at WHERE')}"), {
                "at": ends_at, "owner": agent.tenant.id, "id": draft.id,
            })  # fmt: skip
        with unit_of_work(world.engine, scope) as session:
            seen = session.execute(text(f"SELECT 1 FROM {MINE}"), {"owner": agent.tenant.id, "id": draft.id})
            found.append(seen.first() is not None)
    return found


def test_the_worker_sees_a_draft_only_once_its_time_is_over(standing_world: World) -> None:
    assert seen_without_an_account(standing_world) == [False, True]


def test_a_policy_that_shows_the_worker_all_of_them_is_found(app: Application, superuser: Engine) -> None:
    with faulty_world(app, superuser, instead(DRAFT, "SELECT", OWN)) as broken:
        assert seen_without_an_account(broken) == [True, True]
