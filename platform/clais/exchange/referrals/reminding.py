"""The ladder: who is reminded of what nobody has moved, each once a rung.

First those of the receiver who can move it; then the coordinators of the sender, and how many there are the supervisors
of the receiver, who see no case. Runs in the scope of each party; sentences are made in the application's context.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ColumnElement, func, select, text, update

from clais.actor import Actor
from clais.clock import now, today
from clais.database import ScopedSession
from clais.dates import end_of, working_days_after, working_days_before
from clais.exchange.referrals import news
from clais.exchange.referrals.announcing import mail, present_members
from clais.exchange.referrals.clocks import promise_for
from clais.exchange.referrals.delays import RUNNING, Promise
from clais.exchange.referrals.models import WAITS, Referral
from clais.exchange.referrals.news import Movement
from clais.exchange.referrals.silence import LOOK_BACK, Line
from clais.exchange.referrals.workflow import ANSWER, TAKE, UNANSWERED, WAITING
from clais.identity.models import Membership
from clais.messaging.actions import notify, notify_all
from clais.messaging.mails import News, post_news
from clais.messaging.models import Notification
from clais.registry.models import Tenant
from clais.translation import gettext, ngettext

BATCH = 500


COORDINATE, SUPERVISE = "team.lead", "network.read"
"""What those hold who are told of what stays unanswered: at the sender's, and at the receiver's."""
NEXT_DAY = 1


def remind(session: ScopedSession, actor: Actor) -> int:
    """Remind the members of the tenant at work of what is due, once for each day that it was due by.

    Returns how many lines are new. `actor` is the system in this tenant.
    """
    mine = [*_receipts(session), *_answers(session), *_late_news(session)]
    told = tell(session, actor, present_members(session, ANSWER, TAKE), mine) if mine else 0
    above = [*_still_unanswered(session), *_still_asked(session)]
    told += tell(session, actor, present_members(session, COORDINATE), above) if above else 0
    return told + _tell_supervisors(session)


def _receipts(session: ScopedSession) -> Iterator[tuple[Referral, Movement]]:
    """Those that nobody acknowledged in time."""
    for row in _waiting(session, Referral.state == "requested", Referral.receive_due_on < today()):
        yield row, Movement(f"receipt:{row.id}", news.RECEIPT_LATE, row.reference)


def _answers(session: ScopedSession) -> Iterator[tuple[Referral, Movement]]:
    """Those whose answer is promised by the next working day, or was."""
    for row in _waiting(session, Referral.answer_due_on <= working_days_after(today(), NEXT_DAY)):
        due = row.answer_due_on
        if due is not None and due < today():
            yield row, Movement(f"late:{row.id}:{due:%Y%m%d}", news.ANSWER_LATE, row.reference)
        elif due is not None:
            yield row, Movement(f"soon:{row.id}:{due:%Y%m%d}", news.ANSWER_SOON, row.reference)


def _waiting(session: ScopedSession, *which: ColumnElement[bool]) -> Sequence[Referral]:
    """The received referrals that wait for an answer; what has long been late was told."""
    rows = select(Referral).where(
        Referral.to_tenant_id == session.scope.tenant_id,
        text(WAITS),
        Referral.answer_due_on >= today() - LOOK_BACK,
        *which,
    )
    return session.scalars(rows.order_by(Referral.answer_due_on, Referral.id).limit(BATCH)).all()


def _still_unanswered(session: ScopedSession) -> list[tuple[Referral, Movement]]:
    """The sent referrals whose answer has been late for some days, for the coordinators of the sender."""
    late = session.scalars(
        select(Referral)
        .where(
            Referral.tenant_id == session.scope.tenant_id,
            Referral.state.in_(UNANSWERED),
            Referral.answer_due_on < today(),
            Referral.answer_due_on >= today() - LOOK_BACK,
        )
        .order_by(Referral.answer_due_on, Referral.id)
        .limit(BATCH)
    )
    return [
        (row, Movement(f"still:{row.id}", news.STILL_OVERDUE, row.reference))
        for row in late
        if row.answer_due_on and working_days_after(row.answer_due_on, promise_for(session, row).escalate) <= today()
    ]


def _still_asked(session: ScopedSession) -> list[tuple[Referral, Movement]]:
    """The sent referrals that have waited for long for what the receiver asked: they are flagged, and never lapse."""
    asked = session.scalars(
        select(Referral)
        .where(Referral.tenant_id == session.scope.tenant_id, Referral.state == "incomplete")
        .order_by(Referral.asked_on, Referral.id)
        .limit(BATCH)
    )
    return [
        (row, Movement(f"asked:{row.id}:{row.asked_on:%Y%m%d}", news.ASKED, row.reference))
        for row in asked
        if row.asked_on and working_days_after(row.asked_on, promise_for(session, row).lapse) < today()
    ]


def _tell_supervisors(session: ScopedSession) -> int:
    """Tell the supervisors of the receiver how many answers have been late for some days, and nothing of any.

    They are told anew when one more has been late for so long.
    """
    here = session.scope.tenant_id
    receiver = session.get(Tenant, here)
    days = Promise.of(receiver.settings if receiver else {}).escalate
    since = working_days_before(today(), days)
    found = select(func.count(), func.max(Referral.answer_due_on)).where(
        Referral.to_tenant_id == here, text(WAITS), Referral.answer_due_on <= since
    )
    many, latest = session.execute(found).one()
    members = present_members(session, SUPERVISE) if many else []
    key = f"unanswered:{latest}"
    sentence = ngettext(
        "%(num)d referral has been late for %(days)s working days or more",
        "%(num)d referrals have been late for %(days)s working days or more",
        many, days=days,
    )  # fmt: skip
    told = 0
    for member in session.scalars(select(Membership).where(Membership.tenant_id == here, Membership.id.in_(members))):
        if notify(session, member.id, "unanswered", "tenant", here, sentence, key):
            post_news(session, member.email, [News(sentence, None)], f"{key}:{member.id.hex}")
            told += 1
    return told


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
    """When the next news is late, what is late already was told; every day while an answer is awaited."""
    here = session.scope.tenant_id
    awaited = (
        select(Referral.id).where(Referral.to_tenant_id == here, text(WAITS)).limit(1),
        select(Referral.id).where(Referral.tenant_id == here, Referral.state.in_(WAITING)).limit(1),
    )
    if any(session.scalar(one) for one in awaited):
        return end_of(today())
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
