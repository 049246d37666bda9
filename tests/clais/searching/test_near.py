"""A slip of the fingers is told from another name."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from clais.searching.near import intact_stretch, is_near

LETTERS = "abcdeghilmnorst"
NAMES = st.text(alphabet=LETTERS, min_size=5, max_size=14)


@pytest.mark.parametrize(
    ("typed", "name"),
    [("marcheti", "marchetti"), ("hadad", "haddad"), ("marhcetti", "marchetti"), ("dupnt", "dupont"),
     ("mohamde", "mohamed"), ("vandenbroec", "vandenbroeck"), ("marcheti", "marchettini"),
     ("lukazsewka", "lukaszewska")],
)  # fmt: skip
def test_a_slip_is_forgiven(typed: str, name: str) -> None:
    assert is_near(typed, name)


@pytest.mark.parametrize(
    ("typed", "name"), [("marc", "morin"), ("ali", "alo"), ("dupont", "dubois"), ("leroy", "lerat")]
)
def test_another_name_is_another_name(typed: str, name: str) -> None:
    assert not is_near(typed, name)


def slip(data: st.DataObject, name: str) -> str:
    """The name with a letter left out, added, wrong, or exchanged with the next."""
    place, letter = data.draw(st.integers(0, len(name) - 2)), data.draw(st.sampled_from(LETTERS))
    return data.draw(
        st.sampled_from(
            [
                name[:place] + name[place + 1 :],
                name[:place] + letter + name[place:],
                name[:place] + letter + name[place + 1 :],
                name[:place] + name[place + 1] + name[place] + name[place + 2 :],
            ]
        )
    )


@given(NAMES, st.data())
def test_after_any_slip_the_start_or_the_end_is_intact_so_that_an_index_finds_it(
    name: str, data: st.DataObject
) -> None:
    typed = slip(data, name)
    assume(len(typed) >= 5)
    assert is_near(typed, name)
    stretch = intact_stretch(typed)
    assert typed[:stretch] == name[:stretch] or typed[-stretch:] == name[-stretch:]
