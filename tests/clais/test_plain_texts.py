"""What is typed is cleaned of what nobody sees, by one rule for identifiers and one for writing."""

import unicodedata
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clais.text import has_visible, plain_identifier, plain_line, plain_writing

HARD = st.sampled_from(
    "ae1 é\u0301\u212b\u200c\u200d\ufe0f\u2000\n\t\v\u2028\u202e\u00adعلی❤👩\u20e3\u3164\u00a9\U000e0101क\u094d"
)
"""Characters that are hard beside each other."""
TEXTS = st.one_of(st.text(st.characters()), st.text(HARD))
BIDI = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f\u061c"


@pytest.mark.parametrize("rule", [plain_identifier, plain_line, plain_writing])
@given(text=TEXTS)
def test_cleaning_twice_changes_nothing(rule: Callable[[str], str], text: str) -> None:
    assert rule(rule(text)) == rule(text)


@given(TEXTS)
def test_an_identifier_holds_only_what_is_seen(text: str) -> None:
    kept = plain_identifier(text)
    assert not {unicodedata.category(c) for c in kept} & {"Cc", "Cs", "Zl", "Zp"}
    assert not set(kept) & set(BIDI + "\u200b\u200c\u200d\ufeff\u00ad\u2060\u00a0")
    assert "  " not in kept


@given(TEXTS)
def test_writing_holds_no_control_and_no_mark_of_direction(text: str) -> None:
    for kept in (plain_writing(text), plain_line(text)):
        assert not [c for c in kept if unicodedata.category(c) in {"Cc", "Cs"} and c not in "\n\t"]
        assert not set(kept) & set(BIDI + "\u200b\ufeff\u00ad\u2060")
    assert not set(plain_line(text)) & set("\n\t\u00a0")


@given(st.text(st.characters(categories=["L", "N", "P", "S"], exclude_characters="\u115f\u1160\u3164\uffa0\u2800")))
def test_no_letter_digit_or_sign_is_lost(text: str) -> None:
    composed = unicodedata.normalize("NFC", text)
    assert plain_identifier(text) == plain_line(text) == plain_writing(text) == composed


@pytest.mark.parametrize(
    "written",
    [
        "علی\u200cرضا",  # Ali-Reza, in Persian
        "ක්\u200dරි",  # Sinhala
        "👩\u200d💻 ❤\ufe0f 1\ufe0f\u20e3",
        "Un titre\u00a0:\n\tune ligne\u202f!",
    ],
)
def test_what_writing_needs_stays(written: str) -> None:
    assert plain_writing(written) == unicodedata.normalize("NFC", written)


@pytest.mark.parametrize(
    ("pasted", "kept"),
    [
        ("Un mot\vd'une diapositive\fet la page", "Un mot\nd'une diapositive\net la page"),
        ("une\r\nautre\rligne\u2028encore\x85fin", "une\nautre\nligne\nencore\nfin"),
        ("elle REFU\u00adSE le\u200b stage\0", "elle REFUSE le stage"),
        ("Mar\u200dchetti \u202eanidaN\u202c", "Marchetti anidaN"),
        ("\ud83d", ""),
    ],
)
def test_what_nobody_sees_is_dropped_from_writing(pasted: str, kept: str) -> None:
    assert plain_writing(pasted) == kept


def test_a_line_is_one_line() -> None:
    assert plain_line("Rue\u00a0du\tPont\n3") == "Rue du Pont 3"


def test_a_text_of_invisible_characters_is_no_text() -> None:
    assert not has_visible("\u200b \u2800\u3164\u200d\n")
    # Accents that stand on nothing, a place of private use, an object that is not there, a mark of musical notation.
    assert not any(map(has_visible, ("\u0301", "\ue000", "\ufffc", "\U0001d159\U0001d173", "\U000e0041", "\u05b0")))
    assert all(map(has_visible, ("É", "e\u0301", "李", "3", "☕", "\u0905\u094d")))
    assert has_visible("-")
