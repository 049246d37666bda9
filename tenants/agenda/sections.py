"""What the agenda puts on the file of a person."""

from clais.actor import Actor
from clais.database import ScopedSession
from clais.dates import day_of
from tenants.agenda import queries
from tenants.agenda.models import Appointment
from tenants.agenda.rows import is_over, rows_of
from tenants.people.models import Person
from tenants.people.workflow import OPEN_STAGES


def appointments_on_file(session: ScopedSession, person: Person, actor: Actor) -> dict[str, object]:
    """The appointments of a person that are not over: under way, or to come."""
    found = [appointment for appointment in _of(session, person) if not is_over(appointment)]
    return {
        "rows": rows_of(session, [(appointment, person) for appointment in found], actor, "file", team=True),
        "first_on": day_of(found[0].starts_at) if found else None,
        "may_make": person.stage in OPEN_STAGES,
    }


def past_on_file(session: ScopedSession, person: Person, actor: Actor) -> dict[str, object] | None:
    """Those of today that are over, and earlier ones without an outcome; None without any."""
    found = [appointment for appointment in _of(session, person) if is_over(appointment)]
    rows = rows_of(session, [(appointment, person) for appointment in found], actor, "file", team=True)
    return {"rows": rows} if rows else None


def _of(session: ScopedSession, person: Person) -> list[Appointment]:
    return session.read_once(
        f"open appointments of {person.id}", lambda: queries.open_appointments_of(session, person.id)
    )
