"""The form that hands a caseload over."""

from collections.abc import Mapping
from typing import Any, cast

from marshmallow import ValidationError, fields, validate, validates_schema

from clais.clock import today
from clais.forms.choices import ChoiceSource, choices_of
from clais.forms.fields import Date, OneChoice, SeveralChoices
from clais.forms.messages import Message
from clais.forms.schemas import Schema
from clais.translation import lazy_gettext as _l
from tenants.transfers.choices import ABSENCE, ALL, MOVES, REASONS


class _Rules(Schema):
    @validates_schema(skip_on_field_errors=True)
    def check_until(self, data: Mapping[str, Any], **_rest: object) -> None:
        """An absence has an end, which is ahead; nothing else has one."""
        if data["reason"] != ABSENCE:
            return
        if data["ends_on"] is None:
            raise ValidationError(Message("Give the last day of the absence."), "ends_on")
        if data["ends_on"] < today():
            raise ValidationError(Message("This day is past."), "ends_on")


def transfer_schema(colleagues: ChoiceSource) -> Schema:
    """The two questions of a hand-over, why, until when, and which colleagues take part."""
    asked: dict[str, fields.Field[Any]] = {
        "reason": OneChoice(
            choices_of(REASONS),
            required=True,
            metadata={"label": _l("Why?"), "ask": _l("Say why."), "widget": "radio"},
        ),
        "ends_on": Date(
            load_default=None,
            allow_none=True,
            metadata={
                "label": _l("Last day of the absence"),
                "hint": _l("Then everything is taken back in one click."),
            },
        ),
        "stops_newcomers": fields.Boolean(load_default=False, metadata={"label": _l("No newcomers any more")}),
        "moves": OneChoice(
            choices_of(MOVES),
            load_default=ALL,
            metadata={"label": _l("Which of the present files move?"), "widget": "radio"},
        ),
        "colleagues": SeveralChoices(
            colleagues,
            load_default=list,
            metadata={
                "label": _l("Among which colleagues?"),
                "hint": _l("Tick none to let all of them take part who are at work and have room."),
            },
        ),
        "accepted": fields.String(load_default="", validate=validate.Length(max=64), metadata={"widget": "hidden"}),
    }
    return cast("Schema", _Rules.from_dict(asked, name="TransferSchema")())
