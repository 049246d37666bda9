"""What a screen says around the questions is there in every language; each question and answer has a picture."""

import re

import pytest

from clais.instruments.filling import Questionnaire
from clais.instruments.pictures import OF_DIMENSIONS, OF_KINDS, OF_YES_NO, STEPS, picture_of, pictures_of_answers
from clais.instruments.rules.definition import (
    LANGUAGES,
    Choice,
    Definition,
    InstrumentKind,
    Item,
    ItemKind,
    Section,
)
from clais.instruments.screen_words import every_language, words_of
from clais.web.icons import ICONS

ARABIC = re.compile(r"[\u0600-\u06ff]")
PLACES = re.compile(r"\{\w+\}")


def test_every_language_of_texts_has_every_word() -> None:
    assert set(every_language()) == set(LANGUAGES)
    asked = {name: PLACES.findall(word) for name, word in words_of("fr").items()}
    for language in LANGUAGES:
        assert {name: sorted(PLACES.findall(word)) for name, word in words_of(language).items()} == {
            name: sorted(places) for name, places in asked.items()
        }, language
        assert all(word.strip() for word in words_of(language).values()), language


@pytest.mark.parametrize("language", sorted(set(LANGUAGES) - {"fr", "fr-facile"}))
def test_no_word_of_another_language_was_left_in_french(language: str) -> None:
    french = words_of("fr")
    same = {name for name, word in words_of(language).items() if word == french[name]}
    assert same <= {"optional", "no", "date_format"}
    written = [name for name, word in words_of(language).items() if ARABIC.search(word)]
    assert len(written) == (len(french) if language == "ar" else 0)


def test_every_kind_of_question_has_a_picture_that_can_be_drawn() -> None:
    assert set(OF_KINDS) == set(ItemKind)
    assert {*OF_KINDS.values(), *OF_DIMENSIONS.values(), *OF_YES_NO.values(), *STEPS} <= set(ICONS)


def test_a_question_has_its_own_picture_before_that_of_its_dimension_or_kind() -> None:
    assert picture_of(Item("a", ItemKind.TEXT, {}, icon="sun", dimension="work")) == "sun"
    assert picture_of(Item("a", ItemKind.TEXT, {}, icon="no-such-icon", dimension="work")) == "briefcase"
    assert picture_of(Item("a", ItemKind.TEXT, {}, dimension="unheard of")) == "pencil"


def test_the_levels_of_a_scale_grow_whatever_their_order() -> None:
    choices = tuple(Choice(code, {"fr": code}) for code in ("2", "0", "1"))
    item = Item("a", ItemKind.SCALE, {"fr": "?"}, list="levels")
    definition = Definition(InstrumentKind.BILAN, {}, (Section("s", {}, (item,)),), {"levels": choices})
    assert pictures_of_answers(definition, item) == {"0": "reception-0", "1": "reception-2", "2": "reception-4"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_yes_and_no_are_said_in_the_language_of_the_question(language: str) -> None:
    item = Item("a", ItemKind.YES_NO, {"fr": "?"})
    schema = Questionnaire(Definition(InstrumentKind.BILAN, {}, (Section("s", {}, (item,)),))).schema(language, "fr")
    field = schema.fields["a"]
    assert field.metadata["choices"] == [("yes", words_of(language)["yes"]), ("no", words_of(language)["no"])]
    assert field.metadata["optional"] == words_of(language)["optional"]
