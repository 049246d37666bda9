"""Seats of sessions that have begun, and the days of a session in the agenda of who has one."""

from datetime import date, timedelta

import pytest
from icalendar import Calendar
from sqlalchemy import select

from clais.clock import set_to, today
from clais.exchange.training.models import CourseRun, Registration
from clais.exchange.training.rules.half_days import HalfDay, half_days_of
from clais.messaging.models import OutboxMessage
from support_center.training.actions import runs
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


def moved(school: School, run: CourseRun, *days: date) -> None:
    """Give a session other days."""
    half_days = [HalfDay(day, "am") for day in days]
    facts = {
        "half_days": half_days, "closes_on": days[0], "place": run.place, "link": None, "note": None,
        "seats": run.seats, "minimum": 1,
    }  # fmt: skip
    with school.trainer.at_work() as session:
        runs.edit_run(session, session.get_one(CourseRun, (run.tenant_id, run.id)), school.course, facts)


def agenda_after(mails: list[OutboxMessage]) -> set[date]:
    """The days in the agenda of who opens the file of each mail in turn, as RFC 5546 says: what is newer replaces."""
    kept: dict[str, tuple[int, date | None]] = {}
    for mail in mails:
        calendar = Calendar.from_ical(mail.calendar or "")
        for event in calendar.walk("VEVENT"):
            is_off = calendar["METHOD"] == "CANCEL" or event.get("STATUS") == "CANCELLED"
            key, sequence, day = str(event["UID"]), event.decoded("sequence"), event.decoded("dtstart").date()
            assert sequence > kept.get(key, (-1, None))[0]
            kept[key] = (sequence, None if is_off else day)
    return {day for _sequence, day in kept.values() if day is not None}


def test_the_agenda_of_who_has_a_seat_has_the_days_of_the_session_and_no_other(school: School) -> None:
    coordinator, days = coordinator_of(school.federation), [today() + AHEAD + timedelta(days=n) for n in range(4)]
    run = school.run(days[0])
    registered(coordinator, run, school.federation.agent())
    school.give_seats()
    later = (days[1:3], days[2:3], days[1:4])
    for choice in later:
        moved(school, run, *choice)
    with school.trainer.at_work() as session:
        found = session.get_one(CourseRun, (run.tenant_id, run.id))
        runs.cancel_run(session, school.trainer.actor, found, school.course, "La formatrice est malade.")
    with school.trainer.at_work() as session:
        mails = list(session.scalars(select(OutboxMessage).order_by(OutboxMessage.created_at)))
    expected = [{days[0]}, *map(set, later), set()]
    assert [agenda_after(mails[: number + 1]) for number in range(len(mails))] == expected
    assert "METHOD:CANCEL" in (mails[-1].calendar or "")
