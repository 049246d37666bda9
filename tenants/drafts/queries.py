from uuid import UUID

from sqlalchemy import select

from clais.actor import Actor
from clais.database import NIL, ScopedSession
from clais.thread import READER, Source
from tenants.drafts.models import Draft


def draft_of(
    session: ScopedSession, actor: Actor, person_id: UUID, form: str, subject_id: UUID = NIL, *, held: bool = False
) -> Draft | None:
    """What `actor` is typing in a form of a file, about a subject if the form corrects one; `held` locks it."""
    found = select(Draft).where(
        Draft.tenant_id == session.scope.tenant_id,
        Draft.person_id == person_id,
        Draft.membership_id == actor.membership_id,
        Draft.form == form,
        Draft.subject_id == subject_id,
    )
    if held:
        found = found.with_for_update().execution_options(populate_existing=True)
    return session.scalars(found).one_or_none()


OF_A_PERSON = Source(
    Draft.person_id,
    {"form": Draft.form, "version": Draft.version, "kept_at": Draft.kept_at},
    order=(Draft.kept_at.desc(), Draft.id.desc()),
    where=(Draft.membership_id == READER,),
)
"""That the reader is typing something in a file, read with the rest of it; what it is stays sealed."""
