"""One schema takes the answers of a page, the API and an import; what is shown decides what is missing."""

import gc
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from weakref import ref

import pytest
from marshmallow import ValidationError

from clais.clock import today
from clais.forms.form import Form
from clais.instruments.filling import Filled, Questionnaire
from clais.instruments.rules.definition import ItemKind
from tests.clais.instruments.definitions import a_definition, an_item

DAY = date(2026, 11, 30)
QUESTIONS = Questionnaire(
    a_definition(
        an_item("children", ItemKind.NUMBER, required=True),
        an_item("childcare", ItemKind.SCALE, shown_if="${children} >= 1", required=True),
        an_item("place", shown_if="${childcare} <= 1"),
        an_item("languages", ItemKind.MANY_OF),
        an_item("born", ItemKind.DATE, constraint=". < today()", constraint_message={"fr": "Une date passée."}),
        an_item("works", ItemKind.YES_NO),
        an_item("note", ItemKind.LONG_TEXT),
    )
)


def loaded(**typed: Any) -> dict[str, Any]:
    found: dict[str, Any] = QUESTIONS.schema("fr").load(typed)
    return found


def checked(**typed: Any) -> Filled:
    return QUESTIONS.check(loaded(**typed), DAY, "fr")


def test_what_is_typed_is_read_as_each_kind_of_question_has_it() -> None:
    found = loaded(
        children="2,5", childcare="3", languages=["tr", "fr"], born="12/03/1990", works="yes", note="a", place="b"
    )
    assert found == {
        "children": Decimal("2.5"),
        "childcare": "3",
        "languages": ["fr", "tr"],
        "born": date(1990, 3, 12),
        "works": "yes",
        "note": "a",
        "place": "b",
    }


@pytest.mark.parametrize(
    "typed",
    [
        {"children": "deux"},
        {"children": "NaN"},
        {"children": True},
        {"childcare": "9"},
        {"languages": ["nl"]},
        {"born": "31/02/1990"},
        {"works": "maybe"},
        {"place": "x" * 201},
        {"unknown": "1"},
    ],
)
def test_what_no_question_takes_is_refused(typed: dict[str, Any]) -> None:
    with pytest.raises(ValidationError) as refused:
        loaded(**typed)
    assert list(refused.value.normalized_messages()) == list(typed)  # type: ignore[no-untyped-call]


def test_only_what_is_shown_is_kept_and_only_what_is_shown_is_missing() -> None:
    none = checked(children="0", childcare="1", place="crèche")
    assert none.answers == {"children": Decimal(0)}
    assert none.missing == ()
    assert none.complete
    some = checked(children="2")
    assert some.missing == ("childcare",)
    assert "place" not in some.shown
    assert "place" in checked(children="2", childcare="1").shown
    assert checked().missing == ("children",)


def test_an_answer_that_is_not_possible_is_told_in_the_words_of_the_instrument() -> None:
    found = checked(children="0", born=f"{today() + timedelta(days=1):%d/%m/%Y}")
    assert found.errors == {"born": ["Une date passée."]}
    assert not found.complete


def test_questions_are_said_in_the_first_language_that_they_have() -> None:
    asked = Questionnaire(a_definition(an_item("a", label={"fr": "Oui ?", "ar": "نعم؟"}), an_item("b")))
    fields = asked.schema("ar", "fr").load_fields
    assert [fields[name].metadata["label"] for name in ("a", "b")] == ["نعم؟", "Question b ?"]


def test_what_is_made_of_a_questionnaire_goes_with_it() -> None:
    questionnaire = Questionnaire(QUESTIONS.definition)
    item = questionnaire.definition.items["note"]
    kept = [ref(schema) for schema in (questionnaire.schema("fr"), questionnaire.question(item, "fr"))]
    Form(questionnaire.schema("fr")), Form(questionnaire.question(item, "fr"))
    assert questionnaire.schema("fr") is kept[0]()
    questionnaire.load({"note": "a"})
    del questionnaire
    gc.collect()
    assert [one() for one in kept] == [None, None]
