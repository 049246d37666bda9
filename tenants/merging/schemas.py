from collections.abc import Sequence
from typing import Any

import marshmallow
from marshmallow import fields, validate

from clais.forms.choices import OneChoice
from clais.forms.fields import TrimmedString
from clais.forms.schemas import Schema
from clais.translation import lazy_gettext as _l
from tenants.merging.presentation import KEPT, OTHER, Line

PREFIX = "fact_"
"""The beginning of the names of the fields that choose between two cards."""


QUEUE = "queue"


class QueueSchema(Schema):
    """Where a page of the queue begins."""

    after = fields.String(load_default=None, validate=validate.Length(max=600))


class BackSchema(Schema):
    """Where a decision about two files was asked for, other than on one of them."""

    back = fields.String(load_default=None, validate=validate.OneOf([QUEUE]))


class ReasonSchema(Schema):
    """Why two files are not of the same person."""

    because = TrimmedString(
        500,
        required=True,
        multiline=True,
        metadata={
            "label": _l("How do you know?"),
            "ask": _l("Say how you know that they are two people."),
            "rows": 3,
            "hint": _l("For the colleague who finds the two names again: two cousins, a mother and her daughter…"),
        },
    )


class ReferenceSchema(Schema):
    """The number of another file."""

    reference = TrimmedString(
        20,
        required=True,
        metadata={
            "label": _l("Number of the other file"),
            "ask": _l("Give the number of the other file."),
            "hint": _l("As in FAR-2026-00123."),
        },
    )


def merge_schema(lines: Sequence[Line]) -> marshmallow.Schema:
    """The form that merges two files: for each fact on which their cards differ, whose stays."""
    asked: dict[str, fields.Field[Any]] = {
        f"{PREFIX}{line.group.name}": OneChoice(
            [(KEPT, line.kept, _l("this file")), (OTHER, line.other, _l("the other file"))],
            load_default=KEPT,
            metadata={"label": line.label, "widget": "radio"},
        )
        for line in lines
        if line.group.differs
    }
    return Schema.from_dict(asked, name="MergeSchema")()


def chosen_groups(data: dict[str, Any]) -> set[str]:
    """The groups of facts that are taken from the other card."""
    return {name.removeprefix(PREFIX) for name, whose in data.items() if whose == OTHER}
