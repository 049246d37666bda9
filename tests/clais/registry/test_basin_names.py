"""A basin is the same however its name is spelled, and a slip is asked about."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clais.registry.rules.basin_names import basin_key, close_basins, same_basin

KNOWN = ["Charleroi", "Bassin EFE Namur", "Hainaut-Centre", "Bassin de Liège"]


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("charleroi", "Charleroi"),
        ("  CHARLEROI ", "Charleroi"),
        ("Bassin de Charleroi", "Charleroi"),
        ("bassin de Liege", "Bassin de Liège"),
        ("LIÈGE", "Bassin de Liège"),
        ("Hainaut  centre", "Hainaut-Centre"),
        ("Le bassin du Hainaut-Centre", "Hainaut-Centre"),
        ("Mons", None),
        ("Charleroy", None),
    ],
)
def test_a_spelling_makes_no_second_basin(typed: str, meant: str | None) -> None:
    assert same_basin(typed, KNOWN) == meant


@pytest.mark.parametrize(
    ("typed", "proposed"),
    [
        ("Charleroy", ["Charleroi"]),
        ("Chaleroi", ["Charleroi"]),
        ("Charleroi Métropole", ["Charleroi"]),
        ("Namur", ["Bassin EFE Namur"]),
        ("Luxembourg", []),
        ("Hainaut-Sud", []),
    ],
)
def test_a_close_name_is_proposed(typed: str, proposed: list[str]) -> None:
    assert close_basins(typed, KNOWN) == proposed


@given(st.text(min_size=1, max_size=40))
def test_a_name_means_itself_in_any_case_and_with_blanks(name: str) -> None:
    assert basin_key(f"  {name} ") == basin_key(name)
    assert basin_key(basin_key(name)) == basin_key(name)
    assert same_basin(name, [name]) == name
