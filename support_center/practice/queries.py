from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select

from clais.database import ScopedSession
from clais.exchange.practice.models import PracticeAnswer, PracticeCard


def own_cards(session: ScopedSession) -> Sequence[PracticeCard]:
    """The cards of the centre, the newest first."""
    found = select(PracticeCard).where(PracticeCard.owner_tenant_id == session.scope.tenant_id)
    return session.scalars(found.order_by(PracticeCard.shown_from.desc(), PracticeCard.id.desc())).all()


def newest_answer(session: ScopedSession, question_id: UUID) -> PracticeAnswer | None:
    """The newest answer of the centre to a question."""
    found = select(PracticeAnswer).where(
        PracticeAnswer.tenant_id == session.scope.tenant_id, PracticeAnswer.practice_question_id == question_id
    )
    in_order = found.order_by(PracticeAnswer.answered_at.desc(), PracticeAnswer.id.desc())
    return session.scalars(in_order.limit(1)).first()
