"""Every field of every schema: nothing cuts what is typed, what nobody sees is dropped, a missing answer is named.

The forms themselves are sent badly by tests/browser/test_forms_with_errors.py.
"""

import ast
import re
from collections.abc import Iterable, Iterator

import marshmallow
import pytest
from flask import Flask
from marshmallow import fields, validate

from clais.catalogues import PLATFORM, source_folders
from clais.forms.bound import BoundField
from clais.forms.fields import Date, Identifier, LocalDateTime, OneChoice, Time, TrimmedString, WholeNumber
from clais.forms.form import Form
from clais.forms.messages import NamingField, translated
from clais.forms.schemas import Schema
from clais.trail.schemas import narrow_schema
from clais.translation import gettext, lazy_gettext
from support_center.routing.schemas import accept_schema, seat_schema
from tenants.agenda.schemas import appointment_schema
from tenants.follow_up.schemas import note_schema
from tests.isolation.canaries import every_schema

CLEANED = (TrimmedString, Date, Time, LocalDateTime, WholeNumber)
"""The kinds of fields that drop what nobody sees."""
TYPED = frozenset({"text", "textarea", "tel", "email", "number", "date", "time", "datetime"})
"""The widgets in which someone types; what a combobox sends is a code, unless its words are the answer."""
GIVEN_BACK = re.compile(r"api(_schemas)?$")
"""Modules of schemas that are answers of the API, or inputs without a page."""


def schemas() -> list[marshmallow.Schema]:
    """Every schema that a page or an address is read with, those that are made for one request too."""
    made = [
        note_schema([]),
        appointment_schema([], "/people", str),
        narrow_schema("/people", str, []),
        accept_schema(list),
        seat_schema(list),
    ]
    return [*(schema() for schema in every_schema() if not GIVEN_BACK.search(schema.__module__)), *made]


def typed_fields(declared: Iterable[marshmallow.Schema]) -> Iterator[tuple[str, BoundField[Form]]]:
    """Each field that has a label, with the name of its schema; nested ones belong to a schema of their own."""
    for schema in declared:
        for field in Form(schema):
            if field.meta.get("label") and field.widget != "hidden":
                yield f"{type(schema).__name__}.{field.key}", field


def cut_by_their_input(declared: Iterable[marshmallow.Schema]) -> list[str]:
    """Fields whose input cuts what is pasted."""
    return [name for name, field in typed_fields(declared) if "maxlength" in field.attributes]


def not_cleaned(declared: Iterable[marshmallow.Schema]) -> list[str]:
    """Fields in which someone types and that keep or refuse what nobody sees."""
    return [
        name
        for name, field in typed_fields(declared)
        if field.widget in TYPED and not isinstance(field.field, (*CLEANED, OneChoice))
    ]


def unnamed(app: Flask, declared: Iterable[marshmallow.Schema]) -> list[str]:
    """Fields whose missing answer is said in no phrase of their own, or in English."""
    found = []
    with app.test_request_context("/"):
        for name, field in typed_fields(declared):
            if not field.field.required:
                continue
            said = translated(field.field.error_messages["required"])
            own = field.meta.get("ask") or field.field.error_messages["required"] != "This answer is missing."
            if not own or not (isinstance(said, NamingField) or "accord" in said) or "the" in said.split():
                found.append(f"{name}: {said}")
    return found


@pytest.mark.usefixtures("app")
def test_no_field_is_cut_by_its_input() -> None:
    assert len(list(typed_fields(schemas()))) > 100
    assert cut_by_their_input(schemas()) == []


@pytest.mark.usefixtures("app")
def test_an_input_that_cuts_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    attributes = vars(BoundField)["attributes"].fget
    cutting = property(lambda field: attributes(field) | {"maxlength": "10"})
    monkeypatch.setattr(BoundField, "attributes", cutting)
    assert "PersonSchema.birth_date" in cut_by_their_input(schemas())


CUTS = re.compile(r"maxlength", re.IGNORECASE)


def test_no_template_or_script_cuts_what_is_pasted() -> None:
    sources = [path for folder in source_folders() for kind in ("html", "js") for path in folder.rglob(f"*.{kind}")]
    ours = [path for path in sources if "vendor" not in path.parts]
    assert len(ours) > 50
    assert [path.name for path in ours if CUTS.search(path.read_text(encoding="utf-8"))] == []
    assert CUTS.search('<input maxlength="80">')
    assert CUTS.search("this.input.maxLength = 100;")


@pytest.mark.usefixtures("app")
def test_every_field_that_is_typed_in_drops_what_nobody_sees() -> None:
    assert not_cleaned(schemas()) == []


def test_a_field_that_keeps_what_nobody_sees_is_found() -> None:
    class Loose(Schema):
        note = fields.String(validate=validate.Length(max=9), metadata={"label": "Note"})
        seats = fields.Integer(metadata={"label": "Seats"})

    assert not_cleaned([Loose()]) == ["Loose.note", "Loose.seats"]


@pytest.mark.usefixtures("app")
def test_every_search_is_read_as_an_identifier() -> None:
    searches = [schema for schema in schemas() if "q" in schema.load_fields]
    assert len(searches) >= 7
    assert [type(schema).__name__ for schema in searches if not isinstance(schema.load_fields["q"], Identifier)] == []


def test_every_missing_answer_is_asked_for_by_its_name(app: Flask) -> None:
    assert unnamed(app, schemas()) == []


def test_a_missing_answer_without_a_phrase_is_found(app: Flask) -> None:
    class Asked(Schema):
        name = TrimmedString(9, required=True, metadata={"label": "Name"})
        place = TrimmedString(9, required=True, metadata={"label": "Place", "ask": lazy_gettext("Give the place.")})

    assert unnamed(app, [Asked()]) == ["Asked.name: Indiquez\u00a0: Name"]
    assert gettext("Give the place.") == "Give the place."


def untranslated_refusals(source: str) -> list[int]:
    """The lines that raise a ValidationError with a text that nothing translates: a literal, or an id marked by N_."""
    found = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "ValidationError":
            texts = [*_texts(node.args[0])] if node.args else []
            found += [node.lineno for text in texts if _is_bare(text)]
    return found


def _texts(node: ast.expr) -> Iterator[ast.expr]:
    if isinstance(node, ast.Dict):
        for value in node.values:
            yield from _texts(value)
    elif isinstance(node, (ast.List, ast.Tuple)):
        for value in node.elts:
            yield from _texts(value)
    else:
        yield node


def _is_bare(node: ast.expr) -> bool:
    marked = isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "N_"
    return marked or isinstance(node, (ast.JoinedStr, ast.Constant))


def test_every_refusal_is_raised_in_the_language_of_the_page() -> None:
    sources = [path for folder in source_folders() for path in folder.rglob("*.py")]
    found = {path.name: untranslated_refusals(path.read_text(encoding="utf-8")) for path in sources}
    assert len(found) > 100
    assert {name: lines for name, lines in found.items() if lines} == {}
    assert any("ValidationError(" in path.read_text(encoding="utf-8") for path in sources if PLATFORM in path.parents)


@pytest.mark.parametrize(
    "raised",
    [
        'raise ValidationError(N_("The two passwords differ."), "again")',
        'raise ValidationError("Too late.")',
        'raise ValidationError({"until": ["Too late."]})',
        'raise ValidationError({"rows": {0: {"code": [f"{code} is there twice."]}}})',
    ],
)
def test_a_refusal_that_nothing_translates_is_found(raised: str) -> None:
    assert untranslated_refusals(raised) == [1]
    assert untranslated_refusals('raise ValidationError({"until": [_("Too late."), Message("Too late.")]})') == []
