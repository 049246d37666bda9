from collections.abc import Mapping
from typing import Any

import marshmallow
from flask import url_for
from marshmallow import ValidationError, fields, validate, validates_schema

from clais.forms.choices import ChoiceSource, choices_of
from clais.forms.fields import (
    Date,
    Email,
    Identifier,
    NationalNumber,
    OneChoice,
    Phone,
    PostalCode,
    SeveralChoices,
    TrimmedString,
    WholeNumber,
)
from clais.forms.messages import Message, Whole
from clais.forms.schemas import Schema
from clais.translation import lazy_gettext as _l
from tenants.people.choices import (
    AGREEMENT_NEEDED,
    CONSENT_MANNERS,
    CONTACT_PREFERENCES,
    DATED_CHANGES,
    LICENCES,
    SCHOOLING,
    SEX,
    STATUS,
)
from tenants.people.fields import (
    LanguageSchema,
    YesNo,
    check_birth_year,
    check_given_name,
    check_name,
    check_not_future,
    code_field,
    contradictions,
    digits_in_names,
    text_field,
)
from tenants.people.workflow import STAGE


class ListSchema(Schema):
    """The filters of the list of files; the cursor is sealed and reveals no name."""

    stage = fields.String(load_default=None, validate=validate.OneOf(list(STAGE.states)))
    mine = fields.Boolean(load_default=False)
    after = fields.String(load_default=None, validate=validate.Length(max=600))


class SearchSchema(Schema):
    q = Identifier(
        max=200, required=True, metadata={"label": _l("Search a person"), "ask": _l("Write what you are looking for.")}
    )


class LocalitySchema(Schema):
    q = Identifier(max=100, required=True)


def _place(label: Any, kind: str) -> dict[str, Any]:
    return {
        "label": label,
        "widget": "combobox",
        "free": True,
        "source": lambda: url_for("people.localities", field=kind),
    }


class PersonSchema(Schema):
    """The card of a person, from a page, the API or an import. Only the names are required."""

    family_name = TrimmedString(
        80,
        required=True,
        validate=check_name,
        metadata={"label": _l("Family name"), "ask": _l("Give the family name.")},
    )
    birth_name = text_field(
        _l("Birth name, if it is another"),
        80,
        hint=_l("Of who goes by the name of a spouse, for example: the file is found under both."),
    )
    given_names = TrimmedString(
        80,
        required=True,
        validate=check_given_name,
        metadata={"label": _l("Given names"), "ask": _l("Give the given name.")},
    )
    birth_date = Date(
        allow_none=True, load_default=None, validate=check_not_future, metadata={"label": _l("Birth date")}
    )
    birth_year = WholeNumber(
        allow_none=True,
        load_default=None,
        validate=check_birth_year,
        metadata={"label": _l("or only the year"), "placeholder": _l("yyyy")},
    )
    sex = OneChoice(
        choices_of(SEX),
        load_default="undeclared",
        metadata={"label": _l("Sex, as declared"), "widget": "radio", "inline": True},
    )
    phone = Phone(allow_none=True, load_default=None, metadata={"label": _l("Phone"), "widget": "tel"})
    national_number = NationalNumber(
        allow_none=True, load_default=None, metadata={"label": _l("National number (NISS)"), "inputmode": "numeric"}
    )
    street = text_field(_l("Street"), 120)
    street_number = code_field(_l("Number"), 12)
    box = code_field(_l("Box"), 12)
    postal_code = PostalCode(
        allow_none=True, load_default=None, metadata={**_place(_l("Postal code"), "code"), "inputmode": "numeric"}
    )
    locality = text_field(**{"maximum": 80, **_place(_l("Locality"), "name")})
    other_phone = Phone(allow_none=True, load_default=None, metadata={"label": _l("Other phone"), "widget": "tel"})
    email = Email(
        170,
        allow_none=True,
        load_default=None,
        metadata={"label": _l("E-mail"), "widget": "email"},
    )
    contact_preference = OneChoice(
        choices_of(CONTACT_PREFERENCES),
        allow_none=True,
        load_default=None,
        metadata={"label": _l("Prefers to be reached")},
    )
    status = OneChoice(choices_of(STATUS), allow_none=True, load_default=None, metadata={"label": _l("Status")})
    status_since = Date(allow_none=True, load_default=None, validate=check_not_future, metadata={"label": _l("Since")})
    schooling = OneChoice(
        choices_of(SCHOOLING), allow_none=True, load_default=None, metadata={"label": _l("Highest certificate")}
    )
    schooling_note = text_field(_l("Subject or detail"), 200)
    forem_number = code_field(_l("FOREM number"), 20)
    forem_registered_on = Date(
        allow_none=True, load_default=None, validate=check_not_future, metadata={"label": _l("Registered at FOREM on")}
    )
    driving_licences = SeveralChoices(
        choices_of(LICENCES), load_default=list, metadata={"label": _l("Driving licences"), "inline": True}
    )
    has_vehicle = YesNo(allow_none=True, load_default=None, metadata={"label": _l("Has a vehicle")})
    availability = text_field(_l("Availability"), 300, hint=_l("Hours, days, childcare, from when."))
    languages = fields.List(
        fields.Nested(LanguageSchema),
        load_default=list,
        validate=validate.Length(max=12),
        metadata={"label": _l("Languages"), "add_label": _l("Add a language")},
    )
    registration_consent_manner = OneChoice(
        choices_of(CONSENT_MANNERS),
        allow_none=True,
        load_default=None,
        metadata={"label": _l("The person agrees"), "widget": "radio", "inline": True},
    )

    @validates_schema
    def _hold_together(self, data: Mapping[str, Any], **_options: Any) -> None:
        if found := contradictions(data):
            raise ValidationError(found)

    @validates_schema
    def _each_language_once(self, data: Mapping[str, Any], **_options: Any) -> None:
        seen: set[str] = set()
        for index, row in enumerate(data.get("languages") or ()):
            if row["language"] in seen and row["language"] != "other":
                raise ValidationError({"languages": {index: {"language": [Message("This language is there twice.")]}}})
            seen.add(row["language"])


