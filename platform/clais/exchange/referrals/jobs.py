"""The worker's jobs on referrals beside `announcing`, each in the scope of one tenant.

Sentences are translated in the application's context.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, ScalarSelect, func, select

from clais.actor import Actor
from clais.clock import now, today
from clais.database import ScopedSession
from clais.dates import end_of, working_days_after
from clais.exchange.referrals import actions, news
from clais.exchange.referrals.announcing import hearers_of
from clais.exchange.referrals.delays import Promise
from clais.exchange.referrals.models import TRANSFER, Referral, ReferralEvent
from clais.exchange.referrals.news import Movement
from clais.exchange.referrals.workflow import UNANSWERED, UNUSED
from clais.registry.models import Tenant
from clais.translation import gettext

BATCH = 500


def lapse_unanswered(session: ScopedSession, actor: Actor) -> int:
    """In the sender's tenant: tell who follows the person that an answer is late, then let the referral lapse.

    It lapses when the receiver's promise (see `exchange.referrals.delays`) has been over for its `lapse` working days.
    Returns how many lapsed. `actor` is the system, with the permission `referral.lapse`.
    """
    overdue = session.scalars(
        select(Referral)
        .where(
            Referral.tenant_id == session.scope.tenant_id,
            Referral.state.in_(UNANSWERED),
            Referral.answer_due_on < today(),
        )
        .order_by(Referral.answer_due_on)
        .limit(BATCH)
    ).all()
    promises = _promises(session, {referral.to_tenant_id for referral in overdue})
    hearers = hearers_of(session, {referral.person_id for referral in overdue})
    lapsed = 0
    for referral in in_order(overdue):
        due = referral.answer_due_on
        # Who offers a file keeps following the person: after the two weeks nothing more is waited for.
        grace = 0 if referral.kind == TRANSFER else promises[referral.to_tenant_id].lapse
        if due is not None and working_days_after(due, grace) < today():
            actions.lapse(session, actor, referral)
            lapsed += 1
        else:
            late = Movement(f"overdue:{referral.id}", news.OVERDUE, referral.reference)
            for membership_id in hearers.get(referral.person_id, ()):
                news.notify_member(session, membership_id, referral, late, gettext)
    return lapsed


def close_unused(session: ScopedSession, actor: Actor) -> int:
    """In the sender's tenant: close to the receiver what ended without anything having begun, after its days.

    They count from the step that ended it: what is written afterwards delays nothing. Returns how many were closed.
    `actor` is the system.
    """
    ended, ended_at = _ended(session), _ended_at(session.scope.tenant_id)
    receivers = set(session.scalars(select(Referral.to_tenant_id).where(*ended).distinct()))
    due: list[Referral] = []
    for receiver, promise in _promises(session, receivers).items():
        over = (Referral.to_tenant_id == receiver, ended_at < now() - timedelta(days=promise.close))
        due += session.scalars(select(Referral).where(*ended, *over).order_by(Referral.id).limit(BATCH))
    for referral in in_order(due):
        actions.close_unused(session, actor, referral)
    return len(due)


def in_order(referrals: Iterable[Referral]) -> list[Referral]:
    """Referrals in the order in which one transaction locks several, so that two never wait for each other."""
    return sorted(referrals, key=lambda referral: referral.id)


def next_lapse_at(session: ScopedSession) -> datetime | None:
    """When the next answer is late, or one that is late has been so for too long; daily while there is one."""
    first = session.scalar(
        select(func.min(Referral.answer_due_on)).where(
            Referral.tenant_id == session.scope.tenant_id, Referral.state.in_(UNANSWERED)
        )
    )
    return end_of(max(first, today())) if first else None


def next_close_at(session: ScopedSession) -> datetime | None:
    """When the next referral closes that ended without anything having begun."""
    ended_at = _ended_at(session.scope.tenant_id)
    first = select(Referral.to_tenant_id, func.min(ended_at)).where(*_ended(session)).group_by(Referral.to_tenant_id)
    ends: dict[UUID, datetime] = {receiver: at for receiver, at in session.execute(first) if at}
    promises = _promises(session, set(ends))
    return min((at + timedelta(days=promises[receiver].close) for receiver, at in ends.items()), default=None)


def _ended(session: ScopedSession) -> tuple[ColumnElement[bool], ...]:
    """The referrals of the sender that ended without anything having begun, and are open to the receiver."""
    return (
        Referral.tenant_id == session.scope.tenant_id,
        Referral.state.in_(UNUSED),
        Referral.withdrawn_at.is_(None),
        Referral.consent_until > now(),
    )


def _ended_at(here: UUID) -> ScalarSelect[datetime]:
    return (
        select(func.max(ReferralEvent.happened_at))
        .where(
            ReferralEvent.tenant_id == here,
            ReferralEvent.referral_id == Referral.id,
            ReferralEvent.target == Referral.state,
        )
        .scalar_subquery()
    )


def _promises(session: ScopedSession, tenant_ids: set[UUID]) -> dict[UUID, Promise]:
    tenants = session.scalars(select(Tenant).where(Tenant.id.in_(tenant_ids))) if tenant_ids else ()
    return {tenant.id: Promise.of(tenant.settings) for tenant in tenants}
