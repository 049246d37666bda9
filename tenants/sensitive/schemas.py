from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from marshmallow import ValidationError, validates, validates_schema

from clais.clock import today
from clais.forms.choices import choices_of
from clais.forms.fields import Date, OneChoice, TrimmedString
from clais.forms.messages import Message
from clais.forms.schemas import Schema
from clais.translation import lazy_gettext as _l
from tenants.sensitive.choices import KINDS, NOT_TOLD, REASONS, TOLD

LONGEST_TEXT = 1000
USUAL, LONGEST = timedelta(days=365), timedelta(days=5 * 366)
"""How long a fact is kept unless said otherwise, and at most."""


class FactSchema(Schema):
    kind = OneChoice(
        choices_of(KINDS),
        required=True,
        metadata={
            "label": _l("What it is about"),
            "ask": _l("Say what it is about."),
            "widget": "radio",
            "inline": True,
        },
    )
    text = TrimmedString(
        LONGEST_TEXT,
        multiline=True,
        required=True,
        metadata={
            "label": _l("What must be known"),
            "ask": _l("Write what must be known."),
            "rows": 4,
            "hint": _l("What it changes for work or training, not a diagnosis. It is kept sealed."),
        },
    )
    reason = OneChoice(
        choices_of(REASONS),
        required=True,
        metadata={"label": _l("Why it is kept"), "ask": _l("Say why it is kept."), "widget": "radio"},
    )
    told = OneChoice(
        choices_of(TOLD),
        required=True,
        metadata={
            "label": _l("Does the person know that it is kept?"),
            "ask": _l("Say whether the person knows."),
            "widget": "radio",
            "inline": True,
        },
    )
    not_told_because = TrimmedString(200, allow_none=True, load_default=None, metadata={"label": _l("If not, why")})
    keep_until = Date(
        required=True,
        metadata={
            "label": _l("Kept until"),
            "ask": _l("Give the last day on which it is kept."),
            "hint": _l("It is erased by itself the day after."),
        },
    )

    @validates("keep_until")
    def _check_day(self, value: date, **_kwargs: Any) -> None:
        if value <= today():
            raise ValidationError(Message("Choose a day to come."))
        if value > today() + LONGEST:
            raise ValidationError(Message("Choose a day within five years: it can be noted again then."))

    @validates_schema
    def _say_why_not(self, data: Mapping[str, Any], **_options: Any) -> None:
        if data.get("told") in NOT_TOLD and not data.get("not_told_because"):
            raise ValidationError({"not_told_because": [Message("Write why the person does not know.")]})


class OpeningSchema(Schema):
    reason = TrimmedString(
        300,
        required=True,
        min=10,
        metadata={
            "label": _l("Why you need to read them"),
            "ask": _l("Write why you need to read them."),
            "hint": _l("Your coordinators read this sentence; write nothing of the person's health or past in it."),
        },
    )
