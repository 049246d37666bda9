from collections.abc import Sequence
from typing import Any

from marshmallow import ValidationError, validate, validates_schema

from clais.exchange.publications.queries import KINDS, SCHEME_STATES
from clais.exchange.publications.rows import SEATS, SORTS
from clais.exchange.referrals.parcels import FIELDS, INSTEAD, NOTE, SENSITIVE
from clais.forms.choices import choices_of
from clais.forms.fields import (
    Date,
    Email,
    OneChoice,
    Phone,
    PostalCode,
    SeveralChoices,
    Time,
    TrimmedString,
    WebAddress,
    WholeNumber,
)
from clais.forms.lists import ListSchema, one_of, sort_by
from clais.forms.schemas import Schema
from clais.translation import gettext as _
from clais.translation import lazy_gettext as _l
from support_center.catalogue.fields import EnterpriseNumber

MOST_SEATS = 500


MAY_BE_ASKED = {
    code: field.label
    for code, field in FIELDS.items()
    if field.sensitivity != SENSITIVE and code not in {NOTE, *INSTEAD.values()}
}
"""What a scheme may ask for: never something sensitive, which a person shares of their own accord or not at all."""


class SchemeSchema(Schema):
    """A scheme as the basin reads it."""

    name = TrimmedString(
        120,
        required=True,
        metadata={
            "label": _l("Name"),
            "ask": _l("Give the name of the scheme."),
            "hint": _l("As people say it: “Alternance – aide-ménagère”."),
        },
    )
    kind = OneChoice(
        choices_of(KINDS), required=True, metadata={"label": _l("Kind"), "ask": _l("Choose the kind of scheme.")}
    )
    audience = TrimmedString(
        500,
        multiline=True,
        required=True,
        metadata={"label": _l("For whom?"), "ask": _l("Say for whom it is."), "rows": 2},
    )
    description = TrimmedString(
        2000,
        multiline=True,
        required=True,
        metadata={
            "label": _l("Description in plain words"),
            "ask": _l("Write a description."),
            "rows": 5,
            "hint": _l("Agents read it aloud to the person who hesitates."),
        },
    )
    required_fields = SeveralChoices(
        choices_of(MAY_BE_ASKED),
        load_default=list,
        metadata={
            "label": _l("What a referral must tell"),
            "hint": _l("As little as possible: each answer is a piece of someone's life."),
        },
    )


def scheme_schema(operators: Sequence[tuple[str, str]]) -> Any:
    """The form of a scheme, which one of `operators` (id, name) runs."""

    class OperatedSchemeSchema(SchemeSchema):
        operator_id = OneChoice(
            [("", _("Choose")), *operators],
            required=True,
            metadata={
                "label": _l("Operator"),
                "ask": _l("Choose the operator."),
                "hint": _l("One that is missing is added on the page “Operators”."),
            },
        )

        class Meta:
            register = False
            fields = ("name", "kind", "operator_id", *list(SchemeSchema().load_fields)[2:])

    return OperatedSchemeSchema()


class OperatorSchema(Schema):
    """Who runs schemes, and how they are reached."""

    name = TrimmedString(
        120, required=True, metadata={"label": _l("Name"), "ask": _l("Give the name of the operator.")}
    )
    enterprise_number = EnterpriseNumber(
        load_default=None, allow_none=True, metadata={"label": _l("Enterprise number"), "hint": "0417.497.106"}
    )
    phone = Phone(load_default=None, allow_none=True, metadata={"label": _l("Phone"), "widget": "tel"})
    email = Email(load_default=None, allow_none=True, metadata={"label": _l("E-mail"), "widget": "email"})
    contact = TrimmedString(
        200, load_default=None, allow_none=True, metadata={"label": _l("Whom to ask for"), "autocomplete": "off"}
    )
    website = WebAddress(300, load_default=None, allow_none=True, metadata={"label": _l("Website")})


class NothingSchema(Schema):
    """An act that is one button."""


class SessionSchema(Schema):
    """Dates, place and seats of one session."""

    starts_on = Date(required=True, metadata={"label": _l("First day"), "ask": _l("Give the first day.")})
    ends_on = Date(required=True, metadata={"label": _l("Last day"), "ask": _l("Give the last day.")})
    closes_on = Date(
        required=True,
        metadata={"label": _l("Registrations until"), "ask": _l("Give the last day of the registrations.")},
    )
    starts_at = Time(load_default=None, allow_none=True, metadata={"label": _l("Hour")})
    place = TrimmedString(200, required=True, metadata={"label": _l("Place"), "ask": _l("Give the place.")})
    postal_code = PostalCode(load_default=None, allow_none=True, metadata={"label": _l("Postal code")})
    seats = WholeNumber(
        required=True,
        validate=validate.Range(1, MOST_SEATS),
        metadata={"label": _l("Seats"), "ask": _l("Give the number of seats.")},
    )
    note = TrimmedString(
        500,
        load_default=None,
        allow_none=True,
        metadata={"label": _l("To know"), "hint": _l("Bus, entrance, what to bring…")},
    )

    @validates_schema(skip_on_field_errors=True)
    def in_order(self, data: dict[str, Any], **_rest: object) -> None:
        """Registrations end before the session does, which ends after it began."""
        if data["ends_on"] < data["starts_on"]:
            raise ValidationError({"ends_on": [_("The last day comes after the first.")]})
        if data["closes_on"] > data["ends_on"]:
            raise ValidationError({"closes_on": [_("Registrations end before the session does.")]})


class SchemesSchema(ListSchema):
    """The filters and the order of the list of schemes."""

    kind = one_of(KINDS)
    state = one_of(SCHEME_STATES)
    seats = one_of(SEATS)
    sort = sort_by(*SORTS)
