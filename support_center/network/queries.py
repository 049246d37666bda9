"""What the centre's own tables say of each platform, counted in the database: no row of a person leaves it.

Row security decides what the centre still reads. Referrals that closed are counted by their notices, which keep the
outcome; their ids are UUIDv7 and so tell when they were sent.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    Date,
    DateTime,
    Integer,
    Select,
    Subquery,
    Uuid,
    cast,
    func,
    literal,
    select,
    tuple_,
    union_all,
)

from clais.clock import BELGIUM, now, today
from clais.database import ScopedSession
from clais.dates import day_bounds, day_of, is_working_day, months_after
from clais.exchange.publications.models import SchemeSession, SeatCount
from clais.exchange.referrals.models import Referral, ReferralEvent, ReferralMessage, Withdrawal
from clais.exchange.referrals.workflow import PLACED
from support_center.network.rules.periods import Period, drawn_with
from support_center.network.rules.signals import WINDOW_DAYS
from support_center.network.rules.small_cells import LEAST
from support_center.routing.models import Enrolment, Participant

BEGUN = ("in_progress", "on_hold")
ACCEPTED = (*sorted(PLACED), "completed", "failed")
ANSWERED = (*ACCEPTED, "declined")
ARRIVED = (*ANSWERED, "received")
ANSWERS = ("accept", "decline")
LONGEST_ANSWER = timedelta(days=366)
"""How long before its answer a referral was sent at the earliest."""


@dataclass(frozen=True, slots=True)
class Days:
    """Working days to answer: medians of platforms in periods, of the basin, and of platforms by month."""

    by_platform: Mapping[tuple[UUID, date], tuple[int, int]]
    """Platform and first day of a period → the median, and of how many answers."""
    of_basin: Mapping[date, int]
    by_month: Mapping[tuple[UUID, date], int]
    """Platform and first day of a month → the median of the answers drawn with it, where there are five at least."""


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
            counts[name] = counts.get(name, 0) + row.declined
    return found


def _spans(name: str, **columns: tuple[Any, Sequence[Any]]) -> Any:
    """A table of some stretches: column → its type and values."""
    values = [literal(list(found), ARRAY(kind)) for kind, found in columns.values()]
    return func.unnest(*values).table_valued(*columns).render_derived(name)


def _spans_of(periods: Sequence[Period]) -> Any:
    moments = [bounds(period) for period in periods]
    return _spans(
        "periods",
        first=(Date, [period.first for period in periods]),
        since=(DateTime(timezone=True), [since for since, _until in moments]),
        until=(DateTime(timezone=True), [until for _since, until in moments]),
        least=(Uuid(), [_first_key(since) for since, _until in moments]),
        beyond=(Uuid(), [_first_key(until) for _since, until in moments]),
    )


def _standing_counts(here: UUID, periods: Sequence[Period]) -> Select[*tuple[Any, ...]]:
    seated = (
        select(Participant.id)
        .join(Enrolment, (Enrolment.tenant_id == here) & (Enrolment.participant_id == Participant.id))
        .where(Participant.tenant_id == here, Participant.referral_id == Referral.id, Enrolment.state == "seated")
        .exists()
    )
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
    state, many, spans = Referral.state, func.count(), _spans_of(periods)
    return (
        select(
            Referral.tenant_id,
            spans.c.first,
            many.label("sent"),
            many.filter(state.in_(ARRIVED)).label("arrived"),
            many.filter(state.in_(ANSWERED)).label("answered"),
            many.filter(state.in_(ACCEPTED)).label("accepted"),
            many.filter(state.in_(ACCEPTED), seated).label("seated"),
            many.filter(state.in_((*BEGUN, "completed")) | ((state == "failed") & had_begun)).label("started"),
            many.filter(state == "completed").label("finished"),
        )
        .join(spans, (Referral.requested_at >= spans.c.since) & (Referral.requested_at < spans.c.until))
        .where(Referral.to_tenant_id == here)
        .group_by(Referral.tenant_id, spans.c.first)
    )


def _closed_counts(here: UUID, periods: Sequence[Period]) -> Select[*tuple[Any, ...]]:
    spans, key = _spans_of(periods), Withdrawal.referral_id
    return (
        select(
            Withdrawal.tenant_id,
            spans.c.first,
            func.count().label("sent"),
            func.count().filter(Withdrawal.outcome == "declined").label("declined"),
        )
        .join(spans, (key >= spans.c.least) & (key < spans.c.beyond))
        .where(Withdrawal.to_tenant_id == here, Withdrawal.cause != "never_meant")
        .group_by(Withdrawal.tenant_id, spans.c.first)
    )


def _first_key(moment: datetime) -> UUID:
    """The smallest key that is made at a moment (UUIDv7, RFC 9562: milliseconds come first)."""
    return UUID(int=int(moment.timestamp() * 1000) << 80)


def days_to_answer(session: ScopedSession, periods: Sequence[Period], months: Sequence[date]) -> Days:
    """The medians of some periods, and those of the months that are over."""
    answers = _answers(session.scope.tenant_id, min(bounds(period)[0] for period in periods))
    platform, median = answers.c.tenant_id, func.percentile_disc(0.5).within_group(answers.c.days)
    spans = _spans_of(periods)
    first = spans.c.first
    of_period = (
        select(platform, first, median.label("median"), func.count().label("answers"))
        .join(spans, (answers.c.sent_at >= spans.c.since) & (answers.c.sent_at < spans.c.until))
        .group_by(func.grouping_sets(tuple_(platform, first), tuple_(first)))
    )
    rows = session.execute(of_period).all()
    drawn = _spans(
        "months",
        month=(Date, months),
        since=(Date, [drawn_with(month) for month in months]),
        after=(Date, [months_after(month, 1) for month in months]),
    )
    day = answers.c.answered_on
    by_month = (
        select(platform, drawn.c.month, median.label("median"))
        .join(drawn, (day >= drawn.c.since) & (day < drawn.c.after))
        .group_by(platform, drawn.c.month)
        .having(func.count() >= LEAST)
    )
    return Days(
        {(row.tenant_id, row.first): (row.median, row.answers) for row in rows if row.tenant_id is not None},
        {row.first: row.median for row in rows if row.tenant_id is None},
        {(row.tenant_id, row.month): row.median for row in session.execute(by_month)},
    )


def _answers(here: UUID, since: datetime) -> Subquery:
    """Each answered referral: when it was sent, the day of the answer that stands, the working days between."""
    given = (
        select(
            Referral.tenant_id,
            Referral.requested_at.label("sent_at"),
            _belgian_day(Referral.requested_at).label("sent_on"),
            _belgian_day(func.max(ReferralEvent.happened_at)).label("answered_on"),
        )
        .join(
            ReferralEvent,
            (ReferralEvent.tenant_id == Referral.tenant_id)
            & (ReferralEvent.to_tenant_id == here)
            & (ReferralEvent.referral_id == Referral.id),
        )
        .where(
            Referral.to_tenant_id == here,
            Referral.state.in_(ANSWERED),
            Referral.requested_at >= since - LONGEST_ANSWER,
            ReferralEvent.transition.in_(ANSWERS),
        )
        .group_by(Referral.tenant_id, Referral.id, Referral.requested_at)
        .subquery("given")
    )
    days, numbers = _working_days(day_of(since - LONGEST_ANSWER), today())
    first, last = (_spans(name, day=(Date, days), number=(Integer, numbers)) for name in ("first", "last"))
    return (
        select(
            given.c.tenant_id,
            given.c.sent_at,
            given.c.answered_on,
            func.greatest(last.c.number - first.c.number, 0).label("days"),
        )
        .join(first, first.c.day == given.c.sent_on)
        .join(last, last.c.day == given.c.answered_on)
        .subquery("answers")
    )


def _belgian_day(moment: Any) -> Any:
    return cast(func.timezone(str(BELGIUM), moment), Date)


@lru_cache(maxsize=16)
def _working_days(first: date, last: date) -> tuple[list[date], list[int]]:
    """The days of a stretch, and how many working days there are from its first one to each."""
    days = [first + timedelta(days=place) for place in range((last - first).days + 1)]
    numbers, number = [], 0
    for day in days:
        number += is_working_day(day)
        numbers.append(number)
    return days, numbers


def signs(session: ScopedSession) -> dict[UUID, Sign]:
    """Platform → its last step or message on a referral to this centre, in the last half a year."""
    here, since = session.scope.tenant_id, now() - timedelta(days=WINDOW_DAYS)
    steps = select(ReferralEvent.tenant_id, _belgian_day(ReferralEvent.happened_at).label("day")).where(
        ReferralEvent.to_tenant_id == here,
        ReferralEvent.by_tenant_id == ReferralEvent.tenant_id,
        ReferralEvent.happened_at >= since,
    )
    words = select(ReferralMessage.tenant_id, _belgian_day(ReferralMessage.sent_at).label("day")).where(
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
