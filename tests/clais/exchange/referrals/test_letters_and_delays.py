from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clais.exchange.referrals.consent_fields import FIELD_NAMES
from clais.exchange.referrals.consent_texts import TEXTS, compose
from clais.exchange.referrals.delays import Promise
from clais.exchange.referrals.parcels import FIELDS


@pytest.mark.parametrize("language", TEXTS)
def test_the_letter_says_when_what_came_to_nothing_closes(language: str) -> None:
    letter = compose(language, sender="A", receiver="B", codes=["name"], until=date(2027, 1, 1), days=17)
    assert "17" in letter.text


@pytest.mark.parametrize("language", TEXTS)
def test_every_language_says_every_field_who_for_what_and_until_when(language: str) -> None:
    letter = compose(
        language, sender="Farciennes", receiver="Centre d'appui", codes=FIELDS, until=date(2027, 5, 23),
        purpose="Une place", scheme="Aide-ménagère",
    )  # fmt: skip
    assert set(FIELD_NAMES[TEXTS[language].fields]) == set(FIELDS)
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


def test_a_promise_is_a_setting_of_the_receiver() -> None:
    assert Promise.of({}) == Promise(2, 10, 10)
    assert Promise.of({"answer_working_days": 5}).answer == 5


@pytest.mark.parametrize("language", ["fr", "fr-facile"])
def test_the_1st_of_a_month_is_an_ordinal_in_a_french_letter(language: str) -> None:
    letter = compose(language, sender="A", receiver="B", codes=["name"], until=date(2026, 12, 1))
    assert "1er décembre 2026" in letter.text


def test_other_languages_write_the_1st_of_a_month_their_own_way() -> None:
    letter = compose("nl", sender="A", receiver="B", codes=["name"], until=date(2026, 12, 1))
    assert "1 december 2026" in letter.text
