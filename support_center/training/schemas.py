from collections.abc import Sequence
from typing import Any

import marshmallow
from marshmallow import ValidationError, fields, validate, validates_schema

from clais.forms.fields import Date, Identifier, OneChoice, TrimmedString, WebAddress, WholeNumber
from clais.forms.moments import not_past
from clais.forms.schemas import Schema
from clais.translation import gettext as _
from clais.translation import lazy_gettext as _l
from support_center.training.fields import HalfDays

MOST_SEATS, MOST_HALF_DAYS, MOST_MONTHS, MOST_DAYS = 200, 60, 120, 365


def course_schema(firsts: Sequence[tuple[str, str]], evaluations: Sequence[tuple[str, str]]) -> marshmallow.Schema:
    """The form of a course; `firsts` are the courses (id, title) that it may renew, `evaluations` the instruments
    (id, name) with which its sessions may be evaluated.
    """
    evaluation = OneChoice(
        [("", _("Not evaluated")), *evaluations],
        load_default="",
        metadata={
            "label": _l("Evaluated by those who attended with"),
            "hint": _l("A published instrument of the kind “Satisfaction”. It is asked for once a session is closed."),
        },
    )
    renews = OneChoice(
        [("", _("A first course")), *firsts],
        load_default="",
        metadata={
            "label": _l("First course, or renewal of"),
            "hint": _l("A renewal is for who holds the certificate of the first course, and gives the same."),
        },
    )
    return CourseFactsSchema.from_dict({"renews": renews, "evaluation": evaluation})()


class CourseFactsSchema(Schema):
    """A course as the basin reads it."""

    code = Identifier(20, required=True, metadata={"label": _l("Code"), "ask": _l("Give a short code.")})
    title = TrimmedString(120, required=True, metadata={"label": _l("Title"), "ask": _l("Give the title.")})
    aims = TrimmedString(
        1000,
        multiline=True,
        required=True,
        metadata={"label": _l("What one can do afterwards"), "ask": _l("Say what the course is for."), "rows": 3},
    )
    programme = TrimmedString(
        4000, multiline=True, required=True, metadata={"label": _l("Programme"), "ask": _l("Write the programme.")}
    )
    trainer = TrimmedString(120, required=True, metadata={"label": _l("Trainer"), "ask": _l("Say who gives it.")})
    half_days = WholeNumber(
        required=True,
        validate=validate.Range(1, MOST_HALF_DAYS),
        metadata={"label": _l("Length in half-days"), "ask": _l("Say how many half-days it takes.")},
    )
    required_half_days = WholeNumber(
        required=True,
        validate=validate.Range(1, MOST_HALF_DAYS),
        metadata={"label": _l("Half-days to attend"), "ask": _l("Say how many of them are needed.")},
    )
    certificate_months = WholeNumber(
        load_default=None,
        allow_none=True,
        validate=validate.Range(1, MOST_MONTHS),
        metadata={
            "label": _l("Certificate valid for (months)"),
            "hint": _l("Leave it empty for a course that gives no certificate."),
        },
    )
    window_days = WholeNumber(
        load_default=90,
        validate=validate.Range(0, MOST_DAYS),
        metadata={"label": _l("Can be renewed so many days before its end")},
    )
    grace_days = WholeNumber(
        load_default=30,
        validate=validate.Range(0, MOST_DAYS),
        metadata={"label": _l("Still counts so many days after its end")},
    )

    @validates_schema(skip_on_field_errors=True)
    def in_proportion(self, data: dict[str, Any], **_rest: object) -> None:
        """Nobody attends more than there is."""
        if data["required_half_days"] > data["half_days"]:
            raise ValidationError({"required_half_days": [_("The course has fewer half-days.")]})


