from clais.database import ScopedSession
from clais.exchange.training.models import Course
from clais.exchange.training.queries import course_of_code, without_certificate
from clais.identity.queries import members_who_may
from clais.instruments.rules.definition import Definition
from clais.permissions import PermissionTable

FILLS_IN = "orientation.write"


def untrained(
    session: ScopedSession, definition: Definition, table: PermissionTable
) -> tuple[Course, list[str]] | None:
    """The course that a definition requires, and the names of the members who work without its certificate today.

    None when it requires none.
    """
    course = course_of_code(session, definition.certificate) if definition.certificate else None
    if course is None:
        return None
    names = {member.id: member.display_name for member in members_who_may(session, FILLS_IN, table)}
    return course, [names[key] for key in without_certificate(session, course, names)]
