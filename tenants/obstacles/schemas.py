from collections.abc import Mapping
from typing import Any

from marshmallow import ValidationError, validates_schema

from clais.forms.choices import choices_of
from clais.forms.fields import Date, OneChoice, TrimmedString
from clais.forms.messages import Message
from clais.forms.moments import near, not_future
from clais.forms.schemas import Schema
from clais.translation import N_
from clais.translation import lazy_gettext as _l
from tenants.obstacles.choices import HINDERING, LIFTED, LIFTED_HOW, NOTED_HERE, SOURCES
from tenants.orientation.rules.dimensions import DETECTED_BY


def _level(table: Mapping[str, str], ask: object) -> OneChoice:
    return OneChoice(
        choices_of(table),
        required=True,
        metadata={"label": _l("How much does it hinder?"), "ask": ask, "widget": "radio", "inline": True},
    )


class LearntSchema(Schema):
    """What every change says: when, how and by whom it was learnt, and some words."""

    seen_on = Date(
        required=True,
        validate=[near, not_future],
        metadata={
            "label": _l("Since when?"),
            "ask": _l("Give the day."),
            "hint": _l("The day on which you learnt it."),
        },
    )
    source = OneChoice(
        choices_of(SOURCES),
        required=True,
        metadata={
            "label": _l("How was it learnt?"),
            "ask": _l("Say how it was learnt."),
            "widget": "radio",
            "inline": True,
        },
    )
    noticed_by = OneChoice(
        choices_of(DETECTED_BY),
        load_default=None,
        metadata={"label": _l("Noticed by"), "placeholder": _l("Not said")},
    )
    note = TrimmedString(
        max=500,
        multiline=True,
        allow_none=True,
        load_default=None,
        metadata={
            "label": _l("In a few words"),
            "rows": 3,
            "hint": _l("Nothing about health or a conviction here: that is noted sealed, among the sensitive facts."),
        },
    )


class ObstacleSchema(LearntSchema):
    """An obstacle that was found."""

    class Meta:
        fields = ("dimension", "level", "seen_on", "source", "noticed_by", "note")

    dimension = OneChoice(
        choices_of(NOTED_HERE),
        required=True,
        metadata={"label": _l("What hinders?"), "ask": _l("Choose what hinders.")},
    )
    level = _level(HINDERING, _l("Say how much it hinders."))


class ChangeSchema(LearntSchema):
    """An obstacle that hinders more or less, or is lifted."""

    class Meta:
        fields = ("level", "lifted_how", "seen_on", "source", "noticed_by", "note")

    level = _level(HINDERING | {str(LIFTED): N_("lifted")}, _l("Say how much it hinders."))
    lifted_how = OneChoice(
        choices_of(LIFTED_HOW),
        load_default=None,
        metadata={"label": _l("If it is lifted: how?"), "widget": "radio"},
    )

    @validates_schema
    def how_it_was_lifted(self, data: Mapping[str, Any], **_options: object) -> None:
        """Lifted, and how: one does not go without the other."""
        if data.get("level") == str(LIFTED) and not data.get("lifted_how"):
            raise ValidationError({"lifted_how": [Message("Say how it was lifted.")]})
        if data.get("level") != str(LIFTED) and data.get("lifted_how"):
            raise ValidationError({"level": [Message("It still hinders, or it is lifted: choose one of both.")]})
