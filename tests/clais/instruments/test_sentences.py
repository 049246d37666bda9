"""A condition that an author makes of sentences is read back as these sentences."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clais.instruments.rules.expressions import condition
from clais.instruments.rules.sentences import (
    ALL,
    CHOSEN,
    ONE,
    WITHOUT_VALUE,
    Sentence,
    Sentences,
    condition_of,
    sentences_of,
    verbs_of,
)
from clais.instruments.rules.syntax import ExpressionError
from clais.instruments.rules.values import Kind
from tests.clais.instruments.test_expressions import TYPES

VALUES = {
    Kind.NUMBER: st.integers(-9, 99).map(str),
    Kind.LEVEL: st.integers(0, 3).map(str),
    Kind.DAY: st.dates().map(lambda day: day.isoformat()),
    Kind.CODE: st.sampled_from(["b", "none"]),
    Kind.CODES: st.sampled_from(["fr", "ar", "tr"]),
    Kind.TEXT: st.text(
        st.characters(codec="utf-8", exclude_characters="'\"", categories=["L", "N"]), min_size=1, max_size=9
    ),
}


@st.composite
def a_sentence(draw: st.DrawFn) -> Sentence:
    item = draw(st.sampled_from(sorted(TYPES)))
    verb = draw(st.sampled_from(verbs_of(TYPES[item])))
    return Sentence(item, verb, "" if verb in WITHOUT_VALUE else draw(VALUES[TYPES[item].kind]))


@settings(max_examples=150)
@given(st.sampled_from([ALL, ONE]), st.lists(a_sentence(), min_size=1, max_size=4))
def test_sentences_are_a_condition_and_come_back_as_they_were(joint: str, sentences: list[Sentence]) -> None:
    given_ones = Sentences(joint, tuple(sentences))
    text = condition_of(given_ones, TYPES)
    condition(text, TYPES)
    found = sentences_of(text)
    assert found is not None
    assert found.sentences == given_ones.sentences
    assert found.joint == joint or len(sentences) == 1


@pytest.mark.parametrize(
    "text", ["${age} + 1 > 3", "${age} > 3", "not(${age} = 3)", "${age} = ${children}", "${age} >"]
)
def test_what_says_more_is_shown_as_it_is_written(text: str) -> None:
    assert sentences_of(text) is None


def test_both_joints_at_once_are_more_than_sentences() -> None:
    assert sentences_of("${age} = 1 and ${children} = 2 or ${age} = 3") is None


@pytest.mark.parametrize(
    ("sentence", "code"),
    [
        (Sentence("age", "at_least", "beaucoup"), "expected_number"),
        (Sentence("age", "is", "NaN"), "expected_number"),
        (Sentence("born", "is", "30/11/2026"), "day_expected"),
        (Sentence("nobody", "is", "1"), "unknown_item"),
        (Sentence("languages", CHOSEN, "a'b\"c"), "quotes"),
    ],
)
def test_a_value_that_an_item_cannot_have_is_refused(sentence: Sentence, code: str) -> None:
    with pytest.raises(ExpressionError, match=code):
        condition_of(Sentences(ALL, (sentence,)), TYPES)
