"""What the agenda puts on the file of a person."""

from clais.actor import Actor
from clais.database import ScopedSession
from clais.dates import day_of
from tenants.agenda import queries
from tenants.agenda.rows import row_of
from tenants.people.models import Person
from tenants.people.workflow import OPEN_STAGES


def appointments_on_file(session: ScopedSession, person: Person, actor: Actor) -> dict[str, object]:
    """The appointments on the file of a person: today's, those to come, those to settle."""
    found = queries.open_appointments_of(session, person.id)
    return {
        "rows": [row_of(appointment, person, actor, "file", team=True) for appointment in found],
        "first_on": day_of(found[0].starts_at) if found else None,
        "may_make": person.stage in OPEN_STAGES,
    }
