"""The worker's jobs on referrals, each in the scope of one tenant. Sentences are translated in the application's
context.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, Subquery, false, null, select

from clais.actor import Actor
from clais.clock import now, today
from clais.database import ScopedSession
from clais.dates import working_days_after
from clais.exchange.referrals import actions, news
from clais.exchange.referrals.delays import Promise
from clais.exchange.referrals.models import Referral, ReferralEvent, ReferralMessage, Withdrawal
from clais.exchange.referrals.news import Movement
from clais.exchange.referrals.workflow import ANSWER, TAKE_BACKS, UNANSWERED, UNUSED
from clais.feature import composition
from clais.identity.models import Membership
from clais.messaging.actions import notify
from clais.messaging.mails import post_news
from clais.messaging.subjects import subject_url
from clais.registry.models import Tenant
from clais.services import services
from clais.translation import gettext

LOOK_BACK = timedelta(days=14)
"""Older news is not announced: the worker may have been down for long."""
RECEIVER_STEPS = ("send", "cancel", "lapse", *TAKE_BACKS)
BATCH = 500


def announce(session: ScopedSession, actor: Actor) -> int:
    """Tell the members of the tenant at work what the other party did: a line on the screen and a mail, once each.

    `actor` is the system in this tenant; sentences and addresses are made in its request context. Returns how many
    lines are new; run again, it announces nothing twice.
    """
    announced = 0
    for member, referral, movement in [*_for_senders(session), *_for_receivers(session)]:
        if news.notify_member(session, member.id, referral, movement, gettext):
            announced += 1
            _mail(session, actor, member, movement, referral.id)
    return announced + _announce_withdrawals(session, actor)


def _for_senders(session: ScopedSession) -> Iterator[tuple[Membership, Referral, Movement]]:
    """News for the members who follow the person now, whoever sent the referral."""
    here, since = session.scope.tenant_id, now() - LOOK_BACK
    follows = _followers(here)
    hears = (follows.c.person_id == Referral.person_id) & (follows.c.membership_id == Membership.id)
    events = session.execute(
        select(ReferralEvent, Referral, Membership)
        .join(Referral, (Referral.tenant_id == ReferralEvent.tenant_id) & (Referral.id == ReferralEvent.referral_id))
        .join(Membership, Membership.tenant_id == here)
        .join(follows, hears)
        .where(
            ReferralEvent.tenant_id == here,
            ReferralEvent.happened_at > since,
            news.by_other_party(here),
            news.not_announced(ReferralEvent, Membership.id, here),
        )
        .order_by(ReferralEvent.happened_at)
        .limit(BATCH)
    )
    for event, referral, member in events:
        yield member, referral, news.movement_of_event(event, referral, to_sender=True)
    messages = session.execute(
        select(ReferralMessage, Referral, Membership)
        .join(
            Referral, (Referral.tenant_id == ReferralMessage.tenant_id) & (Referral.id == ReferralMessage.referral_id)
        )
        .join(Membership, Membership.tenant_id == here)
        .join(follows, hears)
        .where(
            ReferralMessage.tenant_id == here,
            ReferralMessage.sent_at > since,
            ReferralMessage.by_tenant_id != here,
            news.not_announced(ReferralMessage, Membership.id, here),
        )
        .order_by(ReferralMessage.sent_at)
        .limit(BATCH)
    )
    for message, referral, member in messages:
        yield member, referral, news.movement_of_message(message, referral)


def _followers(here: UUID) -> Subquery:
    """The pairs of a person and a member who hears of them; none where no feature keeps files."""
    followers = composition().followers
    if followers is None:
        return select(null().label("person_id"), null().label("membership_id")).where(false()).subquery()
    return followers(here, services().permissions).subquery()


def _for_receivers(session: ScopedSession) -> Iterator[tuple[Membership, Referral, Movement]]:
    here, since = session.scope.tenant_id, now() - LOOK_BACK
    officer = _is_receiver(here)
    events = session.execute(
        select(ReferralEvent, Referral, Membership)
        .join(Referral, (Referral.tenant_id == ReferralEvent.tenant_id) & (Referral.id == ReferralEvent.referral_id))
        .join(Membership, officer)
        .where(
            ReferralEvent.to_tenant_id == here,
            ReferralEvent.happened_at > since,
            ReferralEvent.transition.in_(RECEIVER_STEPS),
            news.not_announced(ReferralEvent, Membership.id, here),
        )
        .order_by(ReferralEvent.happened_at)
        .limit(BATCH)
    )
    for event, referral, member in events:
        yield member, referral, news.movement_of_event(event, referral, to_sender=False)
    messages = session.execute(
        select(ReferralMessage, Referral, Membership)
        .join(
            Referral, (Referral.tenant_id == ReferralMessage.tenant_id) & (Referral.id == ReferralMessage.referral_id)
        )
        .join(Membership, officer)
        .where(
            ReferralMessage.to_tenant_id == here,
            ReferralMessage.sent_at > since,
            ReferralMessage.by_tenant_id != here,
            news.not_announced(ReferralMessage, Membership.id, here),
        )
        .order_by(ReferralMessage.sent_at)
        .limit(BATCH)
    )
    for message, referral, member in messages:
        yield member, referral, news.movement_of_message(message, referral)


def _is_receiver(tenant_id: UUID) -> ColumnElement[bool]:
    """A present member of the tenant who answers referrals."""
    roles = services().permissions.holders(ANSWER)
    return (Membership.tenant_id == tenant_id) & Membership.role.in_(roles) & Membership.ended_at.is_(None)


def _announce_withdrawals(session: ScopedSession, actor: Actor) -> int:
    """Tell the receiver's officers which references were withdrawn; nothing else may be told."""
    here = session.scope.tenant_id
    announced = 0
    rows = session.execute(
        select(Withdrawal, Membership)
        .join(Membership, _is_receiver(here))
        .where(
            Withdrawal.to_tenant_id == here,
            Withdrawal.withdrawn_at > now() - LOOK_BACK,
            Withdrawal.cause != "unused",
            news.not_announced(Withdrawal, Membership.id, here),
        )
        .limit(BATCH)
    )
    for withdrawal, member in rows:
        sentence = news.NEVER_MEANT if withdrawal.cause == "never_meant" else news.WITHDRAWN
        movement = Movement(str(withdrawal.id), sentence, withdrawal.reference)
        if notify(session, member.id, "withdrawal", "withdrawal", withdrawal.id, movement.text(gettext), movement.key):
            announced += 1
            _mail(session, actor, member, movement, None)
    return announced


