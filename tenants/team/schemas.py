"""The forms of a team: when someone works, when they are away, and who follows a newcomer."""

from collections.abc import Mapping
from typing import Any

import marshmallow
from marshmallow import ValidationError, fields, validate, validates_schema

from clais.forms.choices import ChoiceSource, choices_of
from clais.forms.fields import Date, OneChoice, SeveralChoices, WholeNumber
from clais.forms.messages import Message
from clais.forms.schemas import Schema
from clais.translation import lazy_gettext as _l
from tenants.intake.asked import house
from tenants.intake.presentation import as_text
from tenants.team.choices import ABSENCE_KINDS, HALF_DAYS, REQUEST_KINDS, SPOKEN_BESIDE_FRENCH

LEAST_CEILING, MOST_CEILING = 1, 500
LONGEST_ABSENCE_DAYS = 400
MOST_AT_ONCE = 50
ABOVE_CEILING = "above_ceiling"
UUID_TEXT = "[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}"


def request_kinds() -> list[tuple[str, str]]:
    """What someone may come for, in the words of the reception."""
    return [(code, as_text(house(), "request_kinds", [code])) for code in REQUEST_KINDS]


class OwnPatternSchema(Schema):
    """What each member says of themselves."""

    half_days = SeveralChoices(
        choices_of(HALF_DAYS),
        load_default=list,
        metadata={
            "label": _l("Working half-days"),
            "hint": _l("Tick none if every working day is worked."),
            "inline": True,
        },
    )
    languages = SeveralChoices(
        choices_of(SPOKEN_BESIDE_FRENCH),
        load_default=list,
        metadata={"label": _l("Receives people in these languages, beside French"), "inline": True},
    )


class PatternSchema(OwnPatternSchema):
    """What a coordinator says of a member."""

    ceiling = WholeNumber(
        load_default=None,
        allow_none=True,
        validate=validate.Range(
            LEAST_CEILING, MOST_CEILING, error=Message("Give a number of files from 1 to 500, or none.")
        ),
        metadata={"label": _l("Files at most"), "hint": _l("To give one more than that, one is asked.")},
    )
    request_kinds = SeveralChoices(
        request_kinds,
        load_default=list,
        metadata={
            "label": _l("Named for these requests"),
            "hint": _l("Tick none if they follow all kinds of requests."),
            "inline": True,
        },
    )
    takes_newcomers = fields.Boolean(load_default=False, metadata={"label": _l("Takes newcomers")})


class AbsenceSchema(Schema):
    """Days on which a member is away."""

    starts_on = Date(required=True, metadata={"label": _l("From"), "ask": _l("Give the first day.")})
    ends_on = Date(required=True, metadata={"label": _l("Until"), "ask": _l("Give the last day.")})
    kind = OneChoice(
        choices_of(ABSENCE_KINDS),
        required=True,
        metadata={
            "label": _l("Kind of absence"),
            "ask": _l("Choose a kind of absence."),
            "widget": "radio",
            "hint": _l("Never a medical reason: choose “Another absence”."),
            "inline": True,
        },
    )

    @validates_schema(skip_on_field_errors=True)
    def check_order(self, data: Mapping[str, Any], **_rest: object) -> None:
        """Refuse days in the wrong order, and an absence of years."""
        if data["ends_on"] < data["starts_on"]:
            raise ValidationError(Message("The last day is before the first one."), "ends_on")
        if (data["ends_on"] - data["starts_on"]).days > LONGEST_ABSENCE_DAYS:
            raise ValidationError(Message("This absence is longer than a year: check the days."), "ends_on")


def above_ceiling() -> fields.Boolean:
    """Whether one file more than the ceiling is meant."""
    return fields.Boolean(load_default=False, metadata={"label": _l("Yes, one file more than the ceiling")})


def choosing_schema(colleagues: ChoiceSource, *, asks: bool = False) -> marshmallow.Schema:
    """The form that chooses who follows a newcomer; with `asks`, whether above the ceiling too."""
    asked: dict[str, fields.Field[Any]] = {
        "referent": OneChoice(
            colleagues,
            required=True,
            metadata={"label": _l("Who follows this person?"), "ask": _l("Choose the referent."), "widget": "radio"},
        ),
    }
    if asks:
        asked[ABOVE_CEILING] = above_ceiling()
    return Schema.from_dict(asked, name="ChoosingSchema")()


class ProposalsSchema(Schema):
    """Newcomers, each with the member whom the page proposed and the referent that the file had then, or None."""

    proposals = fields.List(
        fields.String(
            validate=[validate.Length(max=120), validate.Regexp(rf"^{UUID_TEXT} {UUID_TEXT} (?:{UUID_TEXT}|None)\Z")]
        ),
        required=True,
        validate=validate.Length(1, MOST_AT_ONCE),
    )


def wish_schema(colleagues: ChoiceSource) -> marshmallow.Schema:
    """Whom a person asks for, and whom they no longer want."""
    return Schema.from_dict(
        {
            "asked": SeveralChoices(
                colleagues,
                load_default=list,
                metadata={"label": _l("The person asks for"), "hint": _l("Proposed first, unless they are away.")},
            ),
            "not_again": SeveralChoices(
                colleagues,
                load_default=list,
                metadata={"label": _l("The person prefers somebody else than"), "hint": _l("Proposed last.")},
            ),
        },
        name="WishSchema",
    )()
