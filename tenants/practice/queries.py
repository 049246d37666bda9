from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import bindparam, func, select

from clais.actor import Actor
from clais.database import HERE, MEMBER, ScopedSession
from clais.exchange.practice.models import CardReading, CardReceipt, PracticeQuestion
from clais.exchange.practice.queries import Card, shown_cards
from clais.identity.models import Membership

_READ = select(CardReceipt.practice_card_id, CardReceipt.number).where(
    CardReceipt.tenant_id == HERE,
    CardReceipt.membership_id == MEMBER,
    CardReceipt.practice_card_id.in_(bindparam("cards", expanding=True)),
)


def read_by(session: ScopedSession, actor: Actor, cards: Iterable[Card]) -> set[UUID]:
    """Those of some cards that a member has read, in the version that is published."""
    numbers = {card.id: card.number for card in cards}
    if not numbers:
        return set()
    given = {"here": session.scope.tenant_id, "member": actor.membership_id, "cards": list(numbers)}
    return {
        row.practice_card_id for row in session.execute(_READ, given) if row.number == numbers[row.practice_card_id]
    }


def unread_cards(session: ScopedSession, actor: Actor) -> list[Card]:
    """The cards of today that a member is asked to read, and has not, the newest first."""
    cards = shown_cards(session, actor.role)
    read = read_by(session, actor, cards)
    return [card for card in cards if card.id not in read]


def held_reading(session: ScopedSession, card_id: UUID) -> CardReading | None:
    """What the platform tells the centre of a card, for this transaction alone to change."""
    found = select(CardReading).where(
        CardReading.tenant_id == session.scope.tenant_id, CardReading.practice_card_id == card_id
    )
    held = found.with_for_update(key_share=True).execution_options(populate_existing=True)
    return session.scalars(held).one_or_none()


def counts_of(session: ScopedSession, card_id: UUID, number: int, roles: Iterable[str]) -> tuple[int, int]:
    """How many members of these roles have read a version of a card, of how many."""
    here = session.scope.tenant_id
    asked = (Membership.tenant_id == here, Membership.ended_at.is_(None), Membership.role.in_(list(roles)))
    readers = (
        select(func.count())
        .select_from(CardReceipt)
        .join(Membership, (Membership.tenant_id == here) & (Membership.id == CardReceipt.membership_id))
        .where(
            CardReceipt.tenant_id == here,
            CardReceipt.practice_card_id == card_id,
            CardReceipt.number == number,
            *asked,
        )
    )
    return session.scalar(readers) or 0, session.scalar(select(func.count()).where(*asked)) or 0


def own_questions(session: ScopedSession, actor: Actor) -> list[PracticeQuestion]:
    """The questions that a member asked, the newest first."""
    found = select(PracticeQuestion).where(
        PracticeQuestion.tenant_id == session.scope.tenant_id, PracticeQuestion.membership_id == actor.membership_id
    )
    return list(session.scalars(found.order_by(PracticeQuestion.asked_at.desc(), PracticeQuestion.id.desc())))
