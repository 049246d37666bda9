"""Texts are compared in one way, wherever they are searched or put in order."""

import unicodedata
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from clais.registry.occupation_words import occupation_words
from clais.searching.names import compact, name_tokens, sort_key
from clais.searching.typed import query_tokens
from clais.text import elides, fold, full_name, spoken_name


@pytest.mark.parametrize(
    ("typed", "compared"),
    [
        ("  Marie-Thérèse ", "marie therese"),
        ("D'ANGELO", "d angelo"),
        ("d’Hénin", "d henin"),
        ("Großmann Œuvrard Æneas Ørsted Wałęsa", "grossmann oeuvrard aeneas orsted walesa"),
        ("İbrahim Yılmaz Çağla", "ibrahim yilmaz cagla"),
        ("Nguyễn Đức", "nguyen duc"),
        ("Saʿid", "sa id"),
        ("J.-P. (dit Jo)", "j p dit jo"),
        ("Иванова", "иванова"),
        ("", ""),
    ],
)
def test_texts_are_compared_without_accents_case_or_signs(typed: str, compared: str) -> None:
    assert fold(typed) == compared


@given(st.text())
@example("İ")
@example("ͅΐ")
@example("Ǆ˚ª")
def test_folding_twice_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)
    assert fold(text) == fold(text).strip()


LETTERS = st.text("abcdefghijklmnopqrstuvwxyzéèïçñßœæøłđðþıİŞğ", min_size=2, max_size=12)
WAYS = st.sampled_from(
    [str.upper, str.lower, str.title, lambda text: unicodedata.normalize("NFD", text), lambda text: f" {text}’ "]
)


@given(LETTERS, WAYS)
def test_people_participants_and_occupations_are_found_by_the_same_letters(word: str, write: Any) -> None:
    typed, folded = write(word), fold(word)
    assert fold(typed) == folded, "how the support centre searches and sorts"
    assert compact(typed) == folded
    assert name_tokens(typed, "")[0] == folded
    assert query_tokens(typed).words == (folded,)
    assert sort_key(typed, "") == folded
    assert occupation_words(f"{typed} soudeur")[:-1] in ([folded], [])


@pytest.mark.parametrize(
    ("family_name", "given_names", "said"),
    [
        (" Van den  Broeck", "Jean-Marie ", "Jean-Marie Van den Broeck"),
        ("Sukarno", "", "Sukarno"),
        ("Sukarno", "-", "Sukarno"),
        ("Sukarno", " - ", "Sukarno"),
        ("", "Sofia", "Sofia"),
    ],
)
def test_a_name_is_written_given_names_first_and_a_dash_is_none(family_name: str, given_names: str, said: str) -> None:
    assert full_name(family_name, given_names) == said


def test_who_has_no_given_name_is_spoken_of_by_the_family_name() -> None:
    assert [spoken_name("Marchetti", given_names) for given_names in ("Sofia", "-", "")] == [
        "Sofia", "Marchetti", "Marchetti",
    ]  # fmt: skip


def test_french_drops_a_vowel_before_a_name_that_begins_with_one() -> None:
    places = ("Anderlues", "Écaussinnes", "Thuin", "Hensies")
    assert [elides(place) for place in places] == [True, True, False, False]
