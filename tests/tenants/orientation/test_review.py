from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from tenants.orientation.rules.review import SETTING, last_weekday, months_after, review_months

days = st.dates(date(2000, 1, 1), date(2100, 1, 1))


@given(day=days, months=st.integers(1, 24))
def test_a_delay_in_months_ends_in_the_right_month_and_never_on_a_weekend(day: date, months: int) -> None:
    end = months_after(day, months)
    assert (end.year * 12 + end.month) - (day.year * 12 + day.month) == months
    assert end.day <= day.day
    weekday = last_weekday(end)
    assert weekday.weekday() < 5
    assert 0 <= (end - weekday).days <= 2, "never later than the rule asks"


def test_the_last_day_of_a_long_month_falls_on_that_of_a_short_one() -> None:
    assert months_after(date(2026, 11, 30), 3) == date(2027, 2, 28)


def test_the_delay_is_a_dated_setting_with_the_domains_three_months_behind_it() -> None:
    settings = {SETTING: [{"from": "2027-01-01", "months": 2}, {"from": "2026-01-01", "months": 4}]}
    assert review_months({}, date(2026, 5, 1)) == 3
    assert review_months(settings, date(2025, 12, 31)) == 3
    assert review_months(settings, date(2026, 12, 31)) == 4
    assert review_months(settings, date(2027, 1, 1)) == 2
