"""A schema is the form: what it declares is drawn, what it refuses is said beside the field, what was typed stays."""

from __future__ import annotations

import datetime as dt

import pytest
from flask import Flask
from marshmallow import ValidationError, fields, validate
from werkzeug.datastructures import MultiDict

from clais.forms.fields import Date, OneChoice, SeveralChoices, TrimmedString
from clais.forms.form import Form
from clais.forms.formdata import UnknownFields
from clais.forms.schemas import Schema, unbounded_fields
from clais.translation import lazy_gettext as _l


class Row(Schema):
    code = OneChoice([("fr", "Français"), ("it", "Italien")], required=True)
    level = TrimmedString(2)


class Example(Schema):
    name = TrimmedString(10, required=True, metadata={"label": "Nom"})
    born = Date(allow_none=True)
    rows = fields.List(fields.Nested(Row), validate=validate.Length(max=2))
    needs = SeveralChoices([("a", "A"), ("b", "B", "hint")])
    active = fields.Boolean()
    secret = fields.String(validate=validate.Length(max=30), metadata={"widget": "password"})
    inner = fields.Nested(Row)
    number = fields.Integer(validate=validate.Range(min=1, max=9))


def form_of(*pairs: tuple[str, str]) -> Form:
    return Form.from_request(Example, MultiDict([("name", "Ann"), *pairs]))


def test_answers_are_stripped_lists_gathered_and_blanks_left_out() -> None:
    form = form_of(
        ("needs", "b"), ("needs", "a"), ("born", " "), ("number", " 4 "), ("active", "true"), ("secret", " x ")
    )
    assert form.validate()
    assert form.data == {
        "name": "Ann",
        "born": None,
        "needs": ["a", "b"],
        "number": 4,
        "active": True,
        "secret": " x ",
        "rows": [],
    }


def test_an_unticked_box_is_false_and_an_unanswered_question_is_absent() -> None:
    form = form_of()
    assert form.validate()
    assert form.data["active"] is False
    assert "number" not in form.data


def test_repeated_rows_close_their_gaps_and_blank_rows_are_dropped() -> None:
    form = form_of(
        ("rows-0-code", "fr"), ("rows-1-code", ""), ("rows-1-level", ""), ("rows-7-code", "it"), ("rows-7-level", "B1")
    )
    assert form.validate()
    assert form.data["rows"] == [{"code": "fr"}, {"code": "it", "level": "B1"}]
    assert [row.prefix for row in form["rows"].rows] == ["rows-0-", "rows-1-", "rows-2-"]


def test_an_error_in_a_row_stands_in_that_row_and_in_the_summary() -> None:
    form = form_of(("rows-0-code", "fr"), ("rows-3-code", "nl"), ("rows-3-level", "too long"))
    assert not form.validate()
    row = form["rows"].rows[1]
    assert row["code"].errors
    assert row["level"].value == "too long"
    assert ("field-rows-1-code", "Code", row["code"].errors[0]) in form.error_list


@pytest.mark.parametrize(
    "name", ["tenant_id", "id", "rows-0-tenant_id", "inner-role", "rows-x-code", "rows-1000-code", "name-0"]
)
def test_a_field_that_the_page_does_not_have_is_refused(name: str) -> None:
    with pytest.raises(UnknownFields):
        form_of((name, "x"))


def test_the_same_answer_twice_is_refused() -> None:
    with pytest.raises(UnknownFields):
        form_of(("name", "Bob"))


def test_what_the_shell_adds_is_no_field_and_can_be_read() -> None:
    form = form_of(("csrf_token", "t"), ("_submission", "s"), ("_version", "3"))
    assert form.validate()
    assert (form.submission, form.version) == ("s", "3")


def test_a_view_may_read_a_name_of_its_own() -> None:
    form = Form.from_request(Example, MultiDict([("name", "Ann"), ("button", "next")]), allow=["button"])
    assert form.validate()


def test_data_of_an_invalid_form_cannot_be_used() -> None:
    form = Form.from_request(Example, MultiDict())
    assert not form.validate()
    with pytest.raises(RuntimeError):
        _ = form.data


def test_an_action_may_refuse_an_answer() -> None:
    form = form_of()
    assert form.validate()
    form.add_error("name", "Déjà connue.")
    form.add_error(None, "La session est complète.")
    assert form["name"].errors == ["Déjà connue."]
    assert form.error_list[0] == (None, "", "La session est complète.")
    assert form["name"].attributes["aria-describedby"] == "field-name-error"


def test_stored_values_are_shown_the_way_people_write_them() -> None:
    form = Form(
        Example, {"name": "Ann", "born": dt.date(1990, 2, 3), "rows": [{"code": "it"}], "number": 4, "active": True}
    )
    assert form["born"].value == "03/02/1990"
    assert form["number"].value == "4"
    assert form["active"].checked
    assert form["rows"].rows[0]["code"].value == "it"


