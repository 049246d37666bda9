"""Answers over versions: pooled where they compare, never across a break, and none is lost or counted twice."""

from collections import Counter
from dataclasses import replace
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from clais.instruments.rules.definition import Choice, Definition, InstrumentKind, Item, ItemKind, Section
from clais.instruments.rules.difference import COMPARABLE, Comparability, comparability_of
from clais.instruments.rules.series import stretches

ITEM = Item("a", ItemKind.ONE_OF, {"fr": "Quoi ?"}, list="l")


def asking(*choices: Choice, label: str = "Quoi ?", asked: bool = True) -> Definition:
    items = (replace(ITEM, label={"fr": label}),) if asked else ()
    return Definition(
        InstrumentKind.BILAN, {"fr": "Bilan"}, (Section("s", {"fr": "S"}, items),), {"l": choices} if choices else {}
    )


def choice(code: str, *was: str) -> Choice:
    return Choice(code, {"fr": code}, was=was)


def test_a_question_that_is_only_reworded_goes_on_and_says_so() -> None:
    found = stretches("a", [(1, asking(choice("x"))), (2, asking(choice("x"), label="Mais quoi ?"))])
    assert [(one.numbers, one.notes, one.broken_by) for one in found] == [((1, 2), {2: Comparability.REWORDED}, None)]


def test_codes_that_are_declared_the_same_are_pooled_under_the_newest() -> None:
    versions = [
        (1, asking(choice("x"), choice("y"))),
        (2, asking(choice("x2", "x"), choice("y"))),
        (3, asking(choice("all", "x2", "y"))),
    ]
    (found,) = stretches("a", versions)
    counts = {(1, "x"): 1, (1, "y"): 2, (2, "x2"): 4, (3, "all"): 8}
    assert found.pooled(counts) == {"all": 15}


def test_a_new_choice_breaks_the_line_and_nothing_is_pooled_across() -> None:
    first, second = stretches("a", [(1, asking(choice("x"))), (2, asking(choice("x"), choice("y")))])
    counts = {(1, "x"): 3, (2, "x"): 5, (2, "y"): 7}
    assert (first.pooled(counts), second.pooled(counts)) == ({"x": 3}, {"x": 5, "y": 7})
    assert second.broken_by is Comparability.BROKEN


def test_a_question_that_was_left_out_meanwhile_begins_again() -> None:
    versions = [(1, asking(choice("x"))), (2, asking(asked=False)), (3, asking(choice("x")))]
    assert [one.numbers for one in stretches("a", versions)] == [(1,), (3,)]
    assert stretches("a", versions)[1].broken_by is Comparability.GONE
    assert stretches("a", versions[1:])[0].broken_by is None


CODED = st.builds(choice, st.sampled_from("uvwxyz"), st.sampled_from("uvwxyz"))
ASKING = st.lists(CODED, min_size=1, max_size=3, unique_by=lambda one: one.code).map(lambda made: asking(*made))


@given(st.lists(ASKING, min_size=1, max_size=5))
def test_every_answer_is_counted_once_in_one_stretch(definitions: list[Definition]) -> None:
    versions = list(enumerate(definitions, start=1))
    counts = {(number, one.code): number for number, made in versions for one in made.choices(made.items["a"])}
    found = stretches("a", versions)
    assert sum(sum(one.pooled(counts).values()) for one in found) == sum(counts.values())
    assert Counter(number for one in found for number in one.numbers) == Counter(number for number, _made in versions)
    for (number, before), (_next, after) in pairwise(versions):
        together = any({number, number + 1} <= set(one.numbers) for one in found)
        assert together is (comparability_of(before, after, after.items["a"]) in COMPARABLE)
