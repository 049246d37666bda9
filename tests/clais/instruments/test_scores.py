"""Scores of sections: what counts, and where two versions do not compare."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from clais.instruments.rules.definition import Choice, Definition, InstrumentKind, Item, ItemKind, Section
from clais.instruments.rules.scores import Score, scores_of

SCALE = tuple(Choice(str(at), {"fr": f"Niveau {at}"}, score=at) for at in range(1, 5))
FIRST = Item("un", ItemKind.SCALE, {"fr": "Un ?"}, list="accord")
SECOND = Item("deux", ItemKind.SCALE, {"fr": "Deux ?"}, list="accord")
TEXT = Item("mots", ItemKind.TEXT, {"fr": "En mots ?"})


def asking(*items: Item, scale: tuple[Choice, ...] = SCALE) -> Definition:
    section = Section("regle", {"fr": "Une règle"}, items)
    return Definition(InstrumentKind.PLATFORM_ASSESSMENT, {"fr": "Nous"}, (section,), {"accord": scale})


def score(answers: dict[str, str], *definitions: Definition, of: int = 1) -> Score | None:
    versions = [*enumerate(definitions, start=1)]
    return scores_of(versions, len(versions), of, answers).get("regle")


def test_a_section_counts_from_the_least_to_the_most_of_what_was_answered() -> None:
    found = score({"un": "1", "deux": "4", "mots": "Rien"}, asking(FIRST, SECOND, TEXT))
    assert found == Score(points=5, least=2, most=8, answered=2, asked=2)
    assert found.share == 50


def test_what_is_not_answered_counts_for_nothing_and_is_said() -> None:
    assert score({"un": "4"}, asking(FIRST, SECOND)) == Score(4, 1, 4, answered=1, asked=2)
    assert scores_of([(1, asking(FIRST))], 1, 1, {}) == {}


def test_a_sealed_question_and_one_without_scores_have_none() -> None:
    plain = tuple(replace(choice, score=None) for choice in SCALE)
    assert scores_of([(1, asking(replace(FIRST, sealed=True)))], 1, 1, {"un": "4"}) == {}
    assert scores_of([(1, asking(FIRST, scale=plain))], 1, 1, {"un": "4"}) == {}


def test_a_reworded_question_still_compares() -> None:
    assert score({"un": "4"}, asking(FIRST), asking(replace(FIRST, label={"fr": "Et un ?"})))


def test_a_recoded_answer_counts_for_what_it_means_now() -> None:
    recoded = tuple(Choice(f"{at}0", {"fr": f"Niveau {at}"}, score=at, was=(str(at),)) for at in range(1, 5))
    found = score({"un": "4"}, asking(FIRST), asking(FIRST, scale=recoded))
    assert found
    assert found.share == 100


def test_a_question_that_comes_or_goes_breaks_the_line() -> None:
    for before, after in ((asking(FIRST), asking(FIRST, SECOND)), (asking(FIRST, SECOND), asking(FIRST))):
        assert scores_of([(1, before), (2, after)], 2, 1, {"un": "4", "deux": "4"}) == {"regle": None}


def test_other_choices_break_the_line_and_a_version_between_does_too() -> None:
    longer = (*SCALE, Choice("5", {"fr": "Niveau 5"}, score=5))
    assert scores_of([(1, asking(FIRST)), (2, asking(FIRST, scale=longer))], 2, 1, {"un": "4"}) == {"regle": None}
    back = [(1, asking(FIRST)), (2, asking(FIRST, scale=longer)), (3, asking(FIRST))]
    assert scores_of(back, 3, 1, {"un": "4"}) == {"regle": None}


@given(st.dictionaries(st.sampled_from(["un", "deux", "mots", "trois"]), st.sampled_from(["1", "2", "3", "4", "x"])))
def test_a_share_is_between_none_and_all(answers: dict[str, str]) -> None:
    found = score(answers, asking(FIRST, SECOND, TEXT))
    assert found is None or (0 <= found.share <= 100 and found.answered <= found.asked)
