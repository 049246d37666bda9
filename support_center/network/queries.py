"""What the centre's own tables say of each platform, counted in the database: no row of a person leaves it.

Row security decides what the centre still reads. Referrals that closed are counted by their notices, which keep the
outcome; their ids are UUIDv7 and so tell when they were sent.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    Date,
    DateTime,
    Select,
    Uuid,
    cast,
    func,
    literal,
    select,
    union_all,
)

from clais.clock import BELGIUM, now
from clais.database import ScopedSession
from clais.dates import day_bounds
from clais.exchange.publications.models import SchemeSession, SeatCount
from clais.exchange.referrals.models import Referral, ReferralEvent, ReferralMessage, Withdrawal
from clais.exchange.referrals.workflow import PLACED, TURNED_AWAY
from clais.exchange.training.models import Certificate
from support_center.network.rules.periods import Period
from support_center.network.rules.signals import WINDOW_DAYS
from support_center.routing.models import Enrolment, Participant

BEGUN = ("in_progress", "on_hold")
ACCEPTED = (*sorted(PLACED), "completed", "failed")
ANSWERED = (*ACCEPTED, *TURNED_AWAY)
ARRIVED = (*ANSWERED, "received", "incomplete")


@dataclass(frozen=True, slots=True)
class Sign:
    """The last sign of life of a platform, and on how many days it gave one in half a year."""

    last: date
    days: int


def bounds(period: Period) -> tuple[datetime, datetime]:
    """The moments between which a period lies, the last one excluded."""
    return day_bounds(period.first, (period.last - period.first).days + 1)


Counts = dict[tuple[UUID, date], dict[str, int]]
"""Platform and first day of a period → its counts by name."""


def referral_counts(session: ScopedSession, periods: Sequence[Period]) -> Counts:
    """How many referrals each platform sent in each period, and how far they are today."""
    here = session.scope.tenant_id
    found: Counts = {}
    for row in session.execute(_standing_counts(here, periods)):
        named = row._asdict()
        found[named.pop("tenant_id"), named.pop("first")] = named
    for row in session.execute(_closed_counts(here, periods)):
        counts = found.setdefault((row.tenant_id, row.first), {})
        counts["sent"] = counts.get("sent", 0) + row.sent
        for name in ("arrived", "answered"):
            counts[name] = counts.get(name, 0) + row.turned_away
    for row in session.execute(_seats(here, periods)):
        counts = found.get((row.from_tenant_id, row.first), {})
        # A consent that has just ended is seen here a moment later than there.
        counts["seated"] = min(row.seated, counts.get("accepted", 0))
    return found


def spans(name: str, **columns: tuple[Any, Sequence[Any]]) -> Any:
    """A table of some stretches: column → its type and values."""
    values = [literal(list(found), ARRAY(kind)) for kind, found in columns.values()]
    return func.unnest(*values).table_valued(*columns).render_derived(name)


def spans_of(periods: Sequence[Period]) -> Any:
    """Some periods as a table: their first days, moments and keys."""
    moments = [bounds(period) for period in periods]
    return spans(
        "periods",
        first=(Date, [period.first for period in periods]),
        since=(DateTime(timezone=True), [since for since, _until in moments]),
        until=(DateTime(timezone=True), [until for _since, until in moments]),
        least=(Uuid(), [_first_key(since) for since, _until in moments]),
        beyond=(Uuid(), [_first_key(until) for _since, until in moments]),
    )


def _standing_counts(here: UUID, periods: Sequence[Period]) -> Select[*tuple[Any, ...]]:
    had_begun = (
        select(ReferralEvent.id)
        .where(
            ReferralEvent.tenant_id == Referral.tenant_id,
            ReferralEvent.to_tenant_id == here,
            ReferralEvent.referral_id == Referral.id,
            ReferralEvent.transition == "fail",
            ReferralEvent.source.in_(BEGUN),
        )
        .exists()
    )
    state, many, stretch = Referral.state, func.count(), spans_of(periods)
    return (
        select(
            Referral.tenant_id,
            stretch.c.first,
            many.label("sent"),
            many.filter(state.in_(ARRIVED)).label("arrived"),
            many.filter(state.in_(ANSWERED)).label("answered"),
            many.filter(state.in_(ACCEPTED)).label("accepted"),
            many.filter(state.in_((*BEGUN, "completed")) | ((state == "failed") & had_begun)).label("started"),
            many.filter(state == "completed").label("finished"),
        )
        .join(stretch, (Referral.requested_at >= stretch.c.since) & (Referral.requested_at < stretch.c.until))
        .where(Referral.to_tenant_id == here)
        .group_by(Referral.tenant_id, stretch.c.first)
    )


def _closed_counts(here: UUID, periods: Sequence[Period]) -> Select[*tuple[Any, ...]]:
    stretch, key = spans_of(periods), Withdrawal.referral_id
    return (
        select(
            Withdrawal.tenant_id,
            stretch.c.first,
            func.count().label("sent"),
            func.count().filter(Withdrawal.outcome.in_(TURNED_AWAY)).label("turned_away"),
        )
        .join(stretch, (key >= stretch.c.least) & (key < stretch.c.beyond))
        .where(Withdrawal.to_tenant_id == here, Withdrawal.cause != "never_meant")
        .group_by(Withdrawal.tenant_id, stretch.c.first)
    )


def _seats(here: UUID, periods: Sequence[Period]) -> Select[*tuple[Any, ...]]:
    """The seats that are held for referrals of some periods: they lie here, and the referrals with their senders."""
    stretch = spans_of(periods)
    return (
        select(Participant.from_tenant_id, stretch.c.first, func.count().label("seated"))
        .join(Enrolment, (Enrolment.tenant_id == here) & (Enrolment.participant_id == Participant.id))
        .join(stretch, (Participant.referral_id >= stretch.c.least) & (Participant.referral_id < stretch.c.beyond))
        .where(Participant.tenant_id == here, Participant.erased_at.is_(None), Enrolment.state == "seated")
        .group_by(Participant.from_tenant_id, stretch.c.first)
    )


def _first_key(moment: datetime) -> UUID:
    """The smallest key that is made at a moment (UUIDv7, RFC 9562: milliseconds come first)."""
    return UUID(int=int(moment.timestamp() * 1000) << 80)


def belgian_day(moment: Any) -> Any:
    """The Belgian calendar day of a moment, as the database has it."""
    return cast(func.timezone(str(BELGIUM), moment), Date)


def signs(session: ScopedSession) -> dict[UUID, Sign]:
    """Platform → its last step or message on a referral to this centre, in the last half a year."""
    here, since = session.scope.tenant_id, now() - timedelta(days=WINDOW_DAYS)
    steps = select(ReferralEvent.tenant_id, belgian_day(ReferralEvent.happened_at).label("day")).where(
        ReferralEvent.to_tenant_id == here,
        ReferralEvent.by_tenant_id == ReferralEvent.tenant_id,
        ReferralEvent.happened_at >= since,
    )
    words = select(ReferralMessage.tenant_id, belgian_day(ReferralMessage.sent_at).label("day")).where(
        ReferralMessage.to_tenant_id == here,
        ReferralMessage.by_tenant_id == ReferralMessage.tenant_id,
        ReferralMessage.sent_at >= since,
    )
    given = union_all(steps, words).subquery("given")
    rows = select(
        given.c.tenant_id, func.max(given.c.day).label("last"), func.count(given.c.day.distinct()).label("days")
    )
    return {row.tenant_id: Sign(row.last, row.days) for row in session.execute(rows.group_by(given.c.tenant_id))}


def seats_offered(session: ScopedSession, period: Period) -> tuple[int, int]:
    """The seats of the centre's sessions that begin in a period, and how many of them are taken, by whomever."""
    here = session.scope.tenant_id
    found = (
        select(func.coalesce(func.sum(SeatCount.seats), 0), func.coalesce(func.sum(SeatCount.seats_taken), 0))
        .join(
            SchemeSession,
            (SchemeSession.owner_tenant_id == here) & (SchemeSession.id == SeatCount.scheme_session_id),
        )
        .where(SeatCount.tenant_id == here, SchemeSession.starts_on.between(period.first, period.last))
    )
    seats, taken = session.execute(found).one()
    return seats, taken


def certificates_valid(session: ScopedSession, day: date) -> dict[UUID, int]:
    """Platform → how many of its members hold a certificate of the centre that is valid on a day."""
    here = session.scope.tenant_id
    found = (
        select(Certificate.to_tenant_id, func.count(Certificate.membership_id.distinct()).label("members"))
        .where(
            Certificate.tenant_id == here,
            Certificate.valid_from <= day,
            Certificate.valid_until >= day,
            Certificate.revoked_on.is_(None),
        )
        .group_by(Certificate.to_tenant_id)
    )
    return {row.to_tenant_id: row.members for row in session.execute(found)}
