"""Templates of notes for tests."""

from typing import Any

from tenants.note_templates import actions
from tenants.note_templates.models import NoteTemplate
from tests.support.federation import Member

BLANK: dict[str, Any] = {"theme": None, "note_class": None, "channel": None, "minutes": None}


def a_template(
    member: Member,
    label: str = "Appel sans réponse",
    form: str = "note",
    text: str = "Appelé, pas de réponse.",
    **facts: Any,
) -> NoteTemplate:
    """A template that a member adds."""
    with member.at_work() as session:
        return actions.add_template(session, BLANK | {"label": label, "form": form, "text": text} | facts)
