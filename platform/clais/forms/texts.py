"""Texts of forms, API and imports: writing, identifiers and searches, each cleaned by the rule of its kind.

A field may have `form_value(value)`: the format of a stored value in an input, when the API uses another one.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from marshmallow import fields, validate

from clais.forms.messages import Message
from clais.numbers import (
    InvalidNationalNumber,
    InvalidPhone,
    clean_national_number,
    clean_phone,
    format_national_number,
    format_phone,
)
from clais.text import EMAIL_ADDRESS, has_visible, is_web_address, plain_identifier, plain_line, plain_writing


class TrimmedString(fields.String):
    """A text of at most `max` characters: one line, or prose when `multiline`. A text without anything to see counts
    as no answer.

    Nothing is refused for a character that nobody sees: see `plain_line` and `plain_writing` of `clais.text`.
    """

    counted = True
    """Whether the page says how many characters are left, near the limit."""

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
        if isinstance(value, str) and not has_visible(value):
            if self.required:
                raise self.make_error("required")
            if self.allow_none:
                return None
            return ""
        return super().deserialize(value, attr, data, **kwargs)

    def clean(self, text: str) -> str:
        """The text as it is stored."""
        return plain_writing(text) if self.multiline else plain_line(text)


class Identifier(TrimmedString):
    """A text that is compared as it is: a code, a number, the words of a search. Only visible characters stay."""

    def clean(self, text: str) -> str:
        """The text with plain spaces, without invisible characters. Raises ValidationError for an impossible one."""
        return plain_identifier(text)


class Email(Identifier):
    """An e-mail address of at most `max` characters, its domain in lower case."""

    counted = False
    default_error_messages = {"invalid_email": Message("Write an e-mail address such as nom@exemple.be.")}

    def __init__(self, max: int = 254, **kwargs: Any) -> None:  # noqa: A002
        super().__init__(max, **kwargs)

    def clean(self, text: str) -> str:
        """The address with its domain in lower case."""
        text = super().clean(text)
        name, at, domain = text.rpartition("@")
        address = f"{name}{at}{domain.lower()}"
        if not EMAIL_ADDRESS.match(address):
            raise self.make_error("invalid_email")
        return address


class WebAddress(Identifier):
    """The address of a page of another site, at most `max` characters."""

    default_error_messages = {"invalid_address": Message("Write a whole address, such as https://example.be/document.")}

    def clean(self, text: str) -> str:
        """The address. Raises ValidationError for one that leads to no page."""
        text = super().clean(text)
        if not is_web_address(text):
            raise self.make_error("invalid_address")
        return text


class Phone(Identifier):
    """A telephone number: typed in the Belgian format (071 20 60 20) or with its country code, stored as E.164."""

    counted = False
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


class PostalCode(Identifier):
    """A Belgian postal code: four digits, from 1000 to 9999."""

    counted = False
    default_error_messages = {"invalid_code": Message("Write a postal code of four digits, such as 6240.")}

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(10, **kwargs)

    def clean(self, text: str) -> str:
        """The four digits."""
        code = re.sub(r"^B[- ]?(?=\d)", "", super().clean(text), flags=re.IGNORECASE)
        if not re.fullmatch(r"[1-9][0-9]{3}", code, flags=re.ASCII):
            raise self.make_error("invalid_code")
        return code


class NationalNumber(Identifier):
    """A Belgian national number (NISS) or *bis* number that may exist, stored as eleven digits."""

    counted = False
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
