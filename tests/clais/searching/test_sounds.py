from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clais.searching.names import compact
from clais.searching.sounds import sound_key


@pytest.mark.parametrize(
    "spellings",
    [
        "Mohamed Mohammed Muhammad Mohamad Mouhamed Mohammad",
        "Khadija Hadija Khadidja Khadijah",
        "Meyer Meijer Meier Maier",
        "Leroy Leroi",
        "Philippe Filip",
        "Dupont Dupond",
        "Janssens Janssen Jansen",
        "Youssef Yusuf Yousouf Yussef",
        "Fatima Fatma Fatimah",
        "Abdellah Abdallah Abdullah",
        "Şahin Sahin Chahin Shahin",
        "Yılmaz Yilmaz",
        "Aïcha Aisha Aicha",
        "Marchetti Marcheti Marchetty",
        "Djamel Jamel Jamal",
        "Thomas Tomas",
        "Rousseau Rousso",
        "Christine Kristine Cristine",
        "El-Amrani Al-Amrani ElAmrani",
    ],
)
def test_spellings_of_a_name_sound_alike(spellings: str) -> None:
    assert len({sound_key(spelling) for spelling in spellings.split()}) == 1


def test_other_names_do_not_sound_alike() -> None:
    names = "Mohamed Mahmoud Martin Morin Ali Alain Dupont Dubois Leroy Lerat Sofia Sara Karim Karima Lina Lena Peeters"
    keys = {name: sound_key(name) for name in names.split()}
    assert [pair for pair in combinations(keys, 2) if keys[pair[0]] == keys[pair[1]]] == []


@given(st.text())
def test_every_name_has_a_sound_but_the_empty_one(text: str) -> None:
    assert bool(sound_key(text)) == bool(compact(text))
    assert sound_key(text.upper().lower()) == sound_key(text.upper())
