from collections.abc import Mapping
from datetime import date
from typing import Any

from marshmallow import ValidationError, fields, validate, validates_schema

from clais.forms.choices import choices_of, hinted_choices_of
from clais.forms.fields import Date, OneChoice, TrimmedString
from clais.forms.messages import Message
from clais.forms.moments import near, not_future, not_past
from clais.forms.schemas import Schema
from clais.translation import gettext as _
from clais.translation import lazy_gettext as _l
from tenants.contracts.choices import END_REASONS, KINDS, OUTCOMES, WITHDRAWAL_REASONS
from tenants.orientation.choices import SIGNED_MANNERS


def _lately(day: date | None) -> None:
    not_future(day)
    near(day)


class ContractSchema(Schema):
    """What was decided: the kind of contract, and the days that it covers."""

    kind = OneChoice(
        choices_of(KINDS),
        required=True,
        metadata={"label": _l("Which contract?"), "ask": _l("Choose the contract."), "widget": "radio"},
    )
    decided_on = Date(
        required=True,
        validate=_lately,
        metadata={"label": _l("Decided on"), "ask": _l("Give the day of the decision.")},
    )
    decided_by = TrimmedString(
        max=120,
        allow_none=True,
        load_default=None,
        metadata={"label": _l("Decided by"), "placeholder": _l("Example: special committee of the CPAS")},
    )
    starts_on = Date(required=True, validate=near, metadata={"label": _l("From"), "ask": _l("Give the first day.")})
    ends_on = Date(
        required=True, validate=near, metadata={"label": _l("Up to and including"), "ask": _l("Give the last day.")}
    )

    @validates_schema
    def _in_order(self, data: Mapping[str, Any], **_options: Any) -> None:
        if data["ends_on"] < data["starts_on"]:
            raise ValidationError({"ends_on": [Message("The contract would end before it begins.")]})


class IssueSchema(Schema):
    issued_on = Date(
        required=True,
        validate=_lately,
        metadata={"label": _l("Given to the person on"), "ask": _l("Give the day when the person received it.")},
    )


class SignatureSchema(Schema):
    signed_on = Date(
        required=True,
        validate=_lately,
        metadata={"label": _l("Signed on"), "ask": _l("Give the day of the signature.")},
    )
    manner = OneChoice(
        choices_of(SIGNED_MANNERS),
        required=True,
        metadata={"label": _l("How?"), "ask": _l("Choose how it was signed."), "widget": "radio", "inline": True},
    )
    accepted = fields.String(load_default="", validate=validate.Length(max=40), metadata={"widget": "hidden"})
    """The signature, earlier than the time to think allows, that was said to be meant."""


def _comment() -> TrimmedString:
    return TrimmedString(
        500, multiline=True, allow_none=True, load_default=None, metadata={"label": _l("Comment"), "rows": 3}
    )


class EndSchema(Schema):
    reason = OneChoice(
        choices_of(END_REASONS),
        required=True,
        metadata={"label": _l("Why does it end?"), "ask": _l("Choose why it ends."), "widget": "radio"},
    )
    ended_on = Date(
        required=True,
        validate=_lately,
        metadata={"label": _l("Last day"), "ask": _l("Give the last day.")},
    )
    comment = _comment()


class WithdrawalSchema(Schema):
    reason = OneChoice(
        choices_of(WITHDRAWAL_REASONS),
        required=True,
        metadata={
            "label": _l("Why is the contract given up?"),
            "ask": _l("Choose why it is given up."),
            "widget": "radio",
        },
    )
    comment = _comment()


class EvaluationSchema(Schema):
    outcome = OneChoice(
        hinted_choices_of(OUTCOMES),
        required=True,
        metadata={"label": _l("What comes of it?"), "ask": _l("Choose what comes of it."), "widget": "radio"},
    )
    in_person = OneChoice(
        lambda: [("yes", _("Face to face")), ("no", _("At a distance"))],
        required=True,
        metadata={
            "label": _l("How did you meet?"),
            "ask": _l("Choose how you met."),
            "widget": "radio",
            "inline": True,
        },
    )
    held_on = Date(
        required=True,
        validate=_lately,
        metadata={"label": _l("Evaluated on"), "ask": _l("Give the day of the evaluation.")},
    )
    comment = TrimmedString(
        max=1000,
        multiline=True,
        allow_none=True,
        load_default=None,
        metadata={"label": _l("What did you see together?"), "rows": 3},
    )


class PlannedDaySchema(Schema):
    planned_on = Date(
        required=True,
        validate=not_past,
        metadata={"label": _l("To be evaluated by"), "ask": _l("Give the day of the evaluation.")},
    )


class WithoutContractSchema(Schema):
    after = fields.String(load_default=None, validate=validate.Length(max=600))
