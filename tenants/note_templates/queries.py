from collections.abc import Sequence

from sqlalchemy import select

from clais.database import ScopedSession
from tenants.note_templates.models import NoteTemplate

MOST = 60
"""Templates of a platform: with more, nobody finds the right one."""


def templates_here(session: ScopedSession, form: str | None = None) -> Sequence[NoteTemplate]:
    """The templates of the platform by name, those of one form alone if it is given."""
    found = select(NoteTemplate).where(NoteTemplate.tenant_id == session.scope.tenant_id)
    if form is not None:
        found = found.where(NoteTemplate.form == form)
    return session.scalars(
        found.order_by(NoteTemplate.form.desc(), NoteTemplate.label, NoteTemplate.id).limit(MOST)
    ).all()
