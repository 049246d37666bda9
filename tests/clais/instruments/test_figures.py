"""Answers of a few colleagues, counted: no number tells who chose what."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import combinations_with_replacement, product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clais.instruments.figures import Bar, Run, countable, counted, lines_of
from clais.instruments.guarded import guarded_lines
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


def run_of(*groups: Sequence[str]) -> Run:
    """What is shown of the answers of one group to the scale, or of several added up."""
    results = [counted((1, {"aise": code}) for code in group) for group in groups]
    (line,) = guarded_lines([(1, ASKED)], results)
    return line.runs[0]


def test_what_not_everybody_is_asked_is_not_counted_either() -> None:
    """How many answered it would tell how many chose what it depends on."""
    (section,) = ASKED.sections
    never = Item("jamais", ItemKind.YES_NO, {"fr": "Jamais ?"}, shown_if="${aise} = '0'")
    asked = replace(ASKED, sections=(replace(section, items=(*section.items, never)),))
    assert list(countable(asked).items) == ["aise"]
    assert list(countable(replace(ASKED, sections=(replace(section, shown_if="${aise} = '0'"),))).items) == []


@given(st.lists(st.sampled_from(["0", "1", "2"]), min_size=1, max_size=16))
def test_no_small_number_of_colleagues_is_shown(chosen: list[str]) -> None:
    run = run_of(chosen)
    if len(chosen) < 5:
        assert run.few
        assert (run.bars, run.middle) == ((), "")
    for bar in run.bars:
        shown = None if bar.hidden else bar.chosen
        assert shown in {None, 0} or (shown >= 5 and len(chosen) - shown >= 5)
        assert not bar.hidden or (bar.chosen, bar.share) == (0, 0)


def test_without_the_guard_one_colleague_of_six_is_told() -> None:
    results = counted((1, {"aise": code}) for code in "000002")
    (line,) = lines_of([(1, countable(ASKED))], results)
    assert [bar.chosen for bar in line.runs[0].bars] == [5, 0, 1]


@pytest.mark.parametrize("answers", range(5, 14))
def test_no_hidden_count_of_a_choice_can_be_told(answers: int) -> None:
    alike: dict[tuple[tuple[Bar, ...], str], list[tuple[str, ...]]] = {}
    for chosen in combinations_with_replacement("012", answers):
        run = run_of(chosen)
        alike.setdefault((run.bars, run.middle), []).append(chosen)
    for (bars, _middle), group in alike.items():
        hidden = [bar.label[-1] for bar in bars if bar.hidden] if bars else "012"
        assert all(len({chosen.count(code) for chosen in group}) > 1 for code in hidden)


def test_the_answers_to_a_scale_are_told_in_thirds() -> None:
    assert "Niveau 2" in run_of("22222").middle


def test_from_ten_on_no_sentence_says_that_there_are_fewer() -> None:
    yes = Definition(
        InstrumentKind.AGENT_ASSESSMENT, {"fr": "Moi"}, (Section("a", {}, (Item("oui", ItemKind.YES_NO, {}),)),)
    )
    (line,) = guarded_lines([(1, yes)], [counted((1, {"oui": code}) for code in ["yes"] * 6 + ["no"] * 5)])
    assert [bar.chosen for bar in line.runs[0].bars] == [6, 5]
    assert line.runs[0].middle == ""


def test_of_several_groups_only_what_each_shows_is_added_up() -> None:
    first, second = "0" * 6 + "1" * 5, "0" * 5 + "1" * 6 + "2"
    bars = run_of(first, second).bars
    assert [bar.hidden for bar in run_of(second).bars] == ["hidden", "", "hidden"]
    assert [(bar.chosen, bar.hidden) for bar in bars] == [(0, "at least 6"), (11, ""), (0, "hidden")]


def test_nothing_of_several_groups_is_shown_that_their_own_pages_do_not_tell() -> None:
    """Whatever groups show the same by themselves show the same together: so no subtraction tells anything."""
    every = ["0" * 6 + "1" * 6, "0" * 4, "0" * 5, "2" * 5, *map("".join, combinations_with_replacement("012", 11))]
    by_itself: dict[tuple[object, ...], set[Run]] = {}
    for first, second in product(every[:4], every):
        shown = tuple((run.bars, run.middle, run.few) for run in (run_of(first), run_of(second)))
        by_itself.setdefault(shown, set()).add(run_of(first, second))
    assert all(len(together) == 1 for together in by_itself.values())
    assert len({len(run.bars) for runs in by_itself.values() for run in runs}) > 1


def test_a_later_version_that_puts_two_choices_together_tells_no_more_of_a_group() -> None:
    merged = (Choice("9", {"fr": "Bas"}, was=("0", "1")), Choice("2", {"fr": "Haut"}))
    later = replace(ASKED, lists={"accord": merged})
    before = [counted((1, {"aise": code}) for code in "0" * 6 + others) for others in ("111112", "122222")]
    after = counted((2, {"aise": code}) for code in "9" * 6 + "2" * 5)
    first, second = (list(guarded_lines([(1, ASKED)], [one])) for one in before)
    assert first == second
    first, second = (list(guarded_lines([(1, ASKED), (2, later)], [one, after])) for one in before)
    assert first == second
    assert first[0].runs[0].bars[0].hidden == "at least 12"
