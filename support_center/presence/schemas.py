from marshmallow import ValidationError, fields, validate

from clais.forms.fields import TrimmedString
from clais.forms.schemas import Schema
from clais.translation import lazy_gettext as _l
from support_center.presence.forms import click_of, half_day_of


def _a_click(text: str) -> None:
    if click_of(text) is None:
        raise ValidationError(str(_l("Choose what is said on the list.")))


def _a_half_day(text: str) -> None:
    if half_day_of(text) is None:
        raise ValidationError(str(_l("Choose a half-day of the list.")))


class SaySchema(Schema):
    """One click on the list: `said` is the value of its button (`forms.click_of`)."""

    said = fields.String(
        required=True,
        validate=[validate.Length(max=80), _a_click],
        metadata={"label": _l("What is said"), "ask": _l("Choose what is said on the list."), "widget": "hidden"},
    )
    note = TrimmedString(200, load_default=None, allow_none=True, metadata={"label": _l("Why, in a few words")})


class RestSchema(Schema):
    """All whom nothing is said of yet were there, on one half-day."""

    half_day = fields.String(
        required=True,
        validate=[validate.Length(max=20), _a_half_day],
        metadata={"label": _l("Half-day"), "ask": _l("Choose a half-day of the list."), "widget": "hidden"},
    )
