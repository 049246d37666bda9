"""Field types of forms, API and imports: texts, Belgian dates, phone numbers, national numbers and postal codes.

A field may have `form_value(value)`: the format of a stored value in an input, when the API uses another one.
"""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Mapping
from typing import Any

from marshmallow import ValidationError, fields, validate

from clais.clock import BELGIUM
from clais.forms.choices import ChoiceSource, OneChoice, SeveralChoices, choice_pairs, choice_values
from clais.forms.messages import Message
from clais.numbers import (
    InvalidNationalNumber,
    InvalidPhone,
    clean_national_number,
    clean_phone,
    format_national_number,
    format_phone,
)

FIRST_YEAR, LAST_YEAR = 1880, 2199
# Bidirectional controls: with them, a name could be displayed as another one.
BIDI_MARKS = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


class TrimmedString(fields.String):
    """A text that is stripped, composed (NFC), of at most `max` characters, without control characters.

    PostgreSQL cannot store NUL, and lone surrogates cannot be encoded: both are refused with the other control
    characters. `multiline` allows line ends, which become line feeds. A blank text counts as no answer.
    """

    default_error_messages = {"control": Message("Remove the invisible characters from this text.")}

    def __init__(self, max: int, *, min: int | None = None, multiline: bool = False, **kwargs: Any) -> None:  # noqa: A002
        super().__init__(**kwargs)
        self.multiline = multiline
        self.max_length = max
        self.validators.insert(0, validate.Length(min=min, max=max))

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> Any:
        text = super()._deserialize(value, attr, data, **kwargs)
        return self.clean(text)

    def deserialize(
        self, value: Any, attr: str | None = None, data: Mapping[str, Any] | None = None, **kwargs: Any
    ) -> Any:
        """Treat a blank text as no answer, so that `required` and `allow_none` apply to it."""
        if isinstance(value, str) and not value.strip():
            if self.required:
                raise self.make_error("required")
            if self.allow_none:
                return None
            return ""
        return super().deserialize(value, attr, data, **kwargs)

    def clean(self, text: str) -> str:
        """The text as it is stored. Raises ValidationError for forbidden characters."""
        text = text.replace("\r\n", "\n").replace("\r", "\n") if self.multiline else text
        text = text.strip()
        allowed = "\n\t" if self.multiline else ""
        if any((unicodedata.category(c) in {"Cc", "Cs"} and c not in allowed) or c in BIDI_MARKS for c in text):
            raise self.make_error("control")
        return unicodedata.normalize("NFC", text)


class Email(TrimmedString):
    """An e-mail address of at most 254 characters, its domain in lower case."""

    default_error_messages = {"invalid_email": Message("Write an e-mail address such as nom@exemple.be.")}
    pattern = re.compile(r"[^@\s,;<>()\"]{1,64}@(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,24}\Z")

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(254, **kwargs)

    def clean(self, text: str) -> str:
        """The address with its domain in lower case."""
        text = super().clean(text)
        name, at, domain = text.rpartition("@")
        address = f"{name}{at}{domain.lower()}"
        if not self.pattern.match(address):
            raise self.make_error("invalid_email")
        return address


class Phone(TrimmedString):
    """A telephone number: typed in the Belgian format (071 20 60 20) or with its country code, stored as E.164."""

    default_error_messages = {
        "invalid_phone": Message("Write a telephone number such as 071 20 60 20 or 0470 12 34 56.")
    }

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(40, **kwargs)

    def clean(self, text: str) -> str:
        """The number in E.164. Raises ValidationError for an impossible number."""
        text = super().clean(text)
        try:
            return clean_phone(text)
        except InvalidPhone:
            pass
        # Raised outside the handler, so that it has no inner exception.
        raise self.make_error("invalid_phone")

    @staticmethod
    def form_value(value: object) -> str:
        """The number in national format, `071 20 60 20`, or in international format when foreign."""
        return format_phone(str(value))


class PostalCode(TrimmedString):
    """A Belgian postal code: four digits, from 1000 to 9999."""

    default_error_messages = {"invalid_code": Message("Write a postal code of four digits, such as 6240.")}

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(10, **kwargs)

    def clean(self, text: str) -> str:
        """The four digits."""
        code = re.sub(r"^B[- ]?(?=\d)", "", super().clean(text), flags=re.IGNORECASE)
        if not re.fullmatch(r"[1-9][0-9]{3}", code, flags=re.ASCII):
            raise self.make_error("invalid_code")
        return code


class NationalNumber(TrimmedString):
    """A Belgian national number (NISS) or *bis* number that may exist, stored as eleven digits."""

    default_error_messages = {"invalid_number": Message("This national number is not valid: check its eleven digits.")}

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(20, **kwargs)

    def clean(self, text: str) -> str:
        """The eleven digits. Raises ValidationError for an impossible number."""
        text = super().clean(text)
        try:
            return clean_national_number(text)
        except InvalidNationalNumber:
            pass
        # Raised outside the handler, so that it has no inner exception.
        raise self.make_error("invalid_number")

    @staticmethod
    def form_value(value: object) -> str:
        """The usual format: 85.07.30-033.28."""
        return format_national_number(str(value))


class Date(fields.Date):
    """A date typed in a Belgian format (23/11/2026, 23-11-2026, 23.11.2026, 23112026) or in ISO; serialized in ISO."""

    default_error_messages = {
        "invalid": Message("Write a date as day/month/year, such as 23/11/2026."),
        "year": Message("Write the year with its four digits, such as 23/11/2026."),
    }

    def _deserialize(self, value: Any, *_args: Any, **_kwargs: Any) -> dt.date:
        if isinstance(value, dt.date) and not isinstance(value, dt.datetime):
            return value
        text = value.strip() if isinstance(value, str) else ""
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
            raise self.make_error("invalid", input=value, obj_type="date")
        try:
            return dt.date(year, month, day)
        except ValueError as error:
            raise self.make_error("invalid", input=value, obj_type="date") from error

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
        text = value.strip().lower() if isinstance(value, str) else ""
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
        moment = value if isinstance(value, dt.datetime) else super()._deserialize(value, attr, data, **kwargs)
        if not FIRST_YEAR <= moment.year <= LAST_YEAR:
            raise self.make_error("invalid", input=value, obj_type="datetime")
        return moment.replace(tzinfo=moment.tzinfo or BELGIUM).astimezone(dt.UTC)

    @staticmethod
    def form_value(value: dt.datetime) -> str:
        """The format of `<input type="datetime-local">`."""
        return (value.astimezone(BELGIUM) if value.tzinfo else value).strftime("%Y-%m-%dT%H:%M")


__all__ = [
    "ChoiceSource",
    "Date",
    "Email",
    "LocalDateTime",
    "NationalNumber",
    "OneChoice",
    "Phone",
    "PostalCode",
    "SeveralChoices",
    "Time",
    "TrimmedString",
    "ValidationError",
    "choice_pairs",
    "choice_values",
]
