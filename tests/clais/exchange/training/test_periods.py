"""Certificates as periods: one state a day, a window before the end, a grace after it, never two at once."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clais.exchange.training.rules.half_days import HALVES, HalfDay, by_day, codes_of, half_days_of
from clais.exchange.training.rules.periods import (
    COUNTS,
    Path,
    Period,
    Standing,
    best_on,
    last_day_of,
    next_period,
    overlap,
    path_on,
    standing_of,
)

DAY = timedelta(days=1)
DAYS = st.integers(0, 2190).map(lambda days: date(2024, 1, 1) + timedelta(days=days))
BEGIN, END = date(2026, 3, 1), date(2028, 2, 29)
PERIOD = Period(BEGIN, END, window_days=90, grace_days=30)


def a_period(
    begins: date, length: int, window: int, grace: int, off: tuple[int | None, int | None], provisional: bool
) -> Period:
    revoked, replaced = (None if days is None else begins + timedelta(days=days) for days in off)
    return Period(begins, begins + timedelta(days=length), window, grace, revoked, replaced, provisional)


OFF = st.none() | st.integers(0, 1300)
LENGTH, DELAY = st.integers(0, 1200), st.integers(0, 365)
PERIODS = st.builds(a_period, DAYS, LENGTH, DELAY, DELAY, st.tuples(OFF, OFF), st.booleans())


@pytest.mark.parametrize(
    ("day", "standing"),
    [
        (BEGIN - DAY, Standing.PENDING),
        (BEGIN, Standing.VALID),
        (END - timedelta(days=91), Standing.VALID),
        (END - timedelta(days=90), Standing.TO_RENEW),
        (END, Standing.TO_RENEW),
        (END + DAY, Standing.IN_GRACE),
        (END + timedelta(days=30), Standing.IN_GRACE),
        (END + timedelta(days=31), Standing.EXPIRED),
    ],
)
def test_each_day_has_its_standing(day: date, standing: Standing) -> None:
    assert standing_of(PERIOD, day) is standing


@given(PERIODS, DAYS)
def test_a_period_counts_only_between_its_first_day_and_the_end_of_its_grace(period: Period, day: date) -> None:
    if standing_of(period, day) in COUNTS:
        assert period.valid_from <= day <= period.counts_until
    if period.revoked_on is not None and day >= period.revoked_on:
        assert standing_of(period, day) is Standing.REVOKED


@given(PERIODS)
def test_standings_follow_each_other_and_never_come_back(period: Period) -> None:
    days = [period.valid_from - DAY + timedelta(days=number) for number in range(0, 2000, 31)]
    order = [Standing.PENDING, Standing.VALID, Standing.TO_RENEW, Standing.IN_GRACE, Standing.EXPIRED, Standing.REVOKED]
    ranks = [order.index(standing_of(period, day)) for day in days]
    assert ranks == sorted(ranks)


@given(st.lists(PERIODS, max_size=4), DAYS, st.integers(1, 60))
def test_the_next_period_overlaps_none_of_those_before(before: list[Period], day: date, months: int) -> None:
    begins, ends = next_period(before, day, months)
    assert begins >= day
    assert ends >= begins
    assert not any(overlap(one, Period(begins, ends)) for one in before)


@given(PERIODS, PERIODS)
def test_two_periods_overlap_when_one_day_is_in_both(one: Period, other: Period) -> None:
    shared = max(one.valid_from, other.valid_from)
    assert overlap(one, other) == (shared <= one.last_day and shared <= other.last_day)
    assert overlap(one, other) == overlap(other, one)


@given(PERIODS, DAYS)
def test_a_provisional_one_has_neither_window_nor_grace_and_renews_nothing(period: Period, day: date) -> None:
    provisional = replace(period, provisional=True)
    assert standing_of(provisional, day) not in {Standing.TO_RENEW, Standing.IN_GRACE}
    assert path_on([provisional], day) is Path.FIRST
    if day > provisional.valid_until:
        assert standing_of(provisional, day) not in COUNTS


@given(st.lists(PERIODS, max_size=4), DAYS)
def test_who_may_do_it_in_full_is_never_sent_back_to_the_first_course(periods: list[Period], day: date) -> None:
    held = [one for one in periods if not one.provisional]
    best = best_on(held, day)
    path = path_on(periods, day)
    if best is None:
        assert path is Path.FIRST
    elif standing_of(best, day) in COUNTS:
        assert path is not Path.FIRST
    elif standing_of(best, day) in {Standing.EXPIRED, Standing.REVOKED}:
        assert path is Path.FIRST


def test_a_renewal_given_in_the_window_loses_no_day_and_one_in_the_grace_begins_at_once() -> None:
    assert next_period([PERIOD], END - timedelta(days=10), 24) == (END + DAY, date(2030, 2, 28))
    late = END + timedelta(days=12)
    assert next_period([PERIOD], late, 24)[0] == late


@pytest.mark.parametrize(
    ("begins", "months", "ends"),
    [
        (date(2027, 3, 1), 12, date(2028, 2, 29)),
        (date(2028, 2, 29), 12, date(2029, 2, 28)),
        (date(2028, 2, 29), 48, date(2032, 2, 28)),
        (date(2027, 8, 31), 6, date(2028, 2, 29)),
        (date(2026, 12, 1), 1, date(2026, 12, 31)),
    ],
)
def test_months_end_the_day_before_the_same_day_or_with_a_month_that_lacks_it(
    begins: date, months: int, ends: date
) -> None:
    assert last_day_of(begins, months) == ends


@given(DAYS, st.integers(1, 120))
def test_some_months_from_any_day_never_lose_more_than_the_day_before(begins: date, months: int) -> None:
    after = last_day_of(begins, months) + DAY
    lasted = (after.year - begins.year) * 12 + after.month - begins.month
    assert (after.day, lasted) in {(begins.day, months), (1, months + 1)}
    # A day later never ends a day earlier.
    assert last_day_of(begins + DAY, months) >= after - DAY


HALF_DAYS = st.builds(HalfDay, DAYS, st.sampled_from(HALVES))


@given(st.lists(HALF_DAYS, max_size=12))
def test_half_days_are_read_as_they_were_written(half_days: list[HalfDay]) -> None:
    kept = half_days_of(codes_of(half_days))
    assert kept == sorted(set(half_days))
    assert [one.begins for one in kept] == sorted(one.begins for one in kept)
    assert sum(map(len, by_day(half_days).values())) == len(kept)
