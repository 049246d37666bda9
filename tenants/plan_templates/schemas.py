from collections.abc import Mapping
from typing import Any

from marshmallow import fields, pre_load, validate

from clais.forms.choices import choices_of
from clais.forms.fields import OneChoice, TrimmedString, WholeNumber
from clais.forms.schemas import Schema
from clais.translation import lazy_gettext as _l
from tenants.obstacles.choices import NOTED_HERE
from tenants.orientation.choices import WHO
from tenants.orientation.schemas import MOST_ROWS

LONGEST_DELAY = 365


class TemplateRowSchema(Schema):
    """A step of an objective: who does it, how many days after the start of the plan."""

    objective = TrimmedString(
        max=300, required=True, metadata={"label": _l("Objective"), "ask": _l("Write the objective.")}
    )
    step = TrimmedString(max=300, required=True, metadata={"label": _l("Step"), "ask": _l("Write the step.")})
    who = OneChoice(choices_of(WHO), load_default="person", metadata={"label": _l("Who does it?")})
    days = WholeNumber(
        load_default=None,
        allow_none=True,
        validate=validate.Range(0, LONGEST_DELAY),
        metadata={"label": _l("Within how many days?")},
    )


class PlanTemplateSchema(Schema):
    """A template: its name, what it is for, and its objectives with their steps."""

    label = TrimmedString(
        60, required=True, metadata={"label": _l("Name of the template"), "ask": _l("Give the name of the template.")}
    )
    dimension = OneChoice(
        choices_of(NOTED_HERE),
        load_default=None,
        allow_none=True,
        metadata={
            "label": _l("What it is about"),
            "hint": _l("Proposed first where this hinders."),
            "placeholder": _l("Nothing of these"),
        },
    )
    goal = TrimmedString(
        300,
        allow_none=True,
        load_default=None,
        metadata={"label": _l("Goal"), "hint": _l("Used when no orientation says it. Nothing about anyone.")},
    )
    steps = fields.List(
        fields.Nested(TemplateRowSchema),
        required=True,
        validate=validate.Length(min=1, max=MOST_ROWS),
        metadata={
            "label": _l("Objectives and steps"),
            "ask": _l("Write a step at least."),
            "hint": _l("Without an objective, a step belongs to the one above."),
            "extra_rows": 1,
            "add_label": _l("Add a step"),
        },
    )

    @pre_load
    def fill_objectives_in(self, data: Mapping[str, Any], **_options: object) -> dict[str, Any]:
        """Drop the rows without any text, and give a step without an objective that of the row above."""
        rows: list[dict[str, Any]] = []
        for row in data.get("steps") or []:
            if not (row.get("objective") or row.get("step") or row.get("days")):
                continue
            above = rows[-1].get("objective") if rows else None
            rows.append({**row, "objective": row.get("objective") or above or ""})
        return {**data, "steps": rows}