class MaterialSchema(Schema):
    """A version of a document."""

    title = TrimmedString(
        120,
        required=True,
        metadata={
            "label": _l("Title"),
            "ask": _l("Give the title."),
            "hint": _l("The same title as before makes a new version of that document."),
        },
    )
    note = TrimmedString(500, load_default=None, allow_none=True, metadata={"label": _l("What is new in it")})
    link = WebAddress(300, load_default=None, allow_none=True, metadata={"label": _l("Link")})
    text = TrimmedString(
        4000, multiline=True, load_default=None, allow_none=True, metadata={"label": _l("Text"), "rows": 8}
    )

    @validates_schema(skip_on_field_errors=True)
    def says_something(self, data: dict[str, Any], **_rest: object) -> None:
        """A document is a link or a text."""
        if not data["link"] and not data["text"]:
            raise ValidationError({"link": [_("Give a link or a text.")]})


class RunSchema(Schema):
    """Days, place and seats of one session."""

    half_days = HalfDays(
        required=True,
        metadata={
            "label": _l("Days"),
            "ask": _l("Give the days."),
            "rows": 4,
            "hint": _l("One a line: 03/12/2026, or 03/12/2026 matin, or 03/12/2026 après-midi."),
        },
    )
    closes_on = Date(
        required=True, metadata={"label": _l("Registrations until"), "ask": _l("Give the last day of registrations.")}
    )
    place = TrimmedString(200, required=True, metadata={"label": _l("Place"), "ask": _l("Give the place.")})
    link = WebAddress(300, load_default=None, allow_none=True, metadata={"label": _l("Link, when it is online")})
    seats = WholeNumber(
        required=True,
        validate=validate.Range(1, MOST_SEATS),
        metadata={"label": _l("Seats"), "ask": _l("Give the number of seats.")},
    )
    minimum = WholeNumber(
        required=True,
        validate=validate.Range(1, MOST_SEATS),
        metadata={"label": _l("At least so many people"), "ask": _l("Say how many people it needs.")},
    )
    note = TrimmedString(500, load_default=None, allow_none=True, metadata={"label": _l("To know")})

    @validates_schema(skip_on_field_errors=True)
    def in_order(self, data: dict[str, Any], **_rest: object) -> None:
        """Registrations end before the session does; what is needed fits in the seats."""
        if data["closes_on"] > data["half_days"][-1].day:
            raise ValidationError({"closes_on": [_("Registrations end before the session does.")]})
        if data["minimum"] > data["seats"]:
            raise ValidationError({"minimum": [_("The session has fewer seats.")]})


class ReasonSchema(Schema):
    """Why something ends."""

    reason = TrimmedString(
        300,
        multiline=True,
        required=True,
        metadata={"label": _l("Why?"), "ask": _l("Say why."), "rows": 3},
    )


class NothingSchema(Schema):
    """An act that is one button."""


class PastSchema(Schema):
    """A certificate from before."""

    valid_from = Date(required=True, metadata={"label": _l("Valid from"), "ask": _l("Give its first day.")})
    valid_until = Date(required=True, metadata={"label": _l("Valid until"), "ask": _l("Give its last day.")})
    evidence = TrimmedString(
        300,
        required=True,
        metadata={
            "label": _l("Taken over from"),
            "ask": _l("Say where it comes from."),
            "hint": _l("Such as: “repris du registre papier de 2024, vu le 3 mars”."),
        },
    )

    @validates_schema(skip_on_field_errors=True)
    def in_order(self, data: dict[str, Any], **_rest: object) -> None:
        """It ends after it began."""
        if data["valid_until"] < data["valid_from"]:
            raise ValidationError({"valid_until": [_("The last day comes after the first.")]})


class ProvisionalSchema(Schema):
    """A certificate for who begins before the course."""

    until = Date(
        required=True, validate=not_past, metadata={"label": _l("Valid until"), "ask": _l("Give its last day.")}
    )


def presence_schema(keys: Sequence[tuple[str, str]]) -> marshmallow.Schema:
    """Who was there: one answer for each (key, name); none leaves it unsaid."""
    asked: dict[str, fields.Field[Any]] = {
        key: OneChoice(
            [("yes", _("there")), ("no", _("not there"))],
            load_default=None,
            allow_none=True,
            metadata={"label": name, "widget": "radio"},
        )
        for key, name in keys
    }
    return Schema.from_dict(asked)()
