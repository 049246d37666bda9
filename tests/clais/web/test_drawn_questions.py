"""A question that looks the same whoever answers it is drawn once; what someone typed is drawn with their page."""

from collections.abc import Callable

import pytest
from flask import Flask, g, get_template_attribute
from werkzeug.datastructures import MultiDict

from clais.forms.bound import BoundField
from clais.forms.fields import OneChoice
from clais.forms.form import MOST_CHOICES, Form
from clais.forms.schemas import Schema
from clais.instruments.filling import Questionnaire
from clais.instruments.rules.definition import ItemKind
from tests.clais.instruments.definitions import a_definition, an_item
from tests.clais.web.conftest import build_app

KINDS = {
    "level": ItemKind.SCALE,
    "several": ItemKind.MANY_OF,
    "works": ItemKind.YES_NO,
    "born": ItemKind.DATE,
    "many": ItemKind.NUMBER,
    "note": ItemKind.LONG_TEXT,
    "place": ItemKind.MUNICIPALITY,
}
ASKED = Questionnaire(a_definition(*(an_item(name, kind) for name, kind in KINDS.items())))
STATES: list[list[tuple[str, str]]] = [
    [],
    [("level", "1"), ("works", "no"), ("several", "fr"), ("several", "tr")],
    [("level", "<9>"), ("works", "maybe"), ("several", "<x>"), ("born", "hier"), ("many", "deux"), ("note", "<b>")],
]
"""Nothing, what is declared, and what is typed or is no answer."""


@pytest.fixture(scope="module")
def app() -> Flask:
    return build_app()


def sent(pairs: list[tuple[str, str]], language: str = "fr") -> Form:
    form = Form.from_request(ASKED.schema(language), MultiDict(pairs))
    form.validate()
    return form


class Pen:
    """What draws a field, and notes what it drew."""

    def __init__(self) -> None:
        self.drawn: list[str] = []

    def __call__(self, field: BoundField[Form]) -> str:
        self.drawn.append(field.key)
        return f"{field.key}={field.value}{field.errors}"


@pytest.fixture
def pen() -> Pen:
    return Pen()


@pytest.mark.parametrize("spoken", ["fr", "en"])
@pytest.mark.parametrize("state", STATES)
def test_a_question_looks_as_any_field_does(app: Flask, state: list[tuple[str, str]], spoken: str) -> None:
    for _again in range(2):
        with app.test_request_context("/"):
            g.locale = spoken
            widget: Callable[[BoundField[Form]], str] = get_template_attribute("components/widgets.html", "widget")
            form = sent(state)
            for name in KINDS:
                assert form.drawn(name, widget) == widget(form[name])


def test_what_nobody_answered_and_what_is_declared_is_drawn_once(pen: Pen) -> None:
    for _again in range(3):
        sent([]).drawn("note", pen)
        for level in ("1", "2"):
            sent([("level", level)]).drawn("level", pen)
        sent([("several", "tr"), ("several", "fr")]).drawn("several", pen)
    assert pen.drawn == ["note", "level", "level", "several"]


@pytest.mark.parametrize(("name", "typed"), [("note", "Je dors mal."), ("many", "3"), ("level", "9"), ("several", "9")])
def test_what_someone_typed_is_drawn_with_their_page_alone(pen: Pen, name: str, typed: str) -> None:
    for _again in range(2):
        assert typed in sent([(name, typed)]).drawn(name, pen) or name == "several"
    assert pen.drawn == [name, name]


def test_a_long_list_of_choices_is_drawn_with_each_page(pen: Pen) -> None:
    choices = [(str(number), f"Choix {number}") for number in range(MOST_CHOICES + 1)]
    for some in (choices, choices[1:]):
        schema = Schema.from_dict({"one": OneChoice(some)})()
        for _again in range(2):
            Form(schema).drawn("one", pen)
    assert len(pen.drawn) == 2 + 1


def test_what_is_wrong_is_said_to_whom_it_concerns(pen: Pen) -> None:
    mine, theirs = sent([]), sent([])
    mine.add_error("note", "Répondez à cette question.")
    assert "Répondez" in mine.drawn("note", pen)
    assert "Répondez" not in theirs.drawn("note", pen)


def test_each_part_of_a_page_and_each_language_has_its_own(pen: Pen) -> None:
    Form(ASKED.schema("fr"), prefix="a-").drawn("note", pen)
    Form(ASKED.schema("fr"), prefix="b-").drawn("note", pen)
    Form(ASKED.schema("ar", "fr")).drawn("note", pen)
    assert len(pen.drawn) == 3


def test_what_is_asked_anew_with_each_page_is_drawn_with_each_page(pen: Pen) -> None:
    for address in ("/farciennes/communes", "/thuin/communes"):
        schema = Questionnaire(ASKED.definition).schema("fr", sources={ItemKind.MUNICIPALITY: address.strip})
        for _again in range(2):
            Form(schema).drawn("place", pen)
    assert len(pen.drawn) == 4
