from collections.abc import Mapping
from datetime import date, time, timedelta
from typing import Any

from marshmallow import ValidationError, fields, validate, validates, validates_schema

from clais.clock import today
from clais.forms.fields import Date, Time, TrimmedString
from clais.forms.messages import Message
from clais.forms.schemas import Schema
from clais.translation import lazy_gettext as _l
from tenants.agenda.rules.hours import EARLIEST, LATEST

FURTHEST = timedelta(days=730)


class InvitationSchema(Schema):
    """A letter to several people: its heading and text, when and where they are expected, and how it goes to them."""

    heading = TrimmedString(
        80,
        required=True,
        metadata={
            "label": _l("Heading of the letter"),
            "ask": _l("Give the heading of the letter."),
            "placeholder": _l("Invitation to a meeting about training…"),
        },
    )
    text = TrimmedString(
        2000,
        multiline=True,
        required=True,
        metadata={
            "label": _l("Text"),
            "ask": _l("Write the text of the letter."),
            "rows": 7,
            "hint": _l("The same for all of them, after « Hello »: nothing about anyone. Mail travels in the open."),
        },
    )
    day = Date(load_default=None, allow_none=True, metadata={"label": _l("Day")})
    hour = Time(load_default=None, allow_none=True, metadata={"label": _l("Hour")})
    place = TrimmedString(
        120,
        load_default=None,
        allow_none=True,
        metadata={"label": _l("Place"), "hint": _l("Blank: the address of the platform.")},
    )
    by_mail = fields.Boolean(
        load_default=False, metadata={"label": _l("By e-mail to those who chose to be written to by e-mail")}
    )
    by_hand = fields.Boolean(
        load_default=False,
        metadata={"label": _l("A letter too for those without postal address, to give by hand")},
    )
    not_expected = fields.Boolean(
        load_default=False, metadata={"label": _l("Not to those who have an appointment to come")}
    )
    accepted = fields.String(load_default="", validate=validate.Length(max=64), metadata={"widget": "hidden"})

    @validates("day")
    def check_day(self, value: date | None, **_kwargs: Any) -> None:
        """Refuse a day that is past, or too far away: its year is a typing mistake."""
        if value is not None and value < today():
            raise ValidationError(Message("This day is past."))
        if value is not None and value > today() + FURTHEST:
            raise ValidationError(Message("This day is too far away: check the year."))

    @validates("hour")
    def check_hour(self, value: time | None, **_kwargs: Any) -> None:
        """Refuse the hours of the night."""
        if value is not None and not EARLIEST <= value <= LATEST:
            raise ValidationError(Message("Choose an hour between 7:00 and 21:00."))

    @validates_schema
    def check_moment(self, data: Mapping[str, Any], **_kwargs: Any) -> None:
        """An hour is that of a day."""
        if data.get("hour") and not data.get("day"):
            raise ValidationError(Message("Give the day."), "day")
