"""Answers of a few colleagues, counted: no number tells who chose what."""

from collections.abc import Sequence
from itertools import combinations_with_replacement

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clais.instruments.figures import countable, counted, lines_of
from clais.instruments.rules.definition import Choice, Definition, InstrumentKind, Item, ItemKind, Section

SCALE = tuple(Choice(str(at), {"fr": f"Niveau {at}"}, score=at) for at in range(3))
ASKED = Definition(
    InstrumentKind.AGENT_ASSESSMENT,
    {"fr": "Moi"},
    (
        Section(
            "moi",
            {"fr": "Moi"},
            (
                Item("aise", ItemKind.SCALE, {"fr": "À l'aise ?"}, list="accord"),
                Item("secret", ItemKind.SCALE, {"fr": "Et la santé ?"}, list="accord", sealed=True),
                Item("mots", ItemKind.TEXT, {"fr": "En mots ?"}),
            ),
        ),
    ),
    {"accord": SCALE},
)


def test_texts_and_sealed_answers_are_not_counted_where_nobody_may_know_whose_they_are() -> None:
    assert list(countable(ASKED).items) == ["aise"]


@given(st.lists(st.sampled_from(["0", "1", "2"]), min_size=1, max_size=16))
def test_no_small_number_of_colleagues_is_shown(chosen: list[str]) -> None:
    results = counted((1, {"aise": code}) for code in chosen)
    (line,) = lines_of([(1, countable(ASKED))], results, guarded=True)
    (run,) = line.runs
    if len(chosen) < 5:
        assert run.few
        assert (run.bars, run.middle) == ((), "")
    for bar in run.bars:
        shown = None if bar.hidden else bar.chosen
        assert shown in {None, 0, len(chosen)} or (shown >= 5 and len(chosen) - shown >= 5)
        assert not bar.hidden or (bar.chosen, bar.share) == (0, 0)


def test_without_the_guard_one_colleague_of_six_is_told() -> None:
    results = counted((1, {"aise": code}) for code in "000002")
    (line,) = lines_of([(1, countable(ASKED))], results)
    assert [bar.chosen for bar in line.runs[0].bars] == [5, 0, 1]


def looks(chosen: Sequence[str]) -> tuple[object, ...]:
    """What is shown of some answers."""
    (line,) = lines_of([(1, countable(ASKED))], counted((1, {"aise": code}) for code in chosen), guarded=True)
    return line.runs[0].bars, line.runs[0].middle


@pytest.mark.parametrize("answers", [5, 6, 7, 8, 9])
def test_of_fewer_than_ten_no_count_of_a_choice_can_be_told(answers: int) -> None:
    alike: dict[tuple[object, ...], list[tuple[str, ...]]] = {}
    for chosen in combinations_with_replacement("012", answers):
        alike.setdefault(looks(chosen), []).append(chosen)
    assert len(alike) == 3
    for group in alike.values():
        assert all(len({chosen.count(code) for chosen in group}) > 1 for code in "012")


def test_the_answers_to_a_scale_are_told_in_thirds() -> None:
    (line,) = lines_of([(1, countable(ASKED))], counted((1, {"aise": code}) for code in "22222"), guarded=True)
    assert "Niveau 2" in line.runs[0].middle
