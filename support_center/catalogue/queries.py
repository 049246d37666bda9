"""What the centre sees of its own schemes: who is in them, whatever their state."""

from typing import NamedTuple
from uuid import UUID

from sqlalchemy import func, select

from clais.database import ScopedSession
from clais.database.keyset import alphabetical
from clais.exchange.publications.models import Scheme, SchemeSession
from clais.exchange.referrals.models import Referral
from clais.exchange.referrals.workflow import WAITING
from support_center.routing.models import Enrolment


class People(NamedTuple):
    """How many have a seat in sessions of a scheme, wait for one, and are referred to it without an answer yet."""

    seated: int
    waiting: int
    unanswered: int

    @property
    def anybody(self) -> bool:
        """Whether something is under way for somebody."""
        return any(self)


def people_in(session: ScopedSession, scheme_id: UUID) -> People:
    """Those in the sessions of an own scheme, and what was sent to it; nobody is named."""
    here = session.scope.tenant_id
    held = (
        select(
            func.count().filter(Enrolment.state == "seated").label("seated"),
            func.count().filter(Enrolment.state == "waiting").label("waiting"),
        )
        .join(
            SchemeSession,
            (SchemeSession.owner_tenant_id == here) & (SchemeSession.id == Enrolment.scheme_session_id),
        )
        .where(Enrolment.tenant_id == here, Enrolment.state != "released", SchemeSession.scheme_id == scheme_id)
    )
    sent = select(func.count()).where(
        Referral.to_tenant_id == here, Referral.scheme_id == scheme_id, Referral.state.in_(sorted(WAITING))
    )
    seated, waiting = session.execute(held).one()
    return People(seated, waiting, session.scalar(sent) or 0)


def schemes_by_operator(session: ScopedSession) -> dict[UUID, list[Scheme]]:
    """Operator → its schemes, by name; those that take nobody any more too."""
    found: dict[UUID, list[Scheme]] = {}
    rows = select(Scheme).where(Scheme.basin_id == session.scope.basin_id, Scheme.operator_id.is_not(None))
    for scheme in session.scalars(rows.order_by(alphabetical(Scheme.name), Scheme.id)):
        if scheme.operator_id is not None:
            found.setdefault(scheme.operator_id, []).append(scheme)
    return found
