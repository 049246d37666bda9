"""What hinders and what carries someone, side by side, on the path of their file."""

from collections.abc import Mapping
from typing import Any

from clais.actor import Actor
from clais.database import ScopedSession
from clais.services import services
from tenants.file.queries import newest
from tenants.obstacles.presentation import known_of, lifted_of, line_of, resource_of
from tenants.orientation.answered import answered_on_file
from tenants.orientation.workflow import WRITE
from tenants.people.models import Person
from tenants.people.workflow import OPEN_STAGES


def obstacles_on_file(session: ScopedSession, person: Person, actor: Actor) -> Mapping[str, Any] | None:
    """Obstacles and resources; None before the first bilan, as long as nothing is noted."""
    rows = newest(session, person.id, actor)
    if not rows["bilans"] and not rows["obstacles"]:
        return None
    answers = answered_on_file(session, rows["bilans"], services().keyring)
    known = known_of(session, rows["bilans"], rows["obstacles"], answers)
    return {
        "present": [line_of(one) for one in known.present],
        "resources": [resource_of(one) for one in known.resources],
        "lifted": [lifted_of(one) for one in known.lifted],
        "unreadable": known.unreadable,
        "may_write": actor.may(WRITE) and person.stage in OPEN_STAGES,
    }