def test_rules_become_attributes() -> None:
    field = Form(Example)["name"]
    assert field.attributes["data-limit"] == "10"
    assert "maxlength" not in field.attributes, "a browser would cut what is pasted"
    assert "required" in field.attributes
    assert not field.optional
    assert Form(Example)["born"].optional


def test_messages_are_french_sentences(app: Flask) -> None:
    with app.test_request_context("/"):
        form = Form.from_request(Example, MultiDict([("name", "x" * 11), ("number", "12"), ("born", "1/13/2020")]))
        assert not form.validate()
        assert form.errors == {
            "name": ["Ce texte a 1 caractère de trop\u00a0: 10 au plus."],
            "number": ["Ce doit être entre 1 et 9."],
            "born": ["Cette date n'existe pas\u00a0: vérifiez le jour et le mois."],
        }
        with pytest.raises(ValidationError) as refusal:
            Example().load({"tenant_id": "x"})
        assert refusal.value.messages == {
            "name": ["Indiquez\u00a0: Nom"],
            "tenant_id": ["Ce champ n'est pas attendu ici."],
        }


def test_a_missing_answer_names_its_field_and_says_what_to_do(app: Flask) -> None:
    class Asked(Schema):
        given = TrimmedString(5, required=True, metadata={"label": "x", "ask": _l("Fill in: %(label)s", label="y")})
        family = TrimmedString(5, required=True, metadata={"label": "Nom"})
        sex = OneChoice([("f", "Femme")], required=True, metadata={"label": "Sexe"})
        token = fields.String(required=True, validate=validate.Length(max=5))

    with app.test_request_context("/"):
        form = Form.from_request(Asked, MultiDict())
        assert not form.validate()
        assert [(label, message) for _target, label, message in form.error_list] == [
            ("", "Indiquez\u00a0: y"),
            ("", "Indiquez\u00a0: Nom"),
            ("", "Choisissez\u00a0: Sexe"),
            ("Token", "Il manque cette réponse."),
        ]


def test_errors_are_listed_in_the_order_of_the_page() -> None:
    form = Form(Example, errors={"name": ["1"], "number": ["2"], "born": ["3"], "_schema": ["0"]})
    page = '<input id="field-born"><p id="field-born-error"></p><input id="field-name">'
    assert [message for _target, _label, message in form.errors_on(page)] == ["0", "3", "1", "2"]


def test_an_author_s_own_message_is_kept() -> None:
    class Own(Schema):
        name = TrimmedString(5, required=True, error_messages={"required": _l("Own words.")})
        code = fields.String(validate=validate.OneOf(["a"], error="Pick a."))

    form = Form.from_request(Own, MultiDict([("code", "b")]))
    assert not form.validate()
    assert form.errors == {"name": ["Own words."], "code": ["Pick a."]}


def test_strings_without_a_bound_are_found_wherever_they_hide() -> None:
    class Loose(Schema):
        free = fields.String()
        choice = fields.String(validate=validate.OneOf(["a"]))
        deep = fields.List(fields.Nested(Schema.from_dict({"note": fields.String(), "born": Date()})))
        many = fields.List(fields.String())

    assert unbounded_fields(Loose) == ["deep.note", "free", "many"]
    assert unbounded_fields(Example) == []


def test_groups_keep_the_order_of_the_schema_and_a_prefix_separates_two_forms() -> None:
    class Grouped(Schema):
        first = TrimmedString(5, metadata={"group": "A"})
        second = TrimmedString(5, metadata={"group": "A"})
        third = TrimmedString(5, metadata={"widget": "hidden"})
        fourth = TrimmedString(5)

    form = Form.from_request(Grouped, MultiDict([("x-first", "1"), ("x-fourth", "4")]), prefix="x-")
    assert [(group, [field.name for field in found]) for group, found in form.groups] == [
        ("A", ["x-first", "x-second"]),
        (None, ["x-fourth"]),
    ]
    assert form.validate()
    assert form.data == {"first": "1", "fourth": "4"}


def test_a_question_that_always_has_an_answer_is_never_marked_optional() -> None:
    class Asked(Schema):
        radio = OneChoice([("a", "A"), ("b", "B")], load_default="a", metadata={"widget": "radio"})
        select = OneChoice([("a", "A"), ("b", "B")], load_default="a")
        open_radio = OneChoice([("a", "A")], load_default=None, metadata={"widget": "radio"})
        open_select = OneChoice([("a", "A")], load_default=None)
        text = TrimmedString(5, load_default="a")

    form = Form(Asked)
    assert [field.name for field in form if field.optional] == ["open_radio", "open_select", "text"]
    assert not Form(Asked, {"open_radio": "a"})["open_radio"].optional, "a chosen radio is never let go again"
    assert "" not in [option.value for option in form["select"].options], "nothing else can be chosen"
    assert [option.value for option in form["open_select"].options] == ["", "a"]
