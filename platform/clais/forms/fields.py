"""Field types of forms, API and imports, under one name: texts, Belgian dates, numbers, choices."""

from marshmallow import ValidationError

from clais.forms.choices import ChoiceSource, OneChoice, SeveralChoices, choice_pairs, choice_values
from clais.forms.moments import FIRST_YEAR, Date, DecimalNumber, LocalDateTime, Time, WholeNumber
from clais.forms.texts import Email, Identifier, NationalNumber, Phone, PostalCode, TrimmedString, WebAddress

__all__ = [
    "FIRST_YEAR",
    "ChoiceSource",
    "Date",
    "DecimalNumber",
    "Email",
    "Identifier",
    "LocalDateTime",
    "NationalNumber",
    "OneChoice",
    "Phone",
    "PostalCode",
    "SeveralChoices",
    "Time",
    "TrimmedString",
    "ValidationError",
    "WebAddress",
    "WholeNumber",
    "choice_pairs",
    "choice_values",
]
