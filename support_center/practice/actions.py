"""What the centre writes: cards, answers, the library."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy.exc import IntegrityError

from clais.actor import Actor
from clais.audit.actions import record
from clais.clock import now, today
from clais.database import ScopedSession
from clais.due.actions import make_due
from clais.exchange.practice.jobs import TELL
from clais.exchange.practice.models import (
    PracticeAnswer,
    PracticeCard,
    PracticeDocument,
    PracticeDocumentVersion,
    PracticeQuestion,
)
from clais.exchange.practice.queries import PUBLISHED, PUBLISHED_CARDS, versions_of
from clais.workflow import Refused
from support_center.practice.workflow import CARD

LONGEST_TITLE = 120
LONGEST_CARD = 1200


def draft_card(session: ScopedSession, actor: Actor, facts: Mapping[str, Any]) -> PracticeCard:
    """Begin a card, which nobody else sees. `facts` are those of CardSchema."""
    card = PracticeCard(owner_tenant_id=actor.tenant_id, basin_id=actor.basin_id, **facts)
    session.add(card)
    session.flush()
    record(session, "card.draft", "practice_card", card.id)
    return card


def change_card(session: ScopedSession, card: PracticeCard, facts: Mapping[str, Any], *, again: bool) -> None:
    """Change a card. Of a published one, `again` makes a new version, which is to be read again.

    Raises StaleDataError when someone else saved it meanwhile.
    """
    for name, value in facts.items():
        setattr(card, name, value)
    if again and card.state == PUBLISHED:
        card.number += 1
    record(session, "card.change", "practice_card", card.id, details={"fields": sorted(facts)})
    session.flush()
    PUBLISHED_CARDS.forget(session)


def move_card(session: ScopedSession, actor: Actor, card: PracticeCard, step: str) -> None:
    """Take a step of the workflow of a card. Raises Refused."""
    CARD.apply(session, card, step, actor)
    if card.state == PUBLISHED and card.published_at is None:
        card.published_at = now()
    if step == "publish":
        record(session, "card.publish", "practice_card", card.id)
    elif step == "withdraw":
        record(session, "card.withdraw", "practice_card", card.id)
    else:
        record(session, "card.publish_again", "practice_card", card.id)
    session.flush()
    PUBLISHED_CARDS.forget(session)


def answer(session: ScopedSession, actor: Actor, question: PracticeQuestion, text: str) -> PracticeAnswer:
    """Answer a question; its platform tells who asked."""
    row = PracticeAnswer(
        to_tenant_id=question.tenant_id,
        practice_question_id=question.id,
        text=text,
        answered_by=actor.display_name,
    )
    session.add(row)
    session.flush()
    record(session, "practice.answer", "practice_answer", row.id)
    make_due(session, TELL, tenant_id=question.tenant_id)
    return row


def card_of_answer(
    session: ScopedSession, actor: Actor, question: PracticeQuestion, row: PracticeAnswer, roles: list[str]
) -> PracticeCard:
    """Make the draft of a card of an answer, for `roles`: nothing in it says who asked, nor where."""
    facts = {
        "title": _shortened(question.text.splitlines()[0], LONGEST_TITLE),
        "text": row.text[:LONGEST_CARD],
        "roles": roles,
        "places": [],
        "shown_from": today(),
    }
    card = draft_card(session, actor, facts)
    row.practice_card_id = card.id
    session.flush()
    return card


def _shortened(text: str, longest: int) -> str:
    return text if len(text) <= longest else text[: longest - 1] + "…"


def add_document(session: ScopedSession, actor: Actor, facts: Mapping[str, Any]) -> PracticeDocument:
    """Put a document in the library. `facts` are those of DocumentSchema."""
    document = PracticeDocument(owner_tenant_id=actor.tenant_id, basin_id=actor.basin_id, **facts)
    session.add(document)
    session.flush()
    record(session, "document.add", "practice_document", document.id)
    return document


def change_document(session: ScopedSession, document: PracticeDocument, facts: Mapping[str, Any]) -> None:
    """Change what is said of a document. Raises StaleDataError when someone else saved it meanwhile."""
    for name, value in facts.items():
        setattr(document, name, value)
    record(session, "document.change", "practice_document", document.id, details={"fields": sorted(facts)})
    session.flush()


def add_version(
    session: ScopedSession, actor: Actor, document: PracticeDocument, facts: Mapping[str, Any]
) -> PracticeDocumentVersion:
    """Add a version of a document. `facts` are those of VersionSchema. Raises Refused(`added_meanwhile`)."""
    known = versions_of(session, [document.id]).get(document.id, [])
    version = PracticeDocumentVersion(
        owner_tenant_id=actor.tenant_id,
        basin_id=actor.basin_id,
        practice_document_id=document.id,
        number=known[0].number + 1 if known else 1,
        **facts,
    )
    try:
        with session.begin_nested():
            session.add(version)
    except IntegrityError as error:
        raise Refused("added_meanwhile") from error
    record(session, "document.version", "practice_document", document.id, details={"number": version.number})
    return version


def withdraw_document(session: ScopedSession, document: PracticeDocument, *, back: bool) -> None:
    """Say that nobody should begin to use a document, or, `back`, that it can be used again."""
    document.withdrawn_on = None if back else today()
    record(session, "document.take_up" if back else "document.withdraw", "practice_document", document.id)
    session.flush()
