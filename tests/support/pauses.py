"""Pauses for tests."""

from datetime import timedelta

from clais.clock import today
from tenants.pauses import actions
from tenants.pauses.models import ClockPause
from tenants.people.models import Person
from tests.support.federation import Member


def a_pause(member: Member, person: Person, starts_in: int = 0, days: int = 30, reason: str = "away") -> ClockPause:
    """A pause from some day on."""
    starts = today() + timedelta(days=starts_in)
    with member.federation.app.test_request_context(), member.at_work() as session:
        file = session.get_one(Person, (person.tenant_id, person.id))
        facts = {"starts_on": starts, "until_on": starts + timedelta(days=days - 1)}
        return actions.note_pause(session, file, member.actor, reason=reason, **facts)
