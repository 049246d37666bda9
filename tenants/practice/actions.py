"""What members of a platform say to the centre: that they have read a card, a question, what they use."""

from sqlalchemy import delete
from sqlalchemy.exc import IntegrityError

from clais.actor import Actor
from clais.audit.actions import record
from clais.clock import now, today
from clais.database import ScopedSession
from clais.exchange.practice.models import CardReading, CardReceipt, DocumentUse, PracticeCard, PracticeQuestion
from clais.exchange.practice.workflow import QUESTION
from clais.workflow import Refused
from tenants.practice.queries import counts_of, held_reading


def read_card(session: ScopedSession, actor: Actor, card: PracticeCard) -> None:
    """Note that a member has read a card as it stands, and tell the centre how many have."""
    reading = _held(session, card)
    try:
        with session.begin_nested():
            session.add(CardReceipt(membership_id=actor.membership_id, practice_card_id=card.id, number=card.number))
    except IntegrityError:
        return  # The second of two clicks: the first one has said it.
    _count(session, card, reading)


def unread_card(session: ScopedSession, actor: Actor, card: PracticeCard) -> None:
    """Take back that a member has read a card."""
    reading = _held(session, card)
    session.execute(
        delete(CardReceipt).where(
            CardReceipt.tenant_id == session.scope.tenant_id,
            CardReceipt.membership_id == actor.membership_id,
            CardReceipt.practice_card_id == card.id,
            CardReceipt.number == card.number,
        )
    )
    _count(session, card, reading)


def _held(session: ScopedSession, card: PracticeCard) -> CardReading:
    """The count of a card, held: of two members who say it at once the second one counts the first."""
    found = held_reading(session, card.id)
    if found is not None:
        return found
    new = CardReading(to_tenant_id=card.owner_tenant_id, practice_card_id=card.id, number=card.number)
    try:
        with session.begin_nested():
            session.add(new)
    except IntegrityError:
        found = held_reading(session, card.id)
        if found is None:
            raise
        return found
    return new


def _count(session: ScopedSession, card: PracticeCard, reading: CardReading) -> None:
    reading.number = card.number
    reading.readers, reading.asked = counts_of(session, card.id, card.number, card.roles)
    session.flush()


def ask(session: ScopedSession, actor: Actor, centre_id: object, text: str) -> PracticeQuestion:
    """Ask the centre something."""
    question = PracticeQuestion(to_tenant_id=centre_id, membership_id=actor.membership_id, text=text)
    session.add(question)
    session.flush()
    record(session, "practice.ask", "practice_question", question.id)
    return question


def ask_again(session: ScopedSession, actor: Actor, question: PracticeQuestion, more: str) -> None:
    """Ask a question again, and say what is missing. Raises Refused."""
    QUESTION.apply(session, question, "reopen", actor)
    question.more, question.asked_at = more, now()
    record(session, "practice.ask_again", "practice_question", question.id)
    session.flush()


def close(session: ScopedSession, actor: Actor, question: PracticeQuestion) -> None:
    """Close a question. Raises Refused."""
    QUESTION.apply(session, question, "close", actor)
    record(session, "practice.close", "practice_question", question.id)
    session.flush()


def use(
    session: ScopedSession, actor: Actor, known: DocumentUse | None, document: tuple[object, object], number: int
) -> None:
    """Say that the platform uses a version of a document; `known` is what it said before, `document` owner and key.

    Raises Refused(`said_meanwhile`).
    """
    owner, key = document
    saying = known or DocumentUse(to_tenant_id=owner, practice_document_id=key)
    saying.number, saying.since, saying.said_by = number, today(), actor.display_name
    try:
        with session.begin_nested():
            session.add(saying)
            session.flush()
    except IntegrityError as error:
        raise Refused("said_meanwhile") from error
    record(session, "practice.use", "document_use", saying.id, details={"number": number})


def stop_using(session: ScopedSession, known: DocumentUse) -> None:
    """Say that the platform uses a document no more."""
    record(session, "practice.stop_using", "document_use", known.id)
    session.delete(known)
    session.flush()
