"""The texts of the events on cards, answers and documents."""

from collections.abc import Collection, Mapping
from uuid import UUID

from sqlalchemy import select

from clais.database import ScopedSession
from clais.exchange.practice.models import PracticeCard, PracticeDocument
from clais.feature.trail import Trail
from clais.translation import N_
from support_center.practice.schemas import CardSchema, DocumentSchema


def card_names(session: ScopedSession, ids: Collection[UUID]) -> Mapping[UUID, str]:
    """The titles of some of the own cards."""
    own = (PracticeCard.owner_tenant_id == session.scope.tenant_id, PracticeCard.id.in_(ids))
    return {row.id: row.title for row in session.execute(select(PracticeCard.id, PracticeCard.title).where(*own))}


def document_names(session: ScopedSession, ids: Collection[UUID]) -> Mapping[UUID, str]:
    """The titles of some of the own documents."""
    own = (PracticeDocument.owner_tenant_id == session.scope.tenant_id, PracticeDocument.id.in_(ids))
    found = select(PracticeDocument.id, PracticeDocument.title).where(*own)
    return {row.id: row.title for row in session.execute(found)}


def fields() -> Mapping[str, str]:
    """The labels of the fields of a card and of a document."""
    facts = DocumentSchema().load_fields | CardSchema().load_fields
    return {name: str(field.metadata["label"]) for name, field in facts.items()}


TRAIL = Trail(
    verbs={
        "card.draft": N_("%(who)s began a card"),
        "card.change": N_("%(who)s changed a card"),
        "card.publish": N_("%(who)s published a card"),
        "card.withdraw": N_("%(who)s withdrew a card"),
        "card.publish_again": N_("%(who)s published a card again"),
        "practice.answer": N_("%(who)s answered a question of a platform"),
        "document.add": N_("%(who)s put a document in the library"),
        "document.change": N_("%(who)s changed what is said of a document"),
        "document.version": N_("%(who)s added a version of a document"),
        "document.withdraw": N_("%(who)s withdrew a document"),
        "document.take_up": N_("%(who)s took a document up again"),
    },
    fields=fields,
    names={"practice_card": card_names, "practice_document": document_names},
)
