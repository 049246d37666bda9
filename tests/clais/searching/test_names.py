import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from clais.searching.names import compact, name_tokens, readings, sort_key
from clais.searching.typed import query_tokens
from clais.text import full_name


@pytest.mark.parametrize(
    ("family_name", "given_names", "tokens"),
    [
        ("Van den Broeck", "Jan", ["vandenbroeck", "broeck", "denbroeck", "jan"]),
        ("Vandenbroeck", "Jan", ["vandenbroeck", "broeck", "jan"]),
        ("D'Angelo", "Lucia", ["dangelo", "angelo", "lucia"]),
        ("Dupont-Leroy", "Marie-Thérèse", ["dupontleroy", "dupont", "leroy", "marietherese", "marie", "therese"]),
        ("El Amrani", "Sofia", ["elamrani", "amrani", "sofia"]),
        ("'t Serstevens", "", ["tserstevens", "serstevens"]),
        ("Ben Ould Mohamed", "", ["benouldmohamed", "mohamed", "ouldmohamed"]),
        ("de la Fontaine", "", ["delafontaine", "fontaine", "lafontaine"]),
        ("van Gelder-De Smet", "", ["vangelderdesmet", "vangelder", "gelder", "desmet", "smet"]),
        ("Ben", "El", ["ben", "el"]),
        ("", "", []),
        ("Vanni", "", ["vanni"]),
    ],
)
def test_a_person_is_found_by_every_way_their_name_begins(
    family_name: str, given_names: str, tokens: list[str]
) -> None:
    assert name_tokens(family_name, given_names) == tokens


def _is_found(search: str, family_name: str, given_names: str) -> bool:
    tokens = name_tokens(family_name, given_names)
    return any(
        all(any(token.startswith(word) for token in tokens) for word in way) for way in query_tokens(search).readings
    )


@pytest.mark.parametrize(
    "search",
    ["van", "van d", "van den", "van den br", "VANDENBROECK", "vandenb", "broeck", "broeck jan", "jan v",
     "jan van den b", "Van-den-Broeck Jan", "jean-ma", "jeanmarie", "jean marie", "marie"],
)  # fmt: skip
def test_while_it_is_being_typed_a_search_keeps_finding_the_person(search: str) -> None:
    assert _is_found(search, "Van den Broeck", "Jan Jean-Marie")
    assert _is_found(search, "Vandenbroeck", "Jan Jean-Marie")
    assert not _is_found(search, "Peeters", "Luc")


@given(st.text(max_size=30), st.text(max_size=30))
def test_the_whole_name_finds_the_person_whatever_the_name(family_name: str, given_names: str) -> None:
    # What looks like a number or a file's reference is read as one; no name has those.
    if not any(character.isnumeric() for character in family_name + given_names):
        assert _is_found(family_name, family_name, given_names)
        assert _is_found(compact(given_names), family_name, given_names)


PARTS = ["S", "Ben", "Ali", "El", "Al", "De", "van", "den", "Broeck", "D'Hénin", "Marchetti", "Said", "O", "Le", "Roy",
         "Jean-Pierre", "Marie", "Lu", "Ould", "Zoé", "Bou", "T", "Ait", "Łukasz", "N'Diaye"]  # fmt: skip
"""Names that are particles too, and names beside which particles stand."""
WRITTEN = st.lists(st.sampled_from(PARTS), min_size=1, max_size=4).map(" ".join)


def without_accents(text: str) -> str:
    """The text with plain letters, as someone types it who has no accents at hand."""
    return "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))


def shown(family_name: str, given_names: str) -> list[str]:
    """The ways in which a screen, a list or a letter writes a name, and an agent copies it."""
    initials = " ".join(f"{part[0]}." for part in given_names.replace("-", " ").split())
    first = f"{given_names[0]}."
    return [
        full_name(family_name, given_names),
        f"{family_name} {given_names}",
        f"{family_name}, {given_names}",
        f"{family_name.upper()} {given_names}",
        f"{initials} {family_name}",
        f"{first} {family_name}",
        f"{family_name} {first}",
        sort_key(family_name, given_names),
    ]


@given(WRITTEN, WRITTEN)
@example("Marchetti", "S")
@example("Ali", "Ben")
@example("Vandenbroeck", "S")
@example("Ben Ali", "El")
def test_a_name_is_found_as_any_screen_shows_it(family_name: str, given_names: str) -> None:
    for written in shown(family_name, given_names):
        for dressed in (written, without_accents(written), written.replace("-", " "), written.replace(" ", "-")):
            assert _is_found(dressed, family_name, given_names), dressed


def test_planted_fault_with_one_reading_alone_ben_ali_is_missed(monkeypatch: pytest.MonkeyPatch) -> None:
    assert _is_found("Ben Ali", "Ali", "Ben")
    monkeypatch.setattr("clais.searching.typed.readings", lambda words: readings(words)[:1])
    assert not _is_found("Ben Ali", "Ali", "Ben")


@pytest.mark.parametrize(
    ("typed", "ways"),
    [
        ("marchetti sofia", [("marchetti", "sofia")]),
        ("s marchetti", [("smarchetti",), ("s", "marchetti")]),
        ("van den b", [("vandenb",), ("van", "denb"), ("van", "den", "b")]),
        ("ben", [("ben",)]),
        ("", [()]),
    ],
)
def test_a_particle_begins_the_next_word_or_is_a_name(typed: str, ways: list[tuple[str, ...]]) -> None:
    assert readings(typed.split()) == ways


def test_the_readings_of_many_particles_stay_few() -> None:
    words = ["de", "x"] * 50
    assert len(readings(words)) == 13
    assert readings(words)[-1] == tuple(words)


@given(st.text(max_size=400))
@example("-".join("abcdefghijklmnopqrstuvwxyz" * 3))
def test_a_name_gives_few_keys_none_empty_none_twice(text: str) -> None:
    tokens = name_tokens(text, "")
    assert len(tokens) == len(set(tokens)) <= 40
    assert all(tokens)
    assert not compact(text) or tokens[0] == compact(text)


def test_a_list_is_in_belgian_order() -> None:
    people = [("Leroy", "Zoé"), ("De Smet", "Bo"), ("Desmet", "An"), ("El Amrani", "Li"), ("Éliard", "Max"),
              ("De Sm", "Z"), ("Le Roy", "Abel"), ("Delvaux", "Marc")]  # fmt: skip
    assert sorted(people, key=lambda person: sort_key(*person)) == [
        ("Delvaux", "Marc"),
        ("De Sm", "Z"),
        ("Desmet", "An"),
        ("De Smet", "Bo"),
        ("El Amrani", "Li"),
        ("Éliard", "Max"),
        ("Le Roy", "Abel"),
        ("Leroy", "Zoé"),
    ]
