"""Files and appointments for the tests of notes, contacts and the agenda."""

from datetime import date, datetime, time, timedelta
from typing import Any

from clais.clock import today
from clais.dates import is_working_day, moment_of
from clais.searching.names import sort_key
from tenants.agenda.actions import make_appointment
from tenants.agenda.models import Appointment
from tenants.people.models import Person
from tests.support.federation import Member


def a_file(member: Member, family_name: str = "Marchetti", given_names: str = "Sofia", **facts: Any) -> Person:
    """A person registered on the member's platform, whose referent they are."""
    values: dict[str, Any] = {"stage_since": today(), "referent_id": member.membership.id, **facts}
    with member.at_work() as session:
        person = Person(
            reference=f"T-{sort_key(family_name, given_names)}"[:20],
            family_name=family_name,
            given_names=given_names,
            sort_name=sort_key(family_name, given_names),
            **values,
        )
        session.add(person)
    return person


def reload(member: Member, person: Person) -> Person:
    """The file as it is stored now."""
    with member.at_work() as session:
        stored: Person = session.get_one(Person, (member.tenant.id, person.id))
    return stored


def an_appointment(member: Member, person: Person, starts_at: datetime | None = None, **facts: Any) -> Appointment:
    """An appointment of `member` with `person`; today at nine when nothing else is said."""
    values: dict[str, Any] = {"minutes": 45, "purpose": "follow_up", **facts}
    with member.at_work() as session:
        return make_appointment(
            session, person, member.membership, starts_at=starts_at or moment_of(today(), time(9)), **values
        )


def state_of(member: Member, appointment: Appointment) -> str:
    """The state of an appointment as it is stored now."""
    with member.at_work() as session:
        state: str = session.get_one(Appointment, (member.tenant.id, appointment.id)).state
    return state


def working_day(ahead: int = 7) -> date:
    """A working day at least `ahead` days from now."""
    day = today() + timedelta(days=ahead)
    while not is_working_day(day):
        day += timedelta(days=1)
    return day


def form_of(member: Member, day: date, hour: str = "10:00", **changes: str) -> dict[str, str]:
    """The answers of a form for an appointment in the agenda of `member`."""
    return {
        "day": day.strftime("%d/%m/%Y"),
        "hour": hour,
        "minutes": "45",
        "agent_id": str(member.membership.id),
        "purpose": "follow_up",
        **changes,
    }
