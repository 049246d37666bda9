"""How many working days the centre took to answer: medians of periods and of months, and never one referral."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from uuid import UUID

from sqlalchemy import Date, Integer, Subquery, func, select

from clais.clock import today
from clais.database import ScopedSession
from clais.dates import day_of, is_working_day, months_after
from clais.exchange.referrals.models import Referral, ReferralEvent
from clais.exchange.referrals.workflow import ANSWERS
from clais.small_cells import LEAST
from support_center.network.queries import ANSWERED, belgian_day, bounds, spans, spans_of
from support_center.network.rules.periods import Period, drawn_with

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


def days_to_answer(session: ScopedSession, periods: Sequence[Period], months: Sequence[date]) -> Days:
    """The medians of some periods, and those of the months that are over."""
    answers = _answers(session.scope.tenant_id, min(bounds(period)[0] for period in periods))
    platform, stretch = answers.c.tenant_id, spans_of(periods)
    first, days = stretch.c.first, answers.c.days
    of_period = (
        select(platform, first, days, func.count().label("answers"))
        .join(stretch, (answers.c.sent_at >= stretch.c.since) & (answers.c.sent_at < stretch.c.until))
        .group_by(platform, first, days)
    )
    by_platform: dict[tuple[UUID, date], Counter[int]] = defaultdict(Counter)
    of_basin: dict[date, Counter[int]] = defaultdict(Counter)
    for row in session.execute(of_period):
        by_platform[row.tenant_id, row.first][row.days] += row.answers
        of_basin[row.first][row.days] += row.answers
    drawn = spans(
        "months",
        month=(Date, months),
        since=(Date, [drawn_with(month) for month in months]),
        after=(Date, [months_after(month, 1) for month in months]),
    )
    day = answers.c.answered_on
    by_month = (
        select(platform, drawn.c.month, func.percentile_disc(0.5).within_group(days).label("median"))
        .join(drawn, (day >= drawn.c.since) & (day < drawn.c.after))
        .group_by(platform, drawn.c.month)
        .having(func.count() >= LEAST)
    )
    return Days(
        {key: (median_of(found), found.total()) for key, found in by_platform.items()},
        {first_day: median_of(found) for first_day, found in of_basin.items()},
        {(row.tenant_id, row.month): row.median for row in session.execute(by_month)},
    )


def median_of(counts: Counter[int]) -> int:
    """The value of the one in the middle, of the two in the middle the smaller, as the database has it."""
    return sorted(counts.elements())[(counts.total() - 1) // 2]


def _answers(here: UUID, since: datetime) -> Subquery:
    """Each answered referral: when it was sent, the day of the answer that stands, the working days between."""
    given = (
        select(
            Referral.tenant_id,
            Referral.requested_at.label("sent_at"),
            belgian_day(Referral.requested_at).label("sent_on"),
            belgian_day(func.max(ReferralEvent.happened_at)).label("answered_on"),
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
    first, last = (spans(name, day=(Date, days), number=(Integer, numbers)) for name in ("first", "last"))
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


@lru_cache(maxsize=16)
def _working_days(first: date, last: date) -> tuple[list[date], list[int]]:
    """The days of a stretch, and how many working days there are from its first one to each."""
    days = [first + timedelta(days=place) for place in range((last - first).days + 1)]
    numbers, number = [], 0
    for day in days:
        number += is_working_day(day)
        numbers.append(number)
    return days, numbers
