from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import BindParameter, ScalarSelect, func, select, text

from clais.database import ScopedSession
from clais.exchange.referrals.models import TRANSFER, WAITS, Referral, ReferralEvent
from clais.exchange.referrals.queries import received_referral
from clais.workflow import StateChange
from tenants.file_transfers.models import FileArrival
from tenants.people.models import Person
from tenants.people.workflow import OPEN_STAGES

MOST = 100


def received_transfer(session: ScopedSession, referral_id: UUID) -> Referral | None:
    """A transfer that this platform received, while its agreement stands."""
    referral = received_referral(session, referral_id)
    return referral if referral is not None and referral.kind == TRANSFER else None


def waiting_transfers(session: ScopedSession, limit: int = MOST) -> Sequence[Referral]:
    """The transfers that wait for an answer here, those that lapse soonest first."""
    return session.scalars(
        select(Referral)
        .where(Referral.to_tenant_id == session.scope.tenant_id, Referral.kind == TRANSFER, text(WAITS))
        .order_by(Referral.due_on, Referral.id)
        .limit(limit)
    ).all()


def answered_transfers(session: ScopedSession, limit: int = MOST) -> Sequence[Referral]:
    """The transfers that were answered, called back or lapsed, the latest first."""
    return session.scalars(
        select(Referral)
        .where(
            Referral.to_tenant_id == session.scope.tenant_id,
            Referral.kind == TRANSFER,
            Referral.state.not_in(("requested", "received")),
        )
        .order_by(Referral.last_moved_at.desc(), Referral.id.desc())
        .limit(limit)
    ).all()


def waiting_count(here: UUID | BindParameter[UUID]) -> ScalarSelect[int]:
    """The query that counts the transfers to answer, for the rail."""
    waiting = select(func.count()).select_from(Referral).where(Referral.to_tenant_id == here, text(WAITS))
    return waiting.where(Referral.kind == TRANSFER).scalar_subquery()


def arrival_by(session: ScopedSession, referral_id: UUID) -> FileArrival | None:
    """The arrival that a transfer ended in."""
    return session.scalars(
        select(FileArrival).where(
            FileArrival.tenant_id == session.scope.tenant_id, FileArrival.referral_id == referral_id
        )
    ).one_or_none()


def given_over(session: ScopedSession, limit: int = MOST) -> Sequence[Person]:
    """The people whose file another platform took over, while it is still open here.

    One that was closed since and opened again stays open: the person came back.
    """
    here = session.scope.tenant_id
    closed_since = select(StateChange.id).where(
        StateChange.tenant_id == here,
        StateChange.subject_id == Person.id,
        StateChange.transition == "close",
        StateChange.happened_at >= ReferralEvent.happened_at,
    )
    return session.scalars(
        select(Person)
        .join(Referral, (Referral.tenant_id == here) & (Referral.person_id == Person.id))
        .join(ReferralEvent, (ReferralEvent.tenant_id == here) & (ReferralEvent.referral_id == Referral.id))
        .where(
            Person.tenant_id == here,
            Person.stage.in_(OPEN_STAGES),
            Referral.kind == TRANSFER,
            Referral.state == "handed_over",
            ReferralEvent.transition == "take_over",
            ~closed_since.exists(),
        )
        .order_by(Person.id)
        .limit(limit)
    ).all()