def _mail(
    session: ScopedSession, actor: Actor, member: Membership, movement: Movement, referral_id: UUID | None
) -> None:
    """The same in a mail, with the number of the referral and a link, and without a name."""
    sentence = movement.text(gettext)
    reader = replace(actor, permissions=services().permissions.of(member.role))
    page = subject_url(reader, news.SUBJECT, referral_id) if referral_id else None
    post_news(session, member.email, sentence, page, f"{movement.key}:{member.id.hex}")


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
    hearers = _hearers(session, {referral.person_id for referral in overdue})
    lapsed = 0
    for referral in overdue:
        due = referral.answer_due_on
        if due is not None and working_days_after(due, promises[referral.to_tenant_id].lapse) < today():
            actions.lapse(session, actor, referral)
            lapsed += 1
        else:
            late = Movement(f"overdue:{referral.id}", news.OVERDUE, referral.reference)
            for membership_id in hearers.get(referral.person_id, ()):
                news.notify_member(session, membership_id, referral, late, gettext)
    return lapsed


def close_unused(session: ScopedSession, actor: Actor) -> int:
    """In the sender's tenant: close to the receiver what ended without anything having begun, after its days.

    Returns how many were closed. `actor` is the system.
    """
    ended = session.scalars(
        select(Referral)
        .where(
            Referral.tenant_id == session.scope.tenant_id,
            Referral.state.in_(UNUSED),
            Referral.withdrawn_at.is_(None),
            Referral.consent_until > now(),
        )
        .order_by(Referral.last_moved_at)
        .limit(BATCH)
    ).all()
    promises = _promises(session, {referral.to_tenant_id for referral in ended})
    due = [row for row in ended if row.last_moved_at < now() - timedelta(days=promises[row.to_tenant_id].close)]
    for referral in due:
        actions.close_unused(session, actor, referral)
    return len(due)


def _hearers(session: ScopedSession, person_ids: set[UUID]) -> dict[UUID, list[UUID]]:
    """Person → the memberships that hear of them."""
    found: dict[UUID, list[UUID]] = {}
    if person_ids:
        follows = _followers(session.scope.tenant_id)
        rows = select(follows.c.person_id, follows.c.membership_id).where(follows.c.person_id.in_(person_ids))
        for person_id, membership_id in session.execute(rows):
            found.setdefault(person_id, []).append(membership_id)
    return found


def _promises(session: ScopedSession, tenant_ids: set[UUID]) -> dict[UUID, Promise]:
    tenants = session.scalars(select(Tenant).where(Tenant.id.in_(tenant_ids))) if tenant_ids else ()
    return {tenant.id: Promise.of(tenant.settings) for tenant in tenants}
