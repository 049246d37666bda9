"""What was encoded by mistake, for tests."""

from clais.database import ScopedSession
from tenants.follow_up.actions import write_note
from tenants.mistakes import actions
from tenants.mistakes.models import Mistake
from tenants.people.models import Person
from tests.support.federation import Member

SAID = {"reason": "test", "because": "Un essai du matin."}


def file_aside(member: Member, person: Person) -> Mistake:
    """A whole file that a coordinator sets aside."""
    with member.federation.app.app_context(), member.at_work() as session:
        return actions.set_file_aside(session, member.actor, _row(session, person), **SAID)


def a_note_aside(member: Member, person: Person) -> Mistake:
    """A note that a coordinator sets aside, in a file that stands."""
    with member.at_work() as session:
        row = _row(session, person)
        note = write_note(session, row, member.actor, text="Pour une autre personne.", note_class="fact")
        return actions.set_entry_aside(session, member.actor, row, note, **SAID)


def _row(session: ScopedSession, person: Person) -> Person:
    return session.get_one(Person, (person.tenant_id, person.id))
