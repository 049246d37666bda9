"""The sentences of the trail about what a platform tells the centre."""

from collections.abc import Collection, Mapping
from uuid import UUID

from sqlalchemy import select

from clais.database import ScopedSession
from clais.exchange.practice.models import DocumentUse, PracticeDocument
from clais.feature.trail import Trail
from clais.translation import N_


def names(session: ScopedSession, ids: Collection[UUID]) -> Mapping[UUID, str]:
    """The titles of the documents that some rows of the platform are about."""
    here = session.scope
    uses = select(DocumentUse.id, DocumentUse.practice_document_id).where(
        DocumentUse.tenant_id == here.tenant_id, DocumentUse.id.in_(ids)
    )
    found = {row.id: row.practice_document_id for row in session.execute(uses)}
    titles = select(PracticeDocument.id, PracticeDocument.title).where(
        PracticeDocument.basin_id == here.basin_id, PracticeDocument.id.in_(set(found.values()))
    )
    known = {row.id: row.title for row in session.execute(titles)} if found else {}
    return {key: known[document] for key, document in found.items() if document in known}


TRAIL = Trail(
    verbs={
        "practice.ask": N_("%(who)s asked the support centre something"),
        "practice.ask_again": N_("%(who)s asked the support centre again"),
        "practice.close": N_("%(who)s closed a question to the support centre"),
        "practice.use": N_("%(who)s said that the platform uses a document"),
        "practice.stop_using": N_("%(who)s said that the platform uses a document no more"),
    },
    names={"document_use": names},
)
