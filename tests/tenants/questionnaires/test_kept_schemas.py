"""What a process makes of a questionnaire, for its forms, is kept as long as the questionnaire and no longer."""

import gc
from collections.abc import Callable
from weakref import ref

import pytest

from clais.forms.form import Form
from clais.forms.schemas import shared
from clais.instruments.filling import Questionnaire
from clais.instruments.first import first_version
from clais.instruments.rules.definition import InstrumentKind
from tenants.intake import asked as intake
from tenants.intake import schemas
from tenants.orientation import asked as bilan
from tenants.orientation import bilan_schema
from tenants.orientation.drafts import fields_of
from tests.support.federation import Federation


def as_a_reception(asked: Questionnaire) -> None:
    questions = intake.Questions(asked)
    form = Form(schemas.schema_of(questions), {"content": questions.mark})
    Form(schemas.register_schema(questions))["intake"].nested.schema.load({})
    assert form.schema is Form(schemas.schema_of(questions)).schema
    assert list(questions.beside) == []


def as_a_bilan(asked: Questionnaire) -> None:
    questions = bilan.Questions(asked)
    form = Form(bilan_schema.schema_of(questions))
    assert form.schema is Form(bilan_schema.schema_of(questions)).schema
    assert questions.choices("work")
    for item in asked.definition.items.values():
        Form(bilan_schema.schema_of_question(questions, item)).schema.load({})
    assert "mobility" in fields_of(questions)
    for earlier, later in ((first_version(InstrumentKind.BILAN), asked), (asked, first_version(InstrumentKind.BILAN))):
        assert bilan.compared(earlier, later) == {}


@pytest.mark.parametrize(("kind", "ask"), [(InstrumentKind.INTAKE, as_a_reception), (InstrumentKind.BILAN, as_a_bilan)])
def test_nothing_is_left_of_a_questionnaire_that_goes(
    federation: Federation, kind: InstrumentKind, ask: Callable[[Questionnaire], None]
) -> None:
    with federation.app.test_request_context("/"):
        ask(Questionnaire(first_version(kind).definition))  # What is kept whatever is asked is there from now on.
        gc.collect()
        before = shared.cache_info().currsize
        asked = Questionnaire(first_version(kind).definition)
        ask(asked)
        kept = ref(asked)
        del asked
        gc.collect()
        assert kept() is None
        assert shared.cache_info().currsize == before


def test_what_is_made_of_a_questionnaire_is_made_once_for_each_thing_that_it_is_about() -> None:
    made: list[str] = []

    def in_capitals(_asked: Questionnaire, text: str) -> str:
        made.append(text)
        return text.upper()

    asked = Questionnaire(first_version(InstrumentKind.BILAN).definition)
    assert [asked.once(in_capitals, text) for text in ("a", "b", "a")] == ["A", "B", "A"]
    assert made == ["a", "b"]
