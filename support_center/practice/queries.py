from collections.abc import Sequence

from sqlalchemy import select

from clais.database import ScopedSession
from clais.exchange.practice.models import PracticeCard


def own_cards(session: ScopedSession) -> Sequence[PracticeCard]:
    """The cards of the centre, the newest first."""
    found = select(PracticeCard).where(PracticeCard.owner_tenant_id == session.scope.tenant_id)
    return session.scalars(found.order_by(PracticeCard.shown_from.desc(), PracticeCard.id.desc())).all()
