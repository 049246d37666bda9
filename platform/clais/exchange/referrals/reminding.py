"""Reminds the receiver of what is due, once each: those who can move it, of what nobody has moved.

Runs in the scope of the receiver; sentences are made in the application's context.
"""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import func, select, update

from clais.actor import Actor
from clais.clock import now, today
from clais.database import ScopedSession
from clais.dates import end_of
from clais.exchange.referrals import news
from clais.exchange.referrals.actions import promise_for
from clais.exchange.referrals.announcing import mail, present_members
from clais.exchange.referrals.delays import RUNNING
from clais.exchange.referrals.models import Referral
from clais.exchange.referrals.news import Movement
from clais.exchange.referrals.silence import LOOK_BACK, Line
from clais.exchange.referrals.workflow import ANSWER
from clais.messaging.actions import notify_all
from clais.messaging.models import Notification
from clais.translation import gettext

BATCH = 500


def remind(session: ScopedSession, actor: Actor) -> int:
    """Remind the present members who answer referrals of the news that is late, once for each day that it was due by.

    Returns how many lines are new. `actor` is the system in the receiver's tenant.
    """
    return tell(session, actor, present_members(session, ANSWER), _late_news(session))


def tell(
    session: ScopedSession, actor: Actor, members: Iterable[UUID], due: Sequence[tuple[Referral, Movement]]
) -> int:
    """Tell members of what is due, each once a key and all in one mail; gives how many lines are new."""
    here = session.scope.tenant_id
    lines = [
        Line(
            member, movement.key, movement.text(gettext), news.KIND, referral.id,
            referral.person_id if referral.tenant_id == here else None,
        )
        for member in members
        for referral, movement in due
    ]  # fmt: skip
    if not lines:
        return 0
    keys = select(Notification.membership_id, Notification.dedupe_key).where(
        Notification.tenant_id == here, Notification.dedupe_key.in_({line.key for line in lines})
    )
    told = {(member, key) for member, key in session.execute(keys)}
    by_key = {(line.member_id, line.key): line for line in lines if (line.member_id, line.key) not in told}
    added = notify_all(session, [line.values() for line in by_key.values()])
    mail(session, actor, [by_key[row["membership_id"], row["dedupe_key"]] for row in added])
    return len(added)


def _late_news(session: ScopedSession) -> list[tuple[Referral, Movement]]:
    late = session.scalars(
        select(Referral)
        .where(
            Referral.to_tenant_id == session.scope.tenant_id,
            Referral.news_due_on < today(),
            Referral.news_due_on >= today() - LOOK_BACK,
        )
        .order_by(Referral.news_due_on, Referral.id)
        .limit(BATCH)
    )
    return [
        (row, Movement(f"news:{row.id}:{row.news_due_on:%Y%m%d}", news.NEWS_DUE, row.reference))
        for row in late
        if row.state in RUNNING
    ]


def next_reminder_at(session: ScopedSession) -> datetime | None:
    """When the next news is late; what is late already was told."""
    first: date | None = session.scalar(
        select(func.min(Referral.news_due_on)).where(
            Referral.to_tenant_id == session.scope.tenant_id, Referral.news_due_on >= today()
        )
    )
    return end_of(first) if first else None


def begin_clocks(session: ScopedSession, _actor: Actor) -> int:
    """What was accepted before there were days for news counts from today. Returns how many."""
    waiting = _without_clock(session, BATCH)
    for referral in waiting:
        due = promise_for(session, referral).news_after(today())
        session.execute(
            update(Referral)
            .where(Referral.tenant_id == referral.tenant_id, Referral.id == referral.id)
            .values(last_news_on=today(), news_due_on=due)
        )
    return len(waiting)


def next_clock_at(session: ScopedSession) -> datetime | None:
    """Now while something that was accepted has no day for news."""
    return now() if _without_clock(session, 1) else None


def _without_clock(session: ScopedSession, most: int) -> Sequence[Referral]:
    rows = select(Referral).where(
        Referral.to_tenant_id == session.scope.tenant_id,
        Referral.state.in_(RUNNING),
        Referral.news_due_on.is_(None),
    )
    return session.scalars(rows.order_by(Referral.id).limit(most)).all()
