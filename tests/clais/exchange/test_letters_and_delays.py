from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clais.clock import BELGIUM
from clais.exchange.referrals.consent_fields import FIELD_WORDS
from clais.exchange.referrals.consent_texts import TEXTS, compose
from clais.exchange.referrals.delays import Promise, end_of, is_working_day, last_day_of, working_days_after
from clais.exchange.referrals.parcels import FIELDS


@pytest.mark.parametrize("language", TEXTS)
def test_every_language_says_every_field_who_for_what_and_until_when(language: str) -> None:
    letter = compose(
        language, sender="Farciennes", receiver="Centre d'appui", codes=FIELDS, until=date(2027, 5, 23),
        purpose="Une place", scheme="Aide-ménagère",
    )  # fmt: skip
    assert set(FIELD_WORDS[TEXTS[language].words]) == set(FIELDS)
    assert len(letter.items) == len(FIELDS)
    for said in ("Farciennes", "Centre d'appui", "Une place", "Aide-ménagère"):
        assert said in letter.text
    assert "2027" in letter.text or "٢٠٢٧" in letter.text
    assert "{" not in letter.text


@given(st.sets(st.sampled_from(list(FIELDS))), st.sets(st.sampled_from(list(FIELDS))))
def test_another_set_of_ticks_is_another_letter(one: set[str], other: set[str]) -> None:
    def digest(codes: set[str]) -> str:
        return compose("fr", sender="A", receiver="B", codes=codes, until=date(2027, 1, 1)).digest

    assert (digest(one) == digest(other)) == (one == other)


def test_what_is_typed_cannot_reach_into_the_text() -> None:
    letter = compose("fr", sender="A", receiver="B", codes=["name"], until=date(2027, 1, 1), purpose="{until} {0} %s")
    assert "{until} {0} %s" in letter.text


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


def test_a_promise_is_a_setting_of_the_receiver() -> None:
    assert Promise.of({}) == Promise(2, 10, 10)
    assert Promise.of({"answer_working_days": 5}).answer == 5


@given(st.dates(date(2020, 1, 1), date(2035, 1, 1)))
def test_a_consent_lasts_through_its_last_day(day: date) -> None:
    assert last_day_of(end_of(day)) == day
    assert end_of(day) > datetime(day.year, day.month, day.day, 23, 59, tzinfo=BELGIUM)
