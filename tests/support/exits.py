"""People who left, for tests."""

from sqlalchemy import select

from tenants.exits import actions
from tenants.exits.models import ExitCheck
from tenants.people.models import Person
from tests.support.federation import Member

CLOSING = {"reason": "job", "result": "fixed_term"}


def someone_gone(member: Member, person: Person, **facts: str) -> Person:
    """A person whose file is closed today by the action."""
    with member.at_work() as session:
        file = session.get_one(Person, (person.tenant_id, person.id))
        actions.close_file(session, file, member.actor, **{**CLOSING, **facts})
    return person


def checks_of(member: Member, person: Person) -> list[ExitCheck]:
    """What is asked of someone, the first first."""
    with member.at_work() as session:
        found = select(ExitCheck).where(ExitCheck.tenant_id == member.tenant.id, ExitCheck.person_id == person.id)
        return list(session.scalars(found.order_by(ExitCheck.due_on, ExitCheck.id)))
