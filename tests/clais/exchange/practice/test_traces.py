"""What in a text looks like somebody is found, as it is written; other numbers are not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clais.exchange.practice.rules.traces import traces_in


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Son numéro est 92.03.12-123.45, je crois.", ["92.03.12-123.45"]),
        ("Appelez-la au 0470 12 34 56 ou au 071 20 60 20.", ["0470 12 34 56", "071 20 60 20"]),
        ("Écrivez à sofia.marchetti@exemple.be.", ["sofia.marchetti@exemple.be"]),
        ("92031212345 et a@b.be, et encore a@b.be", ["92031212345", "a@b.be"]),
        ("Du 21 décembre au 2 janvier 2027, à 9 h 30, article 60 § 7.", []),
        ("Le 12/03/2026 et le 14/03/2026, de 9:00 à 12:30.", []),
        ("", []),
    ],
)
def test_numbers_and_addresses_of_people_are_found_and_others_are_not(text: str, found: list[str]) -> None:
    assert traces_in(text) == found


@given(st.text(max_size=300))
def test_what_is_found_stands_in_the_text_and_no_text_is_too_odd(text: str) -> None:
    assert all(part in text for part in traces_in(text))
