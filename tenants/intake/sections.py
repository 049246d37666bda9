"""The section of the last reception on the file of a person."""

from collections.abc import Mapping
from typing import Any

from clais.actor import Actor
from clais.database import ScopedSession
from tenants.file.queries import newest
from tenants.intake.presentation import as_text, urgent_text
from tenants.people.models import Person


def urgent_on_file(session: ScopedSession, person: Person, actor: Actor) -> Mapping[str, Any] | None:
    """What cannot wait, of the last reception; and whether there was any."""
    content = request_on_file(session, person, actor)
    intake = content["intake"]
    return content if intake is None or intake.urgent_needs or intake.urgent_note else None


def request_on_file(session: ScopedSession, person: Person, actor: Actor) -> Mapping[str, Any]:
    """The last request of the person, and the number of earlier receptions."""
    latest, *earlier = [*newest(session, person.id, actor)["intakes"], None]
    return {
        "intake": latest,
        "earlier": len(earlier) - 1 if latest else 0,
        "as_text": as_text,
        "urgent_text": urgent_text,
    }
