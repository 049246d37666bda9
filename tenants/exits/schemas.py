from collections.abc import Mapping, Sequence
from typing import Any

import marshmallow
from marshmallow import ValidationError, fields, validates_schema

from clais.forms.choices import choices_of
from clais.forms.fields import Date, OneChoice, TrimmedString
from clais.forms.messages import Message, Whole
from clais.forms.moments import not_future
from clais.forms.schemas import Schema
from clais.translation import N_
from clais.translation import gettext as _
from clais.translation import lazy_gettext as _l
from tenants.exits.choices import NEWS, RESULTS
from tenants.people.workflow import EXIT_REASONS

REASON_NEEDED = N_("Choose a reason: the figures of the platform need it.")


def closing_schema(items: Sequence[tuple[str, str, Mapping[str, str]]]) -> marshmallow.Schema:
    """The form that closes a file: why, with which result, and what becomes of each open item.

    An item is the name of its field, its text and its choices.
    """
    asked: dict[str, fields.Field[Any]] = {
        "reason": OneChoice(
            choices_of(EXIT_REASONS),
            required=True,
            error_messages={"required": Whole(REASON_NEEDED), "null": Whole(REASON_NEEDED)},
            metadata={"label": _l("Reason"), "widget": "radio"},
        ),
        "result": OneChoice(
            choices_of(RESULTS),
            load_default="unknown",
            metadata={
                "label": _l("What does the person have when they leave?"),
                "hint": _l("Without an answer: not known."),
                "widget": "radio",
            },
        ),
        "comment": TrimmedString(
            500, multiline=True, allow_none=True, load_default=None, metadata={"label": _l("Comment"), "rows": 3}
        ),
    }
    for name, text, choices in items:
        asked[name] = OneChoice(
            choices_of(choices),
            required=True,
            metadata={
                "label": text,
                "widget": "radio",
                "inline": True,
                "ask": _l("Say what becomes of “%(item)s”.", item=text),
            },
        )
    return Schema.from_dict(asked, name="ClosingSchema")()


class NewsSchema(Schema):
    """Some months after the exit: reached or not, and what the person has now."""

    reached = OneChoice(
        lambda: [("yes", _("Yes")), ("no", _("No"))],
        required=True,
        metadata={
            "label": _l("Did you reach the person?"),
            "ask": _l("Say whether you reached the person."),
            "widget": "radio",
            "inline": True,
        },
    )
    result = OneChoice(
        choices_of(NEWS),
        allow_none=True,
        load_default=None,
        metadata={"label": _l("What do they have now?"), "widget": "radio"},
    )
    asked_on = Date(
        required=True,
        validate=not_future,
        metadata={"label": _l("Asked on"), "ask": _l("Give the day.")},
    )
    comment = TrimmedString(
        500, multiline=True, allow_none=True, load_default=None, metadata={"label": _l("Comment"), "rows": 3}
    )

    @validates_schema
    def _hold_together(self, data: Mapping[str, Any], **_options: Any) -> None:
        if data["reached"] == "yes" and not data["result"]:
            raise ValidationError({"result": [Message("Choose what they have now.")]})
