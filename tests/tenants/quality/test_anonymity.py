"""A summary that tells whose file it is is refused with the words that tell it, however they are written."""

import unicodedata
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenants.quality.rules.anonymity import Marks, found_in
from tenants.quality.rules.drawing import drawn, how_many

MARKS = Marks(
    names=("D'Hénin-Şahin", "Maëlle", "Paul Van den Broeck"),
    street="rue de la Gare d'Eau",
    postal_code="6240",
    phones=("+32470123456", "071123456"),
    emails=("maelle.d@example.be",),
    reference="FAR-2026-00012",
)
ACCENTS = ("", "\u0301", "\u0308", "\u0327")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Madame HENIN hésitait.", ["HENIN"]),
        ("Avec l'aide de d’hénin, puis de rien.", ["d’hénin"]),
        ("Sahin-même a répondu.", ["Sahin-même"]),
        ("(maelle) est venue", ["maelle"]),
        ("Son agent, Paul, a rappelé ; Broeck aussi.", ["Paul", "Broeck"]),
        ("Elle habite près de la gare, à 6240 même.", ["gare", "6240"]),
        ("Joignable au 0470/12.34.56.", ["0470/12.34.56"]),
        ("Joignable au 071 - 12 34 56.", ["071 - 12 34 56"]),
        ("Écrire à Maelle.D@Example.be", ["maelle.d@example.be"]),
        ("Inscrite sous 92.03.12 - 123.45 depuis juin.", ["92.03.12 - 123.45"]),
        ("Le dossier far-2026-00012 traîne.", ["FAR-2026-00012"]),
    ],
)
def test_each_kind_of_trace_is_found_with_its_words(text: str, words: list[str]) -> None:
    assert [word for word in words if word in found_in(text, MARKS)] == words


@pytest.mark.parametrize(
    "text",
    [
        "La personne vient dans la rue, sans van ni den.",
        "Trois contacts en 2026, 62400 pas au total, un broeckx de plus.",
        "Maëllement rien, gares fermées.",
        "12 semaines, puis 8.",
    ],
)
def test_what_only_looks_a_little_like_it_is_let_through(text: str) -> None:
    assert found_in(text, MARKS) == []


@st.composite
def written_otherwise(draw: st.DrawFn, name: str) -> str:
    """A name with other accents, cases and forms of Unicode."""
    letters = [
        draw(st.sampled_from((letter.lower(), letter.upper()))) + draw(st.sampled_from(ACCENTS)) for letter in name
    ]
    return unicodedata.normalize(draw(st.sampled_from(("NFC", "NFD", "NFKC"))), "".join(letters))


@given(
    st.sampled_from(("Marchetti", "Oumar", "Zénobie", "Éva")).flatmap(
        lambda name: st.tuples(st.just(name), written_otherwise(name))
    ),
    st.sampled_from(("%s", "La personne, %s.", "«%s» l'a dit", "avec d'%s hier", "%s-là")),
)
def test_a_name_is_found_in_every_case_and_accent(names: tuple[str, str], around: str) -> None:
    name, written = names
    assert found_in(around % written, Marks(names=(name,)))


@given(st.sampled_from(("Marchetti", "Zénobie")), st.text(alphabet="abcdefgh", min_size=1, max_size=4))
def test_a_longer_word_is_another_word(name: str, more: str) -> None:
    assert found_in(f"{name}{more} et {more}{name}", Marks(names=(name,))) == []


def test_a_name_of_plain_words_alone_is_looked_for_all_the_same() -> None:
    assert found_in("Van a dit oui.", Marks(names=("Van",))) == ["Van"]
    assert found_in("Elle habite rue du Parc, dit-on.", Marks(street="Rue du Parc")) == ["Rue du Parc"]
    assert found_in("Un parc, une rue.", Marks(street="Rue du Parc")) == []


@pytest.mark.parametrize(("wanted", "eligible", "number"), [(3, 15, 3), (3, 14, 2), (3, 200, 3), (1, 4, 0), (10, 5, 1)])
def test_one_file_in_five_at_most_is_drawn(wanted: int, eligible: int, number: int) -> None:
    assert how_many(wanted, eligible) == number


def test_the_same_seed_draws_the_same_files_and_another_one_others() -> None:
    files = [UUID(int=number) for number in range(1, 101)]
    first = drawn(files, 3, "ab")
    assert drawn(list(reversed(files)), 3, "ab") == first
    assert len(set(first)) == 3
    assert {tuple(drawn(files, 3, str(seed))) for seed in range(20)} != {tuple(first)}
