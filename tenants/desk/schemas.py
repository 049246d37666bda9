from collections.abc import Sequence
from typing import Any, cast

from marshmallow import fields

from clais.catalogues import LANGUAGES
from clais.forms.choices import choices_of
from clais.forms.fields import Date, Email, OneChoice, Phone, TrimmedString
from clais.forms.schemas import Schema
from clais.translation import gettext as _
from clais.translation import lazy_gettext as _l
from tenants.desk.choices import ELSEWHERE, UNEXPECTED, WALK_IN
from tenants.desk.workflow import SETTLING, VISIT
from tenants.intake.choices import TOPICS
from tenants.people.fields import check_not_future
from tenants.people.schemas import NewcomerSchema
from tenants.team.schemas import ABOVE_CEILING, above_ceiling

FIRST_FREE = "first"
"""The choice of whoever is free first."""
NOBODY = "none"
"""The choice that a file is entrusted to somebody later."""
REFERENT = "referent"
REGISTERED = (
    "family_name", "given_names", "birth_date", "birth_year", "phone", "names_confirmed", "not_duplicate", "compared",
    "registration_consent_manner",
)  # fmt: skip
"""What a file needs that is opened at the desk."""

Agents = Sequence[tuple[str, ...]]
"""Choices of colleagues: the key, the name, and what speaks for them or against."""


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
        **_asked_with_whom(agents),
        "manner": OneChoice(
            choices_of(UNEXPECTED),
            load_default=WALK_IN,
            metadata={"label": _l("How they come"), "widget": "radio", "inline": True},
        ),
        "sent_by": TrimmedString(120, allow_none=True, load_default=None, metadata={"label": _l("Sent by")}),
    }
    return cast("Schema", NamesSchema.from_dict(asked, name="WalkInSchema")())


def with_whom_schema(agents: Agents) -> Schema:
    """What somebody asks, and with whom: as it is being typed, for a proposal."""
    return cast("Schema", Schema.from_dict(_asked_with_whom(agents), name="WithWhomSchema")())


def _asked_with_whom(agents: Agents) -> dict[str, fields.Field[Any]]:
    return {
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
    }


def elsewhere_schema(partners: Sequence[tuple[str, str]]) -> Schema:
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


class MailToCardSchema(Schema):
    """The mail that says where to go, to the address of a card: only its language is asked."""

    language = OneChoice(
        tuple(LANGUAGES.items()),
        required=True,
        metadata={
            "label": _l("Language of the mail"),
            "ask": _l("Choose the language of the mail."),
            "widget": "radio",
            "inline": True,
        },
    )


class MailToSchema(MailToCardSchema):
    """The same, to an address that is typed for it."""

    email = Email(
        200,
        required=True,
        metadata={
            "label": _l("Their e-mail address"),
            "ask": _l("Write the e-mail address that they give."),
            "widget": "email",
            "autocomplete": "off",
        },
    )


def registration_schema(agents: Agents) -> Schema:
    """The file of somebody at the desk: who they are, that they agree, who follows them; the rest waits."""
    asked: dict[str, fields.Field[Any]] = {
        REFERENT: OneChoice(
            lambda: [(NOBODY, _("nobody yet: entrusted later")), *((key, name) for key, name, *_said in agents)],
            load_default=NOBODY,
            metadata={"label": _l("Who follows this person?")},
        ),
        ABOVE_CEILING: above_ceiling(),
    }
    whole = NewcomerSchema.from_dict(asked, name="RegistrationSchema")
    return cast("Schema", whole(only=(*REGISTERED, *asked)))


class SettleSchema(Schema):
    """What happened to a visit that nobody closed, or, without `visit`, to all of them."""

    visit = fields.UUID(allow_none=True, load_default=None, metadata={"widget": "hidden"})
    outcome = OneChoice(
        lambda: [(name, _(VISIT.label_of(name))) for name in SETTLING],
        required=True,
        metadata={"label": _l("What happened"), "ask": _l("Say what happened.")},
    )
    reliable = fields.Boolean(load_default=False, metadata={"label": _l("The hours are reliable")})
