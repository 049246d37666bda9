from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from marshmallow import ValidationError, fields, validates, validates_schema

from clais.clock import today
from clais.forms.choices import choices_of
from clais.forms.fields import Date, OneChoice, TrimmedString
from clais.forms.messages import Message
from clais.forms.schemas import Schema
from clais.translation import lazy_gettext as _l
from tenants.sensitive.choices import KINDS, NOT_TOLD, REASONS, TOLD

_OPTIONAL: dict[str, Any] = {"optional": _l("for a sealed text")}
LONGEST_TEXT = 1000
USUAL, LONGEST = timedelta(days=365), timedelta(days=5 * 366)
"""How long a fact is kept unless said otherwise, and at most."""


def _asked(*, required: bool) -> dict[str, Any]:
    return {"required": True} if required else {"load_default": None, "allow_none": True}


def _kind(**asked: Any) -> OneChoice:
    return OneChoice(
        choices_of(KINDS),
        **asked,
        metadata={"label": _l("What it is about"), "ask": _l("Say what it is about."), "widget": "radio"}
        | {"inline": True}
        | _OPTIONAL,
    )


def _reason(**asked: Any) -> OneChoice:
    return OneChoice(
        choices_of(REASONS),
        **asked,
        metadata={"label": _l("Why it is kept"), "ask": _l("Say why it is kept."), "widget": "radio"} | _OPTIONAL,
    )


def _told(**asked: Any) -> OneChoice:
    return OneChoice(
        choices_of(TOLD),
        **asked,
        metadata={
            "label": _l("Does the person know that it is kept?"),
            "ask": _l("Say whether the person knows."),
            "widget": "radio",
            "inline": True,
        }
        | _OPTIONAL,
    )


def _not_told_because() -> TrimmedString:
    return TrimmedString(200, allow_none=True, load_default=None, metadata={"label": _l("If not, why")})


def _keep_until(**asked: Any) -> Date:
    return Date(
        **asked,
        metadata={
            "label": _l("Kept until"),
            "ask": _l("Give the last day on which it is kept."),
            "hint": _l("It is erased by itself the day after."),
        }
        | _OPTIONAL,
    )


def _check_last_day(value: date) -> None:
    if value <= today():
        raise ValidationError(Message("Choose a day to come."), "keep_until")
    if value > today() + LONGEST:
        raise ValidationError(Message("Choose a day within five years: it can be noted again then."), "keep_until")


def _say_why_not(data: Mapping[str, Any]) -> None:
    if data.get("told") in NOT_TOLD and not data.get("not_told_because"):
        raise ValidationError({"not_told_because": [Message("Write why the person does not know.")]})


class FactSchema(Schema):
    kind = _kind(**_asked(required=True))
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
    reason = _reason(**_asked(required=True))
    told = _told(**_asked(required=True))
    not_told_because = _not_told_because()
    keep_until = _keep_until(**_asked(required=True))

    @validates("keep_until")
    def _check_day(self, value: date, **_kwargs: Any) -> None:
        _check_last_day(value)

    @validates_schema
    def _check_why_not(self, data: Mapping[str, Any], **_options: Any) -> None:
        _say_why_not(data)


def mark(label: Any) -> fields.Boolean:
    """The box that keeps a text sealed."""
    return fields.Boolean(load_default=False, metadata={"label": label})


class WithholdingSchema(Schema):
    """Beside a free text: whether it tells of health, origin, disability or justice; then why it is kept, whether the
    person knows, until when.
    """

    withheld = mark(_l("This text tells of health, origin, disability or justice: keep it sealed"))
    kind = _kind(**_asked(required=False))
    reason = _reason(**_asked(required=False))
    told = _told(**_asked(required=False))
    not_told_because = _not_told_because()
    keep_until = _keep_until(**_asked(required=False))

    def is_marked(self, data: Mapping[str, Any]) -> bool:
        """Whether a text of the form is marked."""
        return bool(data.get("withheld"))

    @validates_schema
    def _check_withheld(self, data: Mapping[str, Any], **_options: Any) -> None:
        if not self.is_marked(data):
            return
        asked = [name for name in ("kind", "reason", "told", "keep_until") if not data.get(name)]
        if asked:
            raise ValidationError({name: [self.fields[name].error_messages["required"]] for name in asked})
        _say_why_not(data)
        _check_last_day(data["keep_until"])


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
