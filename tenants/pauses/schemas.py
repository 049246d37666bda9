from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from marshmallow import ValidationError, validates_schema

from clais.forms.choices import hinted_choices_of
from clais.forms.fields import Date, OneChoice
from clais.forms.messages import Message
from clais.forms.moments import near
from clais.forms.schemas import Schema
from clais.translation import lazy_gettext as _l
from tenants.pauses.choices import REASONS

LONGEST = timedelta(days=366)


def _until() -> Date:
    return Date(
        required=True,
        validate=near,
        metadata={"label": _l("Up to and including"), "ask": _l("Give the last day.")},
    )


class PauseSchema(Schema):
    reason = OneChoice(
        hinted_choices_of(REASONS),
        required=True,
        metadata={"label": _l("Why?"), "ask": _l("Choose why the clock stops."), "widget": "radio"},
    )
    starts_on = Date(required=True, validate=near, metadata={"label": _l("From"), "ask": _l("Give the first day.")})
    until_on = _until()

    @validates_schema
    def _in_order(self, data: Mapping[str, Any], **_options: Any) -> None:
        if data["until_on"] < data["starts_on"]:
            raise ValidationError({"until_on": [Message("The pause would end before it begins.")]})
        if data["until_on"] - data["starts_on"] > LONGEST:
            raise ValidationError({"until_on": [Message("A pause is a year at most: close the file instead.")]})


class UntilSchema(Schema):
    until_on = _until()
