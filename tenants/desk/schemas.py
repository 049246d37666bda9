from collections.abc import Sequence
from typing import Any, cast

from marshmallow import fields

from clais.forms.choices import choices_of
from clais.forms.fields import Date, OneChoice, Phone, TrimmedString
from clais.forms.schemas import Schema
from clais.translation import gettext as _
from clais.translation import lazy_gettext as _l
from tenants.desk.choices import ELSEWHERE, UNEXPECTED, WALK_IN
from tenants.desk.workflow import SETTLING, VISIT
from tenants.intake.choices import TOPICS
from tenants.people.fields import check_not_future
from tenants.people.schemas import NewcomerSchema

FIRST_FREE = "first"
"""The choice of whoever is free first."""
REGISTERED = (
    "family_name", "given_names", "birth_date", "birth_year", "phone", "names_confirmed", "not_duplicate", "compared",
    "registration_consent_manner",
)  # fmt: skip
"""What a file needs that is opened at the desk."""

Agents = Sequence[tuple[str, str]]


class NamesSchema(Schema):
    """Who comes, as far as they say it: all of it may stay blank."""

    family_name = TrimmedString(
        80, allow_none=True, load_default=None, metadata={"label": _l("Family name"), "autocomplete": "off"}
    )
    given_names = TrimmedString(
        80, allow_none=True, load_default=None, metadata={"label": _l("Given names"), "autocomplete": "off"}
    )
    birth_date = Date(
        allow_none=True,
        load_default=None,
        validate=check_not_future,
        metadata={"label": _l("Birth date"), "picker": False, "autocomplete": "off"},
    )
    phone = Phone(
        allow_none=True,
        load_default=None,
        metadata={"label": _l("Phone"), "widget": "tel", "placeholder": "0470 12 34 56", "autocomplete": "off"},
    )


def walk_in_schema(agents: Agents) -> Schema:
    """The form of somebody who comes without appointment: who, what they ask, with whom, and how they come."""
    asked: dict[str, fields.Field[Any]] = {
        "theme": OneChoice(
            choices_of(TOPICS),
            required=True,
            metadata={
                "label": _l("What they ask"),
                "ask": _l("Choose what they ask."),
                "widget": "radio",
                "inline": True,
            },
        ),
        "agent": OneChoice(
            lambda: [(FIRST_FREE, _("The first who is free")), *agents],
            load_default=FIRST_FREE,
            metadata={"label": _l("With whom"), "widget": "radio", "inline": True},
        ),
        "manner": OneChoice(
            choices_of(UNEXPECTED),
            load_default=WALK_IN,
            metadata={"label": _l("How they come"), "widget": "radio", "inline": True},
        ),
        "sent_by": TrimmedString(120, allow_none=True, load_default=None, metadata={"label": _l("Sent by")}),
    }
    return cast("Schema", NamesSchema.from_dict(asked, name="WalkInSchema")())


def elsewhere_schema(partners: Agents) -> Schema:
    """Where somebody is directed, and why."""
    asked: dict[str, fields.Field[Any]] = {
        "partner": OneChoice(
            partners, required=True, metadata={"label": _l("Where to"), "ask": _l("Choose where they are directed.")}
        ),
        "reason": OneChoice(
            choices_of(ELSEWHERE),
            required=True,
            metadata={"label": _l("Why"), "ask": _l("Choose why they are directed elsewhere."), "widget": "radio"},
        ),
    }
    return cast("Schema", Schema.from_dict(asked, name="ElsewhereSchema")())


def registration_schema() -> NewcomerSchema:
    """The file of somebody at the desk: who they are and that they agree; the rest is asked in a room."""
    return NewcomerSchema(only=REGISTERED)


class SettleSchema(Schema):
    """What happened to a visit that nobody closed, or, without `visit`, to all of them."""

    visit = fields.UUID(allow_none=True, load_default=None, metadata={"widget": "hidden"})
    outcome = OneChoice(
        lambda: [(name, _(VISIT.label_of(name))) for name in SETTLING],
        required=True,
        metadata={"label": _l("What happened"), "ask": _l("Say what happened.")},
    )
    reliable = fields.Boolean(load_default=False, metadata={"label": _l("The hours are reliable")})
