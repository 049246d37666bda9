"""A summary that tells whose file it is is refused with the words that tell it, however they are written."""

import unicodedata
from datetime import date
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenants.quality.rules.anonymity import Marks, found_in
from tenants.quality.rules.drawing import drawn, how_many

MARKS = Marks(
    names=("D'Hénin-Şahin", "Maëlle"),
    members=("Paul Van den Broeck",),
    birth_date=date(1992, 3, 12),
    street="rue de la Gare d'Eau",
    postal_code="6240",
    locality="Farciennes",
    phones=("+32470123456", "071123456"),
    emails=("maelle.d@example.be",),
    codes=("FAR-2026-00012", "12345678"),
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
        ("Le dossier far-2026-00012 traîne.", ["far-2026-00012"]),
        ("Le dossier FAR2026/00012 traîne.", ["FAR2026/00012"]),
        ("Inscrite au Forem (1234 5678).", ["1234 5678"]),
        ("Elle vient de FARCIENNES, dit-elle.", ["FARCIENNES"]),
    ],
)
def test_each_kind_of_trace_is_found_with_its_words(text: str, words: list[str]) -> None:
    assert [word for word in words if word in found_in(text, MARKS)] == words


@pytest.mark.parametrize(
    "text",
    [
        "La personne vient dans la rue, sans van ni den.",
        "Trois contacts en 2026, 62400 pas au total, un broeckx de plus.",
        "Les gares fermées, va-t-il à pied ? L'ami d'une dame, elle, l'emmène.",
        "12 semaines, puis 8 ; 12 contacts sur 3, en mars, en 1993.",
        "Le 13/03, le 12/04/1992 ou le 13 mars 1991.",
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
def test_a_longer_word_is_another_word_than_the_name_of_a_member(name: str, more: str) -> None:
    assert found_in(f"{name}{more} et {more}{name.lower()}", Marks(members=(name,))) == []


@pytest.mark.parametrize(
    "written",
    [
        "Lam-bert", "Lam.bert", "Lam_bert", "Lam’bert", "Lambert1", "(Lambert2)", "LambertNadia", "mlambert",
        "Lamberts", "l'Lam-bert", "L a m b e r t", "L\u0430mbert", "L\u0430m-B\u0435rt3",
        "\U0001d4db\U0001d4ea\U0001d4f6bert",
        "Jeanpierre", "JEANPIERRE", "jean/pierre",
    ],
)  # fmt: skip
def test_a_name_that_is_cut_joined_or_spelled_otherwise_is_found(written: str) -> None:
    assert found_in(f"La personne, {written}, hésitait.", Marks(names=("Lambert", "Jean-Pierre"))) == [
        written.strip("()")
    ]


@pytest.mark.parametrize("written", ["ClaireDubois", "Claire2", "Cla-ire", "(claire)", "Vandenbroeck", "\u0421laire"])
def test_the_name_of_a_member_is_found_where_a_sign_a_figure_or_a_capital_shows_it(written: str) -> None:
    assert found_in(f"Vu {written} hier.", Marks(members=("Claire Van den Broeck",))) == [written.strip("()")]
    assert found_in("Clairement, la personne s'est mariée.", Marks(members=("Claire Marie",))) == []


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("Ba", "Madame Ba tient le tabac.", ["Ba"]),
        ("Ba", "Mme BA, ba.", ["BA"]),
        ("Ba", "Le tabac, ba !", []),
        ("Xu Wu", "Wu est venue.", ["Wu"]),
        ("Le", "Le partenaire a dit non. Le bus manquait.", []),
        ("Le", "Madame Le a dit non.", ["Le"]),
        ("王芳", "王芳 est venue.", ["王芳"]),
        ("王芳", "Elle écrit : 我是王芳。", ["我是王芳。"]),
        ("علي", "Avec علي hier.", ["علي"]),
        ("Иван", "Avec ИВАН hier.", ["ИВАН"]),
    ],
)
def test_names_of_two_letters_and_of_other_scripts_are_found(name: str, text: str, words: list[str]) -> None:
    assert found_in(text, Marks(names=(name,))) == words


@pytest.mark.parametrize(
    "written",
    [
        "12/03/1992", "12-3-92", "12.03.92", "1992-03-12", "12 / 3 / 1992", "12031992", "19920312", "03/12/1992",
        "12 mars 1992", "12 MARS", "12e mars", "March 12", "12 maart 1992", "mars 1992", "١٢/٠٣/١٩٩٢",
    ],
)  # fmt: skip
def test_the_day_of_birth_is_found_in_any_usual_form(written: str) -> None:
    assert found_in(f"Née : {written}, dit-on.", MARKS) == [written]


@given(st.dates(date(1940, 1, 1), date(2010, 12, 31)), st.sampled_from("/-. ·"), st.booleans())
def test_every_day_of_birth_is_found_in_figures(day: date, sign: str, short: bool) -> None:
    year = f"{day.year % 100:02}" if short else f"{day.year}"
    assert found_in(f"née le {day.day}{sign}{day.month}{sign}{year}.", Marks(birth_date=day))


@pytest.mark.parametrize(
    "written",
    [
        "92,03,12,123,45", "92·03·12·123·45", "92 03 12 : 123 45", "92—03—12—123—45", "2 92.03.12 - 123.45",
        "3 92031212345", "920312123457", "٩٢٠٣١٢١٢٣٤٥", "92_03_12_123_45", "92    03    12    123    45",
    ],
)  # fmt: skip
def test_a_national_number_is_found_however_it_is_grouped_and_whatever_stands_before_it(written: str) -> None:
    assert found_in(f"Sous {written} depuis juin.", Marks()) == [written]


@pytest.mark.parametrize(
    "written", ["0470,12,34,56", "0470·12·34·56", "٠٤٧٠١٢٣٤٥٦", "0470 12 34 56 2", "0470:12:34:56"]
)
def test_a_phone_number_is_found_however_it_is_grouped(written: str) -> None:
    assert found_in(f"Au {written} le soir.", MARKS) == [written]


def test_a_place_of_words_of_every_text_is_found_by_its_capitals() -> None:
    where = Marks(locality="Ham-sur-Heure")
    assert found_in("Une heure de bus, sur place.", where) == []
    assert found_in("Elle habite Ham-sur-Heure.", where) == ["Ham-sur-Heure"]
    assert found_in("Elle habite ham sur heure.", where) == ["Ham-sur-Heure"]


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
