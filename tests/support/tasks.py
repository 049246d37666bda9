"""Tasks for tests."""

from datetime import timedelta

from clais.clock import today
from tenants.people.models import Person
from tenants.tasks import actions
from tenants.tasks.models import OwnTask
from tests.support.federation import Member


def a_task(member: Member, text: str = "Rappeler le CPAS", person: Person | None = None, due_in: int = 0) -> OwnTask:
    """A task that a member notes for some day, on a file or not."""
    with member.at_work() as session:
        file = session.get_one(Person, (person.tenant_id, person.id)) if person else None
        return actions.add_task(session, member.actor, file, text=text, due_on=today() + timedelta(days=due_in))


def finished(member: Member, task: OwnTask) -> None:
    """A task that a member did."""
    with member.at_work() as session:
        actions.finish_task(session, member.actor, session.get_one(OwnTask, (task.tenant_id, task.id)))
