"""The section of the last reception on the file of a person."""

from collections.abc import Mapping
from typing import Any

from clais.actor import Actor
from clais.database import ScopedSession
from tenants.file.queries import newest
from tenants.intake.asked import questions_then
from tenants.intake.presentation import as_text, lines_of, urgent_text
from tenants.intake.queries import then_of
from tenants.people.models import Person


def urgent_on_file(session: ScopedSession, person: Person, actor: Actor) -> Mapping[str, Any] | None:
    """What cannot wait, of the last reception; and whether there was any."""
    intake = next(iter(newest(session, person.id, actor)["intakes"]), None)
    if intake is None:
        return {"intake": None, "urgent": ""}
    if not (intake.urgent_needs or intake.urgent_note):
        return None
    return {"intake": intake, "urgent": urgent_text(questions_then(session, then_of(intake)), intake)}


def request_on_file(session: ScopedSession, person: Person, actor: Actor) -> Mapping[str, Any]:
    """The last request of the person, in the words that were asked then, and the number of earlier receptions."""
    latest, *earlier = [*newest(session, person.id, actor)["intakes"], None]
    if latest is None:
        return {"intake": None}
    asked = questions_then(session, then_of(latest))
    return {
        "intake": latest,
        "earlier": len(earlier) - 1,
        "needs": as_text(asked, "urgent_needs", latest.urgent_needs),
        "lines": list(lines_of(asked, latest, (latest.asked or {}).get("answers") or {})),
    }
