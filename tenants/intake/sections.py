"""What the reception puts on the file of a person."""

from collections.abc import Mapping
from typing import Any

from clais.actor import Actor
from clais.database import ScopedSession
from tenants.file.queries import newest
from tenants.intake.presentation import in_words
from tenants.people.models import Person


def request_on_file(session: ScopedSession, person: Person, actor: Actor) -> Mapping[str, Any]:
    """What the person asked for when they last came, and how often they came before."""
    latest, *earlier = [*newest(session, person.id, actor)["intakes"], None]
    return {"intake": latest, "earlier": len(earlier) - 1 if latest else 0, "says": in_words}
