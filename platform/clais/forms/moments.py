"""Dates, times and numbers as people type them in Belgium, whatever invisible characters a paste brings along.

A field may have `form_value(value)`: the format of a stored value in an input, when the API uses another one.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from typing import Any

from marshmallow import ValidationError, fields

from clais.clock import BELGIUM, today
from clais.forms.messages import Message
from clais.text import plain_identifier

FIRST_YEAR, LAST_YEAR = 1900, 2199
FURTHEST = dt.timedelta(days=5 * 366)


def not_past(day: dt.date | None) -> None:
    """Refuse a day before today."""
    if day is not None and day < today():
        raise ValidationError(Message("This day is past."))


def not_future(day: dt.date | None) -> None:
    """Refuse a day after today."""
    if day is not None and day > today():
        raise ValidationError(Message("This date is in the future: check it."))


def near(day: dt.date | None) -> None:
    """Refuse a day that is further away than any plan: its year is a typing mistake."""
    if day is not None and abs(day - today()) > FURTHEST:
        raise ValidationError(Message("Check the year: this is more than five years away."))


class Date(fields.Date):
    """A date typed in a Belgian format (23/11/2026, 23-11-2026, 23.11.2026, 23112026) or in ISO; serialized in ISO."""

    default_error_messages = {
        "invalid": Message("Write a date as day/month/year, such as 23/11/2026."),
        "year": Message("Write the year with its four digits, such as 23/11/2026."),
        "too_old": Message("This date is too old: check the year."),
        "too_far": Message("This date is too far in the future: check the year."),
        "no_such_day": Message("This date does not exist: check the day and the month."),
    }

    def _deserialize(self, value: Any, *_args: Any, **_kwargs: Any) -> dt.date:
        if isinstance(value, dt.date) and not isinstance(value, dt.datetime):
            return value
        text = plain_identifier(value) if isinstance(value, str) else ""
        if match := re.fullmatch(r"(\d{4})-(\d{2})-(\d{2})", text, flags=re.ASCII):
            year, month, day = (int(part) for part in match.groups())
        elif match := re.fullmatch(r"(\d{1,2})\s?[/.\- ]\s?(\d{1,2})\s?[/.\- ]\s?(\d{2}|\d{4})", text, flags=re.ASCII):
            if len(match[3]) == 2:  # noqa: PLR2004 - a year of two digits is ambiguous
                raise self.make_error("year")
            day, month, year = (int(part) for part in match.groups())
        elif match := re.fullmatch(r"(\d{2})(\d{2})(\d{4})", text, flags=re.ASCII):
            day, month, year = (int(part) for part in match.groups())
        else:
            raise self.make_error("invalid", input=value, obj_type="date")
        if not FIRST_YEAR <= year <= LAST_YEAR:
            raise self.make_error("too_old" if year < FIRST_YEAR else "too_far")
        try:
            return dt.date(year, month, day)
        except ValueError as error:
            raise self.make_error("no_such_day") from error

    @staticmethod
    def form_value(value: dt.date) -> str:
        """The date as dd/mm/yyyy."""
        return value.strftime("%d/%m/%Y")


class Time(fields.Time):
    """A time of the day, typed 14:30, 14h30, 14h or 1430."""

    default_error_messages = {"invalid": Message("Write a time such as 14:30.")}

    def _deserialize(self, value: Any, *_args: Any, **_kwargs: Any) -> dt.time:
        if isinstance(value, dt.time):
            return value
        text = plain_identifier(value).lower() if isinstance(value, str) else ""
        match = re.fullmatch(r"(\d{1,2})(?:\s?[:h.]\s?(\d{2})?)?(?::00)?|(\d{2})(\d{2})", text, flags=re.ASCII)
        if not match:
            raise self.make_error("invalid", input=value, obj_type="time")
        try:
            return dt.time(int(match[1] or match[3]), int(match[2] or match[4] or 0))
        except ValueError as error:
            raise self.make_error("invalid", input=value, obj_type="time") from error

    @staticmethod
    def form_value(value: dt.time) -> str:
        """Hours and minutes."""
        return value.strftime("%H:%M")


class LocalDateTime(fields.DateTime):
    """A date and time: Brussels time when it has no offset; always loaded in UTC."""

    default_error_messages = {"invalid": Message("Write a date and a time.")}

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> dt.datetime:
        typed = plain_identifier(value) if isinstance(value, str) else value
        moment = typed if isinstance(typed, dt.datetime) else super()._deserialize(typed, attr, data, **kwargs)
        if not FIRST_YEAR <= moment.year <= LAST_YEAR:
            raise self.make_error("invalid", input=value, obj_type="datetime")
        return moment.replace(tzinfo=moment.tzinfo or BELGIUM).astimezone(dt.UTC)

    @staticmethod
    def form_value(value: dt.datetime) -> str:
        """The format of `<input type="datetime-local">`."""
        return (value.astimezone(BELGIUM) if value.tzinfo else value).strftime("%Y-%m-%dT%H:%M")


class WholeNumber(fields.Integer):
    """A whole number in digits; blanks between them are taken for thousands.

    A JSON number with a fraction is an error: cutting it off would be a guess.
    """

    def _validated(self, value: Any) -> Any:
        if isinstance(value, str):
            value = plain_identifier(value).replace(" ", "")
            if not re.fullmatch(r"[+-]?[0-9]{1,18}", value):
                raise self.make_error("invalid", input=value)
        elif isinstance(value, float):
            raise self.make_error("invalid", input=value)
        return super()._validated(value)


class DecimalNumber(fields.Decimal):
    """A number as it is typed in Belgium, with a comma or a point; of 15 digits at most, 6 of them after the comma."""

    bounded = True

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(allow_nan=False, as_string=True, **kwargs)

    def _validated(self, value: Any) -> Any:
        if isinstance(value, str):
            value = plain_identifier(value).replace(" ", "").replace(",", ".")
            if not re.fullmatch(r"[+-]?[0-9]{1,9}(\.[0-9]{1,6})?", value):
                raise self.make_error("invalid", input=value)
        elif isinstance(value, bool):
            raise self.make_error("invalid", input=value)
        return super()._validated(value)

    def form_value(self, value: Any) -> str:
        """As it stands in an input: 7,5."""
        return f"{value:f}".replace(".", ",")
