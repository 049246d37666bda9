"""What registering and closing read does not grow with the number of people in a session."""

from datetime import timedelta

import pytest
from sqlalchemy import Engine

from clais import clock
from clais.clock import now, today
from tenants.training import actions
from tests.support.federation import Federation, Member
from tests.support.statements import shape, shapes, statements
from tests.support.training import School, a_school, registered, renewing, took_over, yesterday

AHEAD = timedelta(days=30)


@pytest.fixture
def school(federation: Federation) -> School:
    return a_school(federation)


@pytest.fixture
def coordinator(federation: Federation) -> Member:
    return federation.member(federation.platform, "coordinator", "Paul Henin")


def test_what_is_read_of_a_session_does_not_grow_with_who_is_registered(
    school: School, coordinator: Member, engine: Engine
) -> None:
    agents, run = [school.federation.agent() for _ in range(3)], school.run(today() + AHEAD, seats=9)
    held = registered(coordinator, run, *agents)
    for registration in held:
        took_over(school, registration, today() + AHEAD)
    renewal = renewing(school).run(today() + AHEAD, seats=9)
    with coordinator.at_work() as session, statements(engine) as seen:
        made = actions.register(session, coordinator.actor, renewal, [agent.membership for agent in agents])
    read = [shape(one) for one in seen]
    assert len(made) == 3
    assert [read.count(f"SELECT {table}") for table in ("certificate", "course")] == [1, 1]
    assert "SELECT course_run" not in read


def test_what_everyone_holds_is_read_at_once_before_a_session_is_closed(
    school: School, coordinator: Member, engine: Engine
) -> None:
    run = school.run(yesterday(), closes_on=today())
    registered(coordinator, run, school.federation.agent(), school.federation.agent())
    with clock.set_to(now() - timedelta(days=2)):
        school.give_seats()
    school.mark(run)
    page = f"/formation-des-agents/sessions/{run.id}/cloture"
    assert shapes(engine, school.trainer.browser(), page).count("SELECT certificate") == 1
