from collections import Counter
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from clais.dates import is_working_day, months_after, working_days_before, working_days_between
from tenants.contracts.rules.figures import DEFAULTS, figures_in
from tenants.contracts.rules.planning import evaluation_days, number_of_evaluations

STARTS = st.dates(date(2020, 1, 1), date(2035, 12, 31))
FEWEST_DAYS = 60
RULES = figures_in({}, date(2026, 12, 1))


@given(
    STARTS, st.integers(FEWEST_DAYS, 5 * 366), st.integers(1, 6), st.dictionaries(st.integers(0, 400), st.integers())
)
def test_evaluations_fall_on_working_days_of_the_contract_in_order(
    starts: date, days: int, a_year: int, busy: dict[int, int]
) -> None:
    ends = starts + timedelta(days=days)
    planned = evaluation_days(
        starts, ends, a_year, {starts + timedelta(days=each): load for each, load in busy.items()}
    )
    assert planned == sorted(set(planned))
    assert all(is_working_day(day) and starts <= day <= ends for day in planned)
    assert len(planned) == number_of_evaluations(starts, ends, a_year)


@given(STARTS, st.integers(1, 6), st.sets(st.integers(0, 4), min_size=1))
def test_each_falls_on_a_day_at_work_of_who_follows_the_file(starts: date, a_year: int, week: set[int]) -> None:
    ends = months_after(starts, 12) - timedelta(days=1)
    planned = evaluation_days(starts, ends, a_year, {}, lambda day: day.weekday() in week)
    shares = [starts + (ends - starts) * place // len(planned) for place in range(1, len(planned) + 1)]
    assert len(planned) == a_year
    assert all(day <= share for day, share in zip(planned, shares, strict=True))
    for day, share in zip(planned, shares, strict=True):
        last = {working_days_before(share + timedelta(days=1), back).weekday() for back in range(1, 11)}
        assert day.weekday() in week or not week & last, "all its days at work are holidays"


@given(STARTS, st.integers(1, 6))
def test_while_who_follows_the_file_is_away_it_falls_on_the_last_working_day(starts: date, a_year: int) -> None:
    ends = months_after(starts, 12) - timedelta(days=1)
    assert evaluation_days(starts, ends, a_year, {}, lambda _day: False) == evaluation_days(starts, ends, a_year, {})


@given(STARTS, st.integers(1, 5), st.integers(1, 6))
def test_whole_years_have_as_many_as_the_rule_asks_and_each_by_its_share(starts: date, years: int, a_year: int) -> None:
    ends = months_after(starts, 12 * years) - timedelta(days=1)
    planned = evaluation_days(starts, ends, a_year, {})
    assert len(planned) == a_year * years
    shares = [starts + (ends - starts) * place // len(planned) for place in range(1, len(planned) + 1)]
    assert all(day <= share for day, share in zip(planned, shares, strict=True))


def test_a_year_is_evaluated_three_times_and_never_later_than_a_third_of_it() -> None:
    starts, ends = date(2026, 1, 1), date(2026, 12, 31)
    planned = evaluation_days(starts, ends, DEFAULTS["evaluations_a_year"], {})
    assert planned == [date(2026, 4, 30), date(2026, 8, 31), date(2026, 12, 31)]


def test_of_the_days_before_its_term_the_one_with_least_to_do_is_chosen() -> None:
    starts, ends = date(2026, 1, 1), date(2026, 12, 31)
    load = Counter({date(2026, 4, 30): 4, date(2026, 4, 29): 1, date(2026, 4, 28): 2})
    load.update({date(2026, 4, day): 3 for day in range(1, 28)})
    assert evaluation_days(starts, ends, 3, load)[0] == date(2026, 4, 29)


def test_a_weekend_and_a_holiday_are_no_days_of_an_evaluation() -> None:
    # 1 May 2026 is a Friday and a public holiday.
    planned = evaluation_days(date(2026, 1, 1), date(2026, 5, 3), 1, {})
    assert planned == [date(2026, 4, 30)]


def test_a_contract_of_a_weekend_has_none() -> None:
    assert evaluation_days(date(2026, 5, 2), date(2026, 5, 3), 3, {}) == []


@given(STARTS)
def test_five_working_days_are_left_to_think(issued: date) -> None:
    until = RULES.thought_until(issued)
    assert working_days_between(issued, until) == DEFAULTS["thinking_working_days"]
    assert RULES.issued_long_ago(until + timedelta(days=1)) >= issued
    assert RULES.issued_long_ago(until) < issued


def test_a_platform_may_have_figures_of_its_own_since_a_day() -> None:
    settings = {
        "contracts": [
            {"from": "2027-01-01", "thinking_working_days": 7},
            {"from": "2028-01-01", "evaluations_a_year": 4, "in_person_a_year": 3},
        ]
    }
    before, between, after = (figures_in(settings, date(year, 6, 1)) for year in (2026, 2027, 2028))
    assert (before.thinking, between.thinking, after.thinking) == (5, 7, 7)
    assert (before.a_year, after.a_year, after.in_person) == (3, 4, 3)


def test_two_of_three_are_face_to_face_and_three_of_four() -> None:
    assert [RULES.in_person_of(number) for number in (0, 1, 2, 3, 4, 6)] == [0, 1, 2, 2, 3, 4]