class DuplicateAnswer(Schema):
    """The agent's answer about possible duplicates."""

    not_duplicate = fields.Boolean(load_default=False, metadata={"label": _l("It is another person")})
    compared = fields.List(fields.UUID(), load_default=list, validate=validate.Length(max=50))


class NamesAnswer(Schema):
    """The agent's answer about names that contain digits: they are asked about once, not refused."""

    names_confirmed = fields.Boolean(load_default=False, metadata={"label": _l("Yes, the name is written like this")})

    @validates_schema(skip_on_field_errors=False)
    def _ask_about_digits(self, data: Mapping[str, Any], **_options: Any) -> None:
        if not data.get("names_confirmed") and (questions := digits_in_names(data)):
            raise ValidationError(questions)


class ChangeAnswer(Schema):
    """The agent's answer about a status, an address or a certificate that is replaced by another one."""

    dated_change = OneChoice(
        choices_of(DATED_CHANGES),
        allow_none=True,
        load_default=None,
        metadata={"label": _l("Did this change, or was it noted wrong?"), "widget": "radio", "inline": True},
    )


class NewcomerSchema(PersonSchema, DuplicateAnswer, NamesAnswer):
    """Someone who is not registered yet. Without their agreement no file is created."""

    registration_consent_manner = OneChoice(
        choices_of(CONSENT_MANNERS),
        required=True,
        error_messages={"required": Whole(AGREEMENT_NEEDED), "null": Whole(AGREEMENT_NEEDED)},
        metadata={"label": _l("The person agrees"), "widget": "radio", "inline": True},
    )


class EditSchema(PersonSchema, DuplicateAnswer, NamesAnswer, ChangeAnswer):
    """The form of the card. It never shows the national number: an empty field keeps the stored one."""

    remove_national_number = fields.Boolean(load_default=False, metadata={"label": _l("Remove the national number")})


ABOUT_THE_FORM = frozenset({
    *DuplicateAnswer().fields, *NamesAnswer().fields, *ChangeAnswer().fields, "remove_national_number",
})  # fmt: skip
"""The fields that are not facts of the person: the answers about duplicates, names and changes, the removal of the
number.
"""


def facts_of(data: Mapping[str, Any]) -> dict[str, Any]:
    """The facts of the person in a form or a request: everything but ABOUT_THE_FORM.

    An unknown fact stays among them, and the action refuses it.
    """
    return {name: value for name, value in data.items() if name not in ABOUT_THE_FORM}


class StageSchema(Schema):
    """A transition of the path that is one button."""

    transition = OneChoice(
        lambda: sorted({(step.name, step.label) for step in STAGE.transitions if step.name != "close"}),
        required=True,
        metadata={"widget": "hidden"},
    )


def referent_schema(colleagues: ChoiceSource) -> marshmallow.Schema:
    """The form that hands a file over: to one of `colleagues`, with a word for them."""
    asked: dict[str, fields.Field[Any]] = {
        "referent": OneChoice(
            colleagues,
            required=True,
            metadata={"label": _l("To whom?"), "ask": _l("Choose the referent."), "widget": "radio"},
        ),
        "word": TrimmedString(
            500,
            multiline=True,
            allow_none=True,
            load_default=None,
            metadata={
                "label": _l("A word for who goes on"),
                "rows": 3,
                "hint": _l("Kept in the thread of the file, which the agents of the platform read."),
            },
        ),
    }
    return Schema.from_dict(asked, name="ReferentSchema")()
