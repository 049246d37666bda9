"""Seats of sessions that have begun, and the days of a session in the agenda of who has one."""

from datetime import timedelta

import pytest

from clais.clock import set_to, today
from clais.exchange.training.models import Registration
from clais.exchange.training.rules.half_days import half_days_of
from tenants.training import actions
from tests.support.federation import Federation, Member
from tests.support.training import School, a_school, registered, seat_of

AHEAD = timedelta(days=30)


@pytest.fixture
def school(federation: Federation) -> School:
    return a_school(federation)


def coordinator_of(federation: Federation) -> Member:
    return federation.member(federation.platform, "coordinator", "Paul Henin")


def state_of(member: Member, registration: Registration) -> str | None:
    seat = seat_of(member, registration.id)
    return seat.state if seat else None


def cancelled(coordinator: Member, registration: Registration) -> None:
    with coordinator.at_work() as session:
        row = session.get_one(Registration, (registration.tenant_id, registration.id))
        actions.cancel(session, coordinator.actor, row, "Malade")


@pytest.mark.parametrize(("hours", "state"), [(-1, "seated"), (1, "waiting")])
def test_a_seat_that_is_free_once_the_session_has_begun_is_given_to_nobody(
    school: School, hours: int, state: str
) -> None:
    coordinator, run = coordinator_of(school.federation), school.run(today() + AHEAD, seats=1)
    first, second = registered(coordinator, run, school.federation.agent(), school.federation.agent())
    school.give_seats()
    with set_to(half_days_of(run.half_days)[0].begins + timedelta(hours=hours)):
        cancelled(coordinator, first)
        school.give_seats()
        assert [state_of(coordinator, one) for one in (first, second)] == ["released", state]
