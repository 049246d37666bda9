from datetime import timedelta
from typing import Any

from marshmallow import ValidationError, validate, validates_schema

from clais.clock import today
from clais.dates import working_day_on_or_before
from clais.exchange.practice.schemas import Anonymous
from clais.exchange.quality.choices import THEMES
from clais.forms.choices import choices_of
from clais.forms.fields import Date, OneChoice, SeveralChoices, WholeNumber
from clais.forms.messages import Message
from clais.forms.moments import not_past
from clais.forms.schemas import Schema
from clais.registry.queries import open_platforms
from clais.translation import gettext as _
from clais.translation import lazy_gettext as _l
from clais.web.context import actor, database

MOST = 10
TERM = timedelta(days=21)
"""How long a platform has, unless another day is given."""


def _platforms() -> list[tuple[str, str]]:
    return [(str(tenant.id), tenant.name) for tenant in open_platforms(database(), actor().basin_id)]


def _past(day: Any) -> None:
    if day >= today():
        raise ValidationError(Message("The period is past: no day of today or later."))


class RequestSchema(Schema):
    """What the supervisor asks platforms for."""

    platforms = SeveralChoices(
        _platforms, required=True, metadata={"label": _l("Which platforms?"), "ask": _l("Choose a platform.")}
    )
    theme = OneChoice(
        choices_of(THEMES), required=True, metadata={"label": _l("Theme"), "ask": _l("Choose the theme.")}
    )
    files = WholeNumber(
        load_default=3,
        validate=validate.Range(1, MOST),
        metadata={
            "label": _l("How many files?"),
            "hint": _l("One in five eligible files at most is drawn."),
        },
    )
    first_on = Date(
        required=True,
        metadata={
            "label": _l("From which day?"),
            "ask": _l("Give the first day."),
            "hint": _l("Eligible are the files on which there is something of the theme in the period."),
        },
    )
    last_on = Date(
        required=True, validate=_past, metadata={"label": _l("Until which day?"), "ask": _l("Give the last day.")}
    )
    reason = Anonymous(
        500,
        multiline=True,
        required=True,
        metadata={
            "label": _l("Why?"),
            "ask": _l("Say why."),
            "hint": _l("The platform reads it: what you want to understand, and what comes of it."),
            "rows": 3,
        },
    )
    answer_by = Date(
        load_default=lambda: working_day_on_or_before(today() + TERM),
        validate=not_past,
        metadata={"label": _l("To answer by which day?")},
    )

    @validates_schema(skip_on_field_errors=True)
    def in_order(self, data: dict[str, Any], **_rest: object) -> None:
        """The last day comes after the first."""
        if data["last_on"] < data["first_on"]:
            raise ValidationError({"last_on": [_("The last day comes after the first.")]})


class NoteSchema(Schema):
    """What to talk about."""

    text = Anonymous(
        2000,
        multiline=True,
        required=True,
        metadata={
            "label": _l("What to talk about"),
            "ask": _l("Write what to talk about."),
            "hint": _l("It stays with the centre."),
            "rows": 6,
        },
    )
