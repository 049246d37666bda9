from collections.abc import Mapping
from datetime import date
from typing import Any

from flask import url_for
from marshmallow import ValidationError, fields, pre_load, validate, validates

from clais.forms.choices import choices_of, hinted_choices_of
from clais.forms.fields import Date, Identifier, OneChoice, TrimmedString, WholeNumber
from clais.forms.messages import Message
from clais.forms.moments import near, not_future, not_past
from clais.forms.schemas import Schema
from clais.translation import gettext as _
from clais.translation import lazy_gettext as _l
from tenants.orientation.choices import DIRECTIONS, OUTCOMES, SIGNED_ELSEWHERE, WHO
from tenants.orientation.rules.dimensions import BY_CODE
from tenants.orientation.rules.signed_text import LONGEST_DRAWING, is_drawn
from tenants.sensitive.schemas import WithholdingSchema, mark

MOST_ROWS = 24
"""Steps that a plan is begun with."""


def _ahead(day: date | None) -> None:
    near(day)
    not_past(day)


class OccupationSearchSchema(Schema):
    q = Identifier(max=100, required=True)


class WishSchema(Schema):
    occupation = fields.UUID(
        required=True,
        metadata={
            "label": _l("Occupation"),
            "ask": _l("Choose an occupation in the list."),
            "widget": "combobox",
            "source": lambda: url_for("orientation.occupations"),
            "placeholder": _l("The start of any word: aide, soudeur…"),
        },
    )
    experience_years = WholeNumber(
        load_default=None,
        allow_none=True,
        validate=validate.Range(min=0, max=60),
        metadata={"label": _l("Years of experience")},
    )


class DecisionSchema(WithholdingSchema):
    withheld = mark(_l("The goal tells of health, origin, disability or justice: keep it sealed"))
    direction = OneChoice(
        hinted_choices_of(DIRECTIONS),
        required=True,
        metadata={"label": _l("Towards what?"), "ask": _l("Choose an orientation."), "widget": "radio"},
    )
    goal = TrimmedString(
        max=300,
        required=True,
        metadata={
            "label": _l("Goal"),
            "ask": _l("Give the goal."),
            "hint": _l("In the person's own words, precise enough to know when it is reached."),
            "placeholder": _l("Example: part-time domestic help, near the school"),
        },
    )
    reasons = TrimmedString(
        max=1000,
        multiline=True,
        required=True,
        metadata={
            "label": _l("Why this orientation?"),
            "ask": _l("Say why this orientation."),
            "hint": _l("What in the bilan, and in what the person says, leads there. They may read it."),
            "rows": 4,
        },
    )


class StepSchema(Schema):
    text = TrimmedString(max=300, required=True, metadata={"label": _l("Step"), "ask": _l("Write the step.")})
    who = OneChoice(
        choices_of(WHO),
        load_default="person",
        metadata={"label": _l("Who does it?"), "widget": "radio", "inline": True},
    )
    due_on = Date(load_default=None, allow_none=True, validate=near, metadata={"label": _l("By when?")})


class ObjectiveSchema(Schema):
    """An objective and its first step; without the text of the step, who and when are ignored."""

    text = TrimmedString(max=300, required=True, metadata={"label": _l("Objective"), "ask": _l("Write the objective.")})
    dimension = fields.String(
        load_default=None, allow_none=True, validate=validate.OneOf(list(BY_CODE)), metadata={"widget": "hidden"}
    )
    step = TrimmedString(max=300, allow_none=True, load_default=None, metadata={"label": _l("First step")})
    who = OneChoice(choices_of(WHO), load_default="person", metadata={"label": _l("Who does it?")})
    due_on = Date(load_default=None, allow_none=True, validate=near, metadata={"label": _l("By when?")})


class AddedObjectiveSchema(ObjectiveSchema, WithholdingSchema):
    """An objective that is added to a plan, which may be sealed."""


class NewObjectiveSchema(ObjectiveSchema):
    """An objective of a plan that is begun: why it is sealed is said once for the plan."""

    withheld = mark(_l("Sealed: it tells of health, origin, disability or justice"))


class ObjectiveTextSchema(WithholdingSchema):
    text = TrimmedString(max=300, required=True, metadata={"label": _l("Objective"), "ask": _l("Write the objective.")})


class ReviewDaySchema(Schema):
    """What who may not read a sealed goal changes of a plan."""

    review_on = Date(
        required=True,
        validate=_ahead,
        metadata={
            "label": _l("To be evaluated by"),
            "ask": _l("Give the date of the next evaluation."),
            "hint": _l("At least every three months; a day on which the referent works."),
        },
    )


class PlanSchema(ReviewDaySchema, WithholdingSchema):
    goal = TrimmedString(max=300, required=True, metadata={"label": _l("Goal"), "ask": _l("Give the goal.")})


class NewPlanSchema(PlanSchema):
    objectives = fields.List(
        fields.Nested(NewObjectiveSchema),
        load_default=list,
        validate=validate.Length(max=MOST_ROWS),
        metadata={"label": _l("Objectives"), "extra_rows": 0, "add_label": _l("Add an objective")},
    )

    def is_marked(self, data: Mapping[str, Any]) -> bool:
        """Whether the goal or an objective is sealed."""
        return super().is_marked(data) or any(row["withheld"] for row in data.get("objectives") or ())

    @pre_load
    def leave_blank_rows_out(self, data: Mapping[str, Any], **_options: object) -> dict[str, Any]:
        """Drop the rows without any text or date, whatever their preselected choices."""
        rows = data.get("objectives") or []
        return {**data, "objectives": [row for row in rows if row.get("text") or row.get("step") or row.get("due_on")]}


class DrawnSchema(Schema):
    """A signature that the person draws on the screen: its strokes."""

    drawing = fields.String(
        required=True,
        validate=validate.Length(max=LONGEST_DRAWING),
        metadata={"label": _l("Signature"), "ask": _l("Sign in the frame, or choose paper."), "widget": "hidden"},
    )

    @validates("drawing")
    def is_a_drawing(self, drawing: str, **_options: object) -> None:
        """Refuse a dot, and what is no drawing."""
        if not is_drawn(drawing):
            raise ValidationError(Message("Sign in the frame, or choose paper."))


class SignatureSchema(Schema):
    signed_on = Date(
        required=True,
        validate=not_future,
        metadata={"label": _l("Signed on"), "ask": _l("Give the day of the signature.")},
    )
    manner = OneChoice(
        choices_of(SIGNED_ELSEWHERE),
        required=True,
        metadata={"label": _l("How?"), "ask": _l("Choose how it was signed."), "widget": "radio", "inline": True},
    )

    @validates("signed_on")
    def is_recent(self, day: date, **_options: object) -> None:
        near(day)


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
    evaluated_on = Date(
        required=True,
        validate=not_future,
        metadata={"label": _l("Evaluated on"), "ask": _l("Give the day of the evaluation.")},
    )
    comment = TrimmedString(
        max=1000,
        multiline=True,
        allow_none=True,
        load_default=None,
        metadata={"label": _l("What did you see together?"), "rows": 3},
    )
    next_review_on = Date(
        load_default=None,
        allow_none=True,
        validate=_ahead,
        metadata={
            "label": _l("Next evaluation by"),
            "hint": _l("At least every three months; a day on which the referent works."),
        },
    )
