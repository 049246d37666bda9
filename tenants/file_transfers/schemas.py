from collections.abc import Callable, Mapping, Sequence
from typing import Any

import marshmallow
from marshmallow import ValidationError, fields, validate, validates_schema

from clais.exchange.referrals.workflow import REFUSE_REASONS
from clais.forms.choices import choices_of
from clais.forms.fields import OneChoice, TrimmedString
from clais.forms.messages import Message
from clais.forms.schemas import Schema
from clais.translation import lazy_gettext as _l
from tenants.people.choices import CONSENT_MANNERS
from tenants.referrals.schemas import LetterSchema, SendSchema

Choices = Callable[[], Sequence[tuple[str, str] | tuple[str, str, str]]]
UNASKED = ("urgency", "exception")
"""What is asked for a scheme alone."""
ANOTHER = "another"


class _Whole(SendSchema):
    class Meta(SendSchema.Meta):
        exclude = UNASKED


class _Letter(LetterSchema):
    class Meta(LetterSchema.Meta):
        exclude = ("exception",)


def transfer_schema(platforms: Choices) -> marshmallow.Schema:
    """The form that offers a file to one of the `platforms`: what goes on with it, and the person's agreement."""
    return _Whole.from_dict({"to": _to(platforms, required=True)}, name="TransferSchema")()


def letter_schema(platforms: Choices) -> marshmallow.Schema:
    """The parts of that form which the letter of consent is made of; it is not complete yet."""
    return _Letter.from_dict({"to": _to(platforms, required=False)}, name="TransferLetterSchema")()


def _to(platforms: Choices, *, required: bool) -> OneChoice:
    return OneChoice(
        platforms,
        required=required,
        allow_none=not required,
        load_default=None if not required else marshmallow.missing,
        metadata={"label": _l("To which platform?"), "ask": _l("Choose the platform.")},
    )


class RefuseSchema(Schema):
    """Why a file is not taken over."""

    reason = OneChoice(
        choices_of(REFUSE_REASONS),
        required=True,
        metadata={"label": _l("Why?"), "ask": _l("Choose a reason."), "widget": "radio"},
    )
    comment = TrimmedString(
        1000,
        multiline=True,
        allow_none=True,
        load_default=None,
        metadata={"label": _l("Comment"), "rows": 2, "hint": _l("What would help the person where they are.")},
    )


class _TakeOver(Schema):
    """What taking a file over carries.

    `compared` are the files that looked like the person's when the form was shown.
    """

    compared = fields.List(fields.UUID(), load_default=list, validate=validate.Length(max=50))


def take_over_schema(referents: Choices, alike: Sequence[tuple[str, str, str]]) -> marshmallow.Schema:
    """The form that takes a file over. `alike` are the files that look like the person's (id, name, why): one of them
    may be theirs, and then nothing new is opened.
    """
    asked: dict[str, fields.Field[Any]] = {
        "referent": OneChoice(
            referents,
            allow_none=True,
            load_default=None,
            metadata={"label": _l("Who follows the person here?"), "hint": _l("Without an answer: to be decided.")},
        ),
        "manner": OneChoice(
            choices_of(CONSENT_MANNERS),
            required=not alike,
            allow_none=bool(alike),
            load_default=None if alike else marshmallow.missing,
            metadata={
                "label": _l("How did the person agree to be registered here?"),
                "ask": _l("Say how the person agreed to be registered here."),
                "hint": _l("The letter that they agreed to says that a file is opened here in their name."),
                "widget": "radio",
                "inline": True,
            },
        ),
    }
    if alike:
        choices = [*alike, (ANOTHER, _l("None of them: open a new file"), "")]
        asked["into"] = OneChoice(
            lambda: choices,
            required=True,
            metadata={
                "label": _l("Registered here already?"),
                "ask": _l("Say whether one of these files is the person's."),
                "widget": "radio",
            },
        )

    class TakeOver(_TakeOver):
        @validates_schema
        def _agreed(self, data: Mapping[str, Any], **_options: Any) -> None:
            if data.get("into") in (None, ANOTHER) and not data.get("manner"):
                raise ValidationError({"manner": [Message("Say how the person agreed to be registered here.")]})

    return TakeOver.from_dict(asked, name="TakeOverSchema")()
