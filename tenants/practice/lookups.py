"""What an address of the exchange of practice names, or 404."""

from uuid import UUID

from flask import abort

from clais.exchange.practice.models import DocumentUse, PracticeCard, PracticeQuestion
from clais.exchange.practice.queries import card_of_basin, document_of_basin, own_uses, versions_of
from clais.exchange.practice.rows import Held
from clais.registry.queries import support_centre_of
from clais.web.context import actor, database, get_or_404


def opened_card(card_id: UUID) -> PracticeCard:
    """A published card."""
    found = card_of_basin(database(), card_id)
    if found is None:
        abort(404)
    return found


def own_question(question_id: UUID) -> PracticeQuestion:
    """A question of the member themselves: nobody else's concern in the platform."""
    found = get_or_404(PracticeQuestion, question_id)
    if found.membership_id != actor().membership_id:
        abort(404)
    return found


def opened_document(document_id: UUID) -> tuple[Held, DocumentUse | None]:
    """A document of the library, and whether the platform uses it."""
    session = database()
    document = document_of_basin(session, document_id)
    if document is None:
        abort(404)
    use = own_uses(session).get(document_id)
    versions = versions_of(session, [document_id]).get(document_id, [])
    return Held(document, versions, [use] if use else []), use


def centre_id() -> UUID:
    """The centre of the basin; 404 in one that has none."""
    centre = support_centre_of(database(), actor().basin_id)
    if centre is None:
        abort(404)
    return centre.id
