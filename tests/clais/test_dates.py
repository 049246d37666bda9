"""Days as Belgium counts them: working days, months, the bounds of a day, and how a day is written."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clais.clock import BELGIUM
from clais.dates import (
    day_bounds,
    day_of,
    end_of,
    holiday,
    is_working_day,
    last_day_of,
    moment_of,
    monday_of,
    months_after,
    noon_of,
    noon_unless_written_on,
    working_day_on_or_before,
    working_days_after,
    working_days_before,
    written_day,
)

DAYS = st.dates(date(2000, 1, 1), date(2100, 1, 1))
FRIDAY, MONDAY, TUESDAY, WEDNESDAY = (date(2026, 11, day) for day in (20, 23, 24, 25))


@pytest.mark.parametrize(
    ("day", "count", "due"),
    [
        (date(2026, 11, 23), 2, date(2026, 11, 25)),
        (date(2026, 11, 27), 2, date(2026, 12, 1)),
        (date(2026, 12, 24), 1, date(2026, 12, 28)),
        (date(2026, 12, 31), 1, date(2027, 1, 4)),
        (date(2026, 11, 23), 0, date(2026, 11, 23)),
    ],
)
def test_promised_days_are_days_on_which_belgium_works(day: date, count: int, due: date) -> None:
    assert working_days_after(day, count) == due


@given(st.dates(date(2020, 1, 1), date(2035, 1, 1)), st.integers(1, 15))
def test_a_promised_day_is_a_working_day_and_none_is_skipped(day: date, count: int) -> None:
    due = working_days_after(day, count)
    between = [day + timedelta(days=n) for n in range(1, (due - day).days + 1)]
    assert is_working_day(due)
    assert sum(map(is_working_day, between)) == count


@given(day=DAYS, months=st.integers(1, 24))
def test_a_delay_in_months_ends_in_the_right_month_and_on_a_working_day(day: date, months: int) -> None:
    end = months_after(day, months)
    assert (end.year * 12 + end.month) - (day.year * 12 + day.month) == months
    assert end.day <= day.day
    working_day = working_day_on_or_before(end)
    assert is_working_day(working_day)
    assert working_day <= end, "never later than the rule asks"


def test_the_last_day_of_a_long_month_falls_on_that_of_a_short_one() -> None:
    assert months_after(date(2026, 11, 30), 3) == date(2027, 2, 28)


@given(st.dates(date(2020, 1, 1), date(2035, 1, 1)))
def test_what_ends_with_a_day_lasts_through_it(day: date) -> None:
    assert last_day_of(end_of(day)) == day
    assert end_of(day) > datetime(day.year, day.month, day.day, 23, 59, tzinfo=BELGIUM)


@pytest.mark.parametrize(
    ("act", "due"),
    [
        (moment_of(FRIDAY, time(9)), TUESDAY),
        (moment_of(FRIDAY, time(15)), TUESDAY),
        (moment_of(FRIDAY, time(15, 1)), WEDNESDAY),
        (datetime(2026, 11, 20, 14, 30, tzinfo=UTC), WEDNESDAY),
        (moment_of(FRIDAY + timedelta(days=1), time(9)), WEDNESDAY),
        (FRIDAY, TUESDAY),
    ],
)
def test_an_act_after_the_cut_off_counts_from_the_next_working_day(act: date | datetime, due: date) -> None:
    assert working_days_after(act, 2, cut_off=time(15)) == due


def test_without_a_cut_off_the_hour_does_not_count() -> None:
    assert working_days_after(moment_of(FRIDAY, time(23)), 2) == working_days_after(FRIDAY, 2) == TUESDAY


def test_after_the_cut_off_even_no_delay_begins_on_the_next_working_day() -> None:
    assert working_days_after(moment_of(FRIDAY, time(16)), 0, cut_off=time(15)) == MONDAY


@given(DAYS, st.times(), st.timedeltas(timedelta(0), timedelta(days=9)))
def test_who_acts_later_is_never_promised_an_earlier_day(day: date, hour: time, later: timedelta) -> None:
    first = datetime.combine(day, hour, UTC)
    due = [working_days_after(act, 2, cut_off=time(15)) for act in (first, first + later)]
    assert due == sorted(due)


@given(DAYS, st.integers(0, 15))
def test_working_days_are_counted_back_as_they_are_counted_on(day: date, count: int) -> None:
    start = working_day_on_or_before(day)
    assert is_working_day(start)
    assert start <= day
    assert working_days_before(working_days_after(start, count), count) == start


def test_a_holiday_has_its_name_in_the_language_of_the_reader() -> None:
    assert (holiday(date(2026, 7, 21)), holiday(date(2026, 7, 21), "en")) == ("Fête nationale", "National Day")
    assert holiday(date(2026, 7, 22)) is None
    assert not is_working_day(date(2026, 7, 21))


@given(DAYS)
def test_a_week_begins_on_the_monday_before_or_on_a_day(day: date) -> None:
    assert monday_of(day).weekday() == 0
    assert 0 <= (day - monday_of(day)).days < 7


@given(day=DAYS, months=st.integers(1, 24))
def test_months_are_counted_back_too(day: date, months: int) -> None:
    first = day.replace(day=1)
    assert months_after(months_after(first, -months), months) == first


def test_a_day_has_the_bounds_that_belgian_clocks_give_it() -> None:
    begins, ends = day_bounds(date(2026, 10, 25))
    assert ends.astimezone(UTC) - begins.astimezone(UTC) == timedelta(hours=25), "the clocks go back"
    assert day_of(datetime(2026, 11, 22, 23, 30, tzinfo=UTC)) == MONDAY
    assert day_of(MONDAY) == MONDAY


def test_what_was_written_on_another_day_stands_at_the_noon_of_its_own() -> None:
    written = moment_of(MONDAY, time(16))
    assert noon_unless_written_on(MONDAY, written) == written
    assert noon_unless_written_on(FRIDAY, written) == noon_of(FRIDAY) == moment_of(FRIDAY, time(12))


@pytest.mark.parametrize(
    ("day", "pattern", "locale", "words"),
    [
        (date(2026, 12, 1), "long", "fr_BE", "1er décembre 2026"),
        (date(2026, 12, 1), "full", "fr_BE", "mardi 1er décembre 2026"),
        (date(2026, 12, 1), "d MMM", "fr", "1er déc."),
        (date(2026, 12, 1), "d", "fr", "1er"),
        (date(2026, 12, 1), "'de' d MMMM", "fr", "de 1er décembre"),
        (date(2026, 12, 1), "dd/MM/y", "fr", "01/12/2026"),
        (date(2026, 12, 1), "LLLL y", "fr", "décembre 2026"),
        (date(2026, 12, 11), "long", "fr_BE", "11 décembre 2026"),
        (date(2026, 12, 1), "long", "en", "December 1, 2026"),
        (date(2026, 12, 1), "long", "nl_BE", "1 december 2026"),
    ],
)
def test_the_1st_of_a_month_is_an_ordinal_in_french_alone(day: date, pattern: str, locale: str, words: str) -> None:
    assert written_day(day, pattern, locale) == words
