from typing import Any

from marshmallow import fields, validate

from clais.forms.choices import choices_of
from clais.forms.fields import OneChoice, PostalCode, SeveralChoices, TrimmedString, WholeNumber
from clais.forms.schemas import Schema
from clais.translation import lazy_gettext as _l
from tenants.intake.choices import AGE_BANDS, ANSWERS, CHANNELS, REQUEST_KINDS, TOPICS, URGENT_NEEDS
from tenants.people.choices import SEX
from tenants.people.schemas import NewcomerSchema


def _radio(label: Any, **more: Any) -> dict[str, Any]:
    return {"label": label, "widget": "radio", "inline": True, **more}


class IntakeSchema(Schema):
    """One reception: how someone came, what they ask, what cannot wait."""

    channel = OneChoice(choices_of(CHANNELS), load_default="visit", metadata=_radio(_l("How they came")))
    sent_by = TrimmedString(
        120,
        allow_none=True,
        load_default=None,
        metadata={"label": _l("Sent by"), "hint": _l("Service or person, when someone sent them.")},
    )
    request_kinds = SeveralChoices(
        choices_of(REQUEST_KINDS), load_default=list, metadata={"label": _l("What they ask"), "inline": True}
    )
    request = TrimmedString(1000, multiline=True, load_default="", metadata={"label": _l("In their words"), "rows": 2})
    urgent_needs = SeveralChoices(
        choices_of(URGENT_NEEDS), load_default=list, metadata={"label": _l("What cannot wait"), "inline": True}
    )
    urgent_note = TrimmedString(
        500, allow_none=True, load_default=None, metadata={"label": _l("What was done about it at once")}
    )


class RegisterSchema(NewcomerSchema):
    """A newcomer and their first reception, on one page."""

    intake = fields.Nested(
        IntakeSchema, load_default=lambda: IntakeSchema().load({}), metadata={"label": _l("The request")}
    )


class InformationRequestSchema(Schema):
    """An anonymous question at the desk: counted, nothing that names anyone."""

    topic = OneChoice(
        choices_of(TOPICS), required=True, metadata=_radio(_l("About"), ask=_l("Choose what the question is about."))
    )
    answer = OneChoice(choices_of(ANSWERS), load_default="informed", metadata=_radio(_l("Answer given")))
    channel = OneChoice(
        choices_of({code: CHANNELS[code] for code in ("visit", "phone", "email", "partner")}),
        load_default="visit",
        metadata=_radio(_l("How they came")),
    )
    sex = OneChoice(choices_of(SEX), allow_none=True, load_default=None, metadata={"label": _l("Sex")})
    age_band = OneChoice(
        choices_of(AGE_BANDS), allow_none=True, load_default=None, metadata={"label": _l("Age, roughly")}
    )
    postal_code = PostalCode(
        allow_none=True, load_default=None, metadata={"label": _l("Postal code"), "inputmode": "numeric"}
    )
    minutes = WholeNumber(
        allow_none=True, load_default=None, validate=validate.Range(min=1, max=240), metadata={"label": _l("Minutes")}
    )
