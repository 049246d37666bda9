"""The templates of notes, contacts and letters: added, changed, taken away."""

from clais.database import ScopedSession
from tenants.note_templates import keeping
from tenants.note_templates.choices import CONTACT, FORMS, NOTE
from tenants.note_templates.keeping import Facts, Kind
from tenants.note_templates.models import NoteTemplate
from tenants.note_templates.queries import MOST

FACTS = ("form", "label", "text", "theme", "note_class", "channel", "minutes")
SET_IN = {"theme": {NOTE, CONTACT}, "note_class": {NOTE}, "channel": {CONTACT}, "minutes": {CONTACT}}
"""What is set beside the text → the forms that have it."""


def _of_its_form(facts: Facts) -> Facts:
    return {name: facts[name] if facts["form"] in SET_IN.get(name, FORMS) else None for name in FACTS}


KIND = Kind(NoteTemplate, MOST, FACTS, recorded_as="note_template", fitted=_of_its_form)


def add_template(session: ScopedSession, facts: Facts) -> NoteTemplate:
    """Add a template. Raises Refused: `too_many` for more than MOST, `named_so` when one of its form has the name."""
    template: NoteTemplate = keeping.add(session, KIND, facts)
    return template
