"""The templates of a platform: added, changed, taken away."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from clais.audit.actions import record
from clais.database import ScopedSession, new_id
from clais.workflow import Refused
from tenants.note_templates.choices import CONTACT, FORMS, NOTE
from tenants.note_templates.models import NoteTemplate
from tenants.note_templates.queries import MOST

FACTS = ("form", "label", "text", "theme", "note_class", "channel", "minutes")
SET_IN = {"theme": {NOTE, CONTACT}, "note_class": {NOTE}, "channel": {CONTACT}, "minutes": {CONTACT}}
"""What is set beside the text → the forms that have it."""


def add_template(session: ScopedSession, facts: Mapping[str, Any]) -> NoteTemplate:
    """Add a template. Raises Refused: `too_many` for more than MOST, `named_so` when one of its form has the name."""
    here = select(func.count()).where(NoteTemplate.tenant_id == session.scope.tenant_id)
    if (session.scalar(here) or 0) >= MOST:
        raise Refused("too_many")
    template = NoteTemplate(id=new_id())
    _write(session, template, facts)
    record(session, "note_template.add", "note_template", template.id)
    return template


def change_template(session: ScopedSession, template: NoteTemplate, facts: Mapping[str, Any]) -> None:
    """Correct a template. Raises Refused(`named_so`)."""
    _write(session, template, facts)
    record(session, "note_template.change", "note_template", template.id)


def _write(session: ScopedSession, template: NoteTemplate, facts: Mapping[str, Any]) -> None:
    try:
        with session.begin_nested():
            for name in FACTS:
                is_set = facts["form"] in SET_IN.get(name, FORMS)
                setattr(template, name, facts[name] if is_set else None)
            session.add(template)
    except IntegrityError:
        raise Refused("named_so") from None


def remove_template(session: ScopedSession, template: NoteTemplate) -> None:
    """Take a template away. What was written with it stays as it is."""
    record(session, "note_template.remove", "note_template", template.id)
    session.delete(template)
    session.flush()
