from collections.abc import Sequence
from typing import Any

from marshmallow import ValidationError, validate, validates_schema

from clais.exchange.publications.queries import KINDS, SCHEME_STATES
from clais.exchange.publications.rows import SEATS, SORTS, WITHIN
from clais.exchange.referrals.parcels import (
    CONDITIONS,
    EXCEPTION,
    FIELDS,
    HANDED_ON,
    INSTEAD,
    NOTE,
    PURPOSE,
    SENSITIVE,
)
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
    if field.sensitivity != SENSITIVE
    and code not in {NOTE, CONDITIONS, EXCEPTION, PURPOSE, *HANDED_ON, *INSTEAD.values()}
}
"""What a scheme may ask for: never something sensitive, which a person shares of their own accord or not at all."""


def _text(longest: int, label: object, hint: object = "") -> TrimmedString:
    """A text that may be left out."""
    metadata = {"label": label, "rows": 2} | ({"hint": hint} if hint else {})
    return TrimmedString(longest, multiline=True, load_default=None, allow_none=True, metadata=metadata)


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
            "label": _l("Description for professionals"),
            "ask": _l("Write a description."),
            "rows": 5,
            "hint": _l("What happens there, how long, and what it leads to."),
        },
    )
    plain_text = TrimmedString(
        1200,
        multiline=True,
        load_default=None,
        allow_none=True,
        metadata={
            "label": _l("For the person, in plain words"),
            "rows": 6,
            "hint": _l(
                "Short sentences of ten words or so, one idea each, and “you”. The agent reads it with the person, and"
                " prints it. Some 600 characters are enough."
            ),
        },
    )
    prerequisites = _text(1000, _l("Needed before"), _l("Diploma, language, licence, a test…"))
    cost = _text(500, _l("Cost and allowances"), _l("What one pays, what one is paid, travel, childcare."))
    documents = _text(1000, _l("Documents to bring"))
    contacts = _text(500, _l("Contact"), _l("Who answers questions about this scheme, and how."))
    website = WebAddress(300, load_default=None, allow_none=True, metadata={"label": _l("Website")})
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


def reserve_schema(platforms: Sequence[tuple[str, str]]) -> Any:
    """Seats of a session that are kept for one of `platforms` (id, name)."""
    platform = OneChoice(
        [("", _("Choose")), *platforms],
        required=True,
        metadata={"label": _l("Platform"), "ask": _l("Choose the platform.")},
    )
    return ReserveSchema.from_dict({"platform_id": platform})()


class ReserveSchema(Schema):
    """How many seats are kept, and until when."""

    seats = WholeNumber(
        required=True,
        validate=validate.Range(0, MOST_SEATS),
        metadata={
            "label": _l("Seats kept"),
            "ask": _l("Say how many seats."),
            "hint": _l("Those of its people who have a seat count. 0 keeps none any more."),
        },
    )
    until = Date(
        required=True,
        metadata={
            "label": _l("Until"),
            "ask": _l("Say until when."),
            "hint": _l("From the next day on, all platforms can have them."),
        },
    )


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
    timetable = _text(300, _l("Timetable"), _l("Monday to Thursday, 8:30 to 16:00; holidays."))
    directions = _text(500, _l("How to get there"), _l("Bus, station, entrance, steps."))
    seats = WholeNumber(
        required=True,
        validate=validate.Range(1, MOST_SEATS),
        metadata={"label": _l("Seats"), "ask": _l("Give the number of seats.")},
    )
    note = TrimmedString(
        500,
        load_default=None,
        allow_none=True,
        metadata={"label": _l("To know"), "hint": _l("What is particular to this session.")},
    )

    suspended_from = Date(
        load_default=None,
        allow_none=True,
        metadata={"label": _l("Takes nobody new from"), "hint": _l("A pause that is planned: who is in it goes on.")},
    )
    suspended_until = Date(load_default=None, allow_none=True, metadata={"label": _l("to")})

    @validates_schema(skip_on_field_errors=True)
    def in_order(self, data: dict[str, Any], **_rest: object) -> None:
        """Registrations end before the session does, which ends after it began."""
        if data["ends_on"] < data["starts_on"]:
            raise ValidationError({"ends_on": [_("The last day comes after the first.")]})
        if data["closes_on"] > data["ends_on"]:
            raise ValidationError({"closes_on": [_("Registrations end before the session does.")]})
        first, last = data["suspended_from"], data["suspended_until"]
        if (first is None) != (last is None):
            missing = "suspended_from" if first is None else "suspended_until"
            raise ValidationError({missing: [_("Give both days of the pause, or neither.")]})
        if first is not None and last < first:
            raise ValidationError({"suspended_until": [_("The pause ends after it began.")]})


class SchemesSchema(ListSchema):
    """The filters and the order of the list of schemes."""

    kind = one_of(KINDS)
    state = one_of(SCHEME_STATES)
    seats = one_of(SEATS)
    before = one_of(WITHIN)
    stale = one_of(["yes"])
    sort = sort_by(*SORTS)
