"""What an address of the exchange of practice names, or 404."""

from uuid import UUID

from flask import abort

from clais.exchange.practice.models import PracticeDocument, PracticeQuestion
from clais.exchange.practice.queries import received_question, received_uses, versions_of
from clais.exchange.practice.rows import Held
from clais.web.context import database, get_or_404


def opened_question(question_id: UUID) -> PracticeQuestion:
    """A question to the centre."""
    found = received_question(database(), question_id)
    if found is None:
        abort(404)
    return found


def opened_document(document_id: UUID) -> Held:
    """A document of the centre with who uses it."""
    session, document = database(), get_or_404(PracticeDocument, document_id)
    versions = versions_of(session, [document_id]).get(document_id, [])
    return Held(document, versions, received_uses(session, document_id).get(document_id, []))
