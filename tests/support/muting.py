"""Quiet files for tests."""

from datetime import timedelta

from clais.clock import today
from tenants.muting import actions
from tenants.muting.models import FileMuting
from tenants.people.models import Person
from tests.support.federation import Member


def a_muting(member: Member, person: Person, days: int = 60, reason: str = "partner") -> FileMuting:
    """A file that a member makes quiet for some days."""
    with member.at_work() as session:
        file = session.get_one(Person, (person.tenant_id, person.id))
        until = today() + timedelta(days=days)
        return actions.mute_file(session, file, member.actor, reason=reason, until_on=until)
