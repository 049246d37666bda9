from pathlib import Path

import pytest
from sqlalchemy import Engine, func, select
from sqlalchemy.exc import ProgrammingError

from clais import reference_data
from clais.database import Scope, ScopedSession, unit_of_work
from clais.registry.loading import load_reference_data
from clais.registry.models import Municipality, Occupation, OccupationWord
from clais.registry.occupation_words import occupation_words
from clais.registry.queries import localities, occupations_matching

REFERENCE = Path(__file__).resolve().parents[3] / "config" / "reference"
ADMINISTERS = Scope(administers=True)


@pytest.fixture(scope="module", autouse=True)
def loaded(engine: Engine) -> None:
    with unit_of_work(engine, ADMINISTERS) as session:
        load_reference_data(session, REFERENCE)


def test_places_and_occupations_are_there_once_however_often_they_are_loaded(engine: Engine) -> None:
    with unit_of_work(engine, ADMINISTERS) as session:
        assert load_reference_data(session, REFERENCE) == {"municipality": 0, "postal_code": 0, "occupation": 0}
        assert session.scalar(select(func.count()).select_from(Municipality)) == 565
        assert session.scalar(select(func.count()).select_from(Occupation).where(~Occupation.is_appellation)) == 1584
        assert session.scalars(select(func.count()).select_from(OccupationWord)).one() > 40_000


def test_every_locality_of_the_basin_is_found_under_its_code(engine: Engine) -> None:
    with ScopedSession(engine, Scope()) as session:
        for place in reference_data.localities(REFERENCE):
            found = {(known.locality, known.nis_code) for known in localities(session, place.postal_code)}
            assert (place.name, place.nis_code) in found


def test_a_renamed_municipality_takes_its_new_name(engine: Engine) -> None:
    with ScopedSession(engine, ADMINISTERS) as session:
        session.get_one(Municipality, "52018").name_french = "Ancien nom"
        session.flush()
        load_reference_data(session, REFERENCE)
        session.expire_all()
        assert session.get_one(Municipality, "52018").name_french == "Farciennes"


def test_a_postal_code_gives_its_localities_and_charlerois_neighbourhoods_their_own_name(engine: Engine) -> None:
    with ScopedSession(engine, Scope()) as session:
        assert [place.locality for place in localities(session, "6240")] == ["Farciennes", "Pironchamps"]
        assert [place.locality for place in localities(session, "6030")] == ["Goutroux", "Marchienne-au-Pont"]
        assert [place.search_key for place in localities(session, "6031")] == ["monceau sur sambre"]


@pytest.mark.parametrize(
    "typed", ["ménagère", "MENAGERE", "menag domi", "Aide-ménagère à domicile", "domicile aide men"]
)
def test_an_occupation_is_found_by_the_start_of_any_word_without_accents(engine: Engine, typed: str) -> None:
    with ScopedSession(engine, Scope()) as session:
        found = occupations_matching(session, occupation_words(typed), limit=40)
        assert "Aide ménager / Aide ménagère à domicile" in {occupation.label for occupation in found}
        assert {occupation.code for occupation in found} >= {"K1304"}


@pytest.mark.parametrize("typed", ["manoeuvre batiment", "MANŒUVRE BÂTIMENT", "manœu bât"])
def test_an_occupation_with_joined_letters_is_found_by_the_plain_ones(engine: Engine, typed: str) -> None:
    with ScopedSession(engine, Scope()) as session:
        found = occupations_matching(session, occupation_words(typed), limit=40)
        assert "Manœuvre bâtiment" in {occupation.label for occupation in found}


def test_the_end_of_a_word_finds_nothing(engine: Engine) -> None:
    with ScopedSession(engine, Scope()) as session:
        assert occupations_matching(session, occupation_words("énagère")) == []


def test_joining_words_and_repetitions_are_left_out() -> None:
    assert occupation_words("Aide ménager / Aide ménagère à domicile") == ["aide", "menager", "menagere", "domicile"]
    assert occupation_words("Conducteur d'engins de l'Œuvre") == ["conducteur", "engins", "oeuvre"]
    assert occupation_words(" -- / à ") == []


def test_only_an_administrator_loads_reference_data(engine: Engine) -> None:
    with ScopedSession(engine, Scope()) as session:
        session.add(Municipality(nis_code="99999", name_french="Nulle part"))
        with pytest.raises(ProgrammingError, match="row-level security"):
            session.flush()
