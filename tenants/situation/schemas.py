from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

from flask import url_for
from marshmallow import ValidationError, fields, validate, validates_schema

from clais.exchange.eligibility.choices import CHILDCARE_STATES
from clais.forms.choices import choices_of
from clais.forms.fields import Date, OneChoice, SeveralChoices, TrimmedString, WholeNumber
from clais.forms.messages import Message
from clais.forms.schemas import Schema
from clais.translation import gettext as _
from clais.translation import lazy_gettext as _l
from tenants.people.choices import SCHOOLING, STATUS
from tenants.people.dated import ADDRESS
from tenants.people.dated import SCHOOLING as SCHOOLING_FACT
from tenants.people.dated import STATUS as STATUS_FACT
from tenants.people.fields import check_birth_year, check_not_future, text_field
from tenants.people.schemas import PersonSchema
from tenants.situation.choices import (
    AVAILABILITY,
    CHILDCARE,
    COMPOSITION,
    CONTRACTS,
    DAYS,
    EPISODES,
    HALVES,
    HOUSEHOLD,
    MEANS,
    RECOGNITION,
    TRANSPORT,
)

BEGIN, CORRECT, INSERT = "begin", "correct", "insert"
"""What a form does to a history: a change from a day on, one period as it really was, one that was forgotten."""
MOST_PEOPLE, MOST_MINUTES, MOST_HOURS = 20, 240, 80


def half_days() -> list[tuple[str, list[tuple[str, str]]]]:
    """The halves of the week, day by day."""
    return [
        (_(day), [(f"{code}_{half}", f"{_(day)} {_(word)}") for half, word in HALVES.items()])
        for code, day in DAYS.items()
    ]


def _half_days_in_a_row() -> list[tuple[str, str]]:
    return [pair for _day, pairs in half_days() for pair in pairs]


class StatusValue(Schema):
    status = OneChoice(
        choices_of(STATUS), required=True, metadata={"label": _l("Status"), "ask": _l("Choose the status.")}
    )


class AddressValue(Schema):
    """The fields of the address of the card, one of them at least."""

    _card = PersonSchema().fields
    street = _card["street"]
    street_number = _card["street_number"]
    box = _card["box"]
    postal_code = _card["postal_code"]
    locality = _card["locality"]

    @validates_schema
    def _say_something(self, data: Mapping[str, Any], **_options: Any) -> None:
        if not any(data.get(name) for name in ("street", "postal_code", "locality")):
            raise ValidationError({"street": [Message("Write the street, the postal code or the locality.")]})


class SchoolingValue(Schema):
    schooling = OneChoice(
        choices_of(SCHOOLING),
        required=True,
        metadata={"label": _l("Highest certificate"), "ask": _l("Choose the certificate.")},
    )
    schooling_note = text_field(_l("Subject or detail"), 200)
    country = text_field(_l("Country where it was obtained"), 60)
    recognition = OneChoice(
        choices_of(RECOGNITION), allow_none=True, load_default=None, metadata={"label": _l("Recognised here?")}
    )


class ChildSchema(Schema):
    """A child of the household."""

    born = WholeNumber(
        required=True,
        validate=check_birth_year,
        metadata={"label": _l("Year of birth"), "ask": _l("Give the year of birth."), "placeholder": _l("yyyy")},
    )
    dependant = fields.Boolean(load_default=False, metadata={"label": _l("Dependant of the person")})


class HouseholdValue(Schema):
    composition = OneChoice(
        choices_of(COMPOSITION),
        required=True,
        metadata={"label": _l("Lives"), "ask": _l("Say with whom the person lives.")},
    )
    adults = WholeNumber(
        allow_none=True,
        load_default=None,
        validate=validate.Range(1, MOST_PEOPLE),
        metadata={"label": _l("Adults, the person included")},
    )
    other_dependants = WholeNumber(
        allow_none=True,
        load_default=None,
        validate=validate.Range(0, MOST_PEOPLE),
        metadata={"label": _l("Other dependants"), "hint": _l("A parent, for example.")},
    )
    children = fields.List(
        fields.Nested(ChildSchema),
        load_default=list,
        validate=validate.Length(max=15),
        metadata={"label": _l("Children"), "add_label": _l("Add a child")},
    )


class ChildcareValue(Schema):
    childcare = OneChoice(
        choices_of(CHILDCARE_STATES),
        required=True,
        metadata={"label": _l("Childcare"), "ask": _l("Choose an answer."), "widget": "radio", "inline": True},
    )
    detail = text_field(_l("Detail"), 200, hint=_l("Crèche, school hours, who helps out."))


class TransportValue(Schema):
    means = SeveralChoices(
        choices_of(MEANS), required=True, metadata={"label": _l("Gets around by"), "ask": _l("Choose one at least.")}
    )
    minutes = WholeNumber(
        allow_none=True,
        load_default=None,
        validate=validate.Range(5, MOST_MINUTES),
        metadata={"label": _l("Minutes that the way to work may take")},
    )


class AvailabilityValue(Schema):
    half_days = SeveralChoices(
        _half_days_in_a_row,
        required=True,
        metadata={"label": _l("Available on"), "ask": _l("Choose one at least."), "inline": True},
    )
    hours = WholeNumber(
        allow_none=True,
        load_default=None,
        validate=validate.Range(1, MOST_HOURS),
        metadata={"label": _l("Hours a week at most")},
    )


VALUES: dict[str, type[Schema]] = {
    STATUS_FACT: StatusValue,
    HOUSEHOLD: HouseholdValue,
    ADDRESS: AddressValue,
    SCHOOLING_FACT: SchoolingValue,
    CHILDCARE: ChildcareValue,
    TRANSPORT: TransportValue,
    AVAILABILITY: AvailabilityValue,
}
"""Dated fact → what is asked of it."""


class FromSchema(Schema):
    since = Date(
        required=True,
        validate=check_not_future,
        metadata={"label": _l("So since"), "ask": _l("Give the day from which it is so.")},
    )


class CorrectSchema(Schema):
    since = Date(
        allow_none=True,
        load_default=None,
        validate=check_not_future,
        metadata={"label": _l("So since"), "hint": _l("Blank when nobody knows, for the first period.")},
    )


class InsertSchema(Schema):
    since = Date(
        allow_none=True,
        load_default=None,
        validate=check_not_future,
        metadata={"label": _l("From"), "hint": _l("Blank when nobody knows, before all others.")},
    )
    until = Date(
        required=True,
        validate=check_not_future,
        metadata={"label": _l("To"), "ask": _l("Give the last day of the period.")},
    )


DAYS_ASKED: dict[str, type[Schema]] = {BEGIN: FromSchema, CORRECT: CorrectSchema, INSERT: InsertSchema}


@cache
def period_schema(fact: str, act: str) -> type[Schema]:
    """The form of a period: what was so, then since when."""
    return type(f"{fact.title()}{act.title()}Schema", (DAYS_ASKED[act], VALUES[fact]), {})


class EpisodeSchema(Schema):
    kind = OneChoice(
        choices_of(EPISODES),
        load_default="job",
        metadata={"label": _l("What"), "widget": "radio", "inline": True},
    )
    title = TrimmedString(
        160,
        required=True,
        metadata={"label": _l("As what, or what for"), "ask": _l("Write what it was, as on a CV.")},
    )
    occupation = fields.UUID(
        allow_none=True,
        load_default=None,
        metadata={
            "label": _l("Occupation (ROME)"),
            "widget": "combobox",
            "source": lambda: url_for("orientation.occupations"),
            "placeholder": _l("The start of any word: aide, soudeur…"),
        },
    )
    organisation = text_field(_l("Employer, school or centre"), 120)
    place = text_field(_l("Place or country"), 80)
    contract = OneChoice(choices_of(CONTRACTS), allow_none=True, load_default=None, metadata={"label": _l("Contract")})
    weekly_hours = WholeNumber(
        allow_none=True,
        load_default=None,
        validate=validate.Range(1, MOST_HOURS),
        metadata={"label": _l("Hours a week")},
    )
    since = Date(
        required=True, validate=check_not_future, metadata={"label": _l("From"), "ask": _l("Give the first day.")}
    )
    until = Date(allow_none=True, load_default=None, metadata={"label": _l("To"), "hint": _l("Blank while it lasts.")})
    detail = TrimmedString(
        500,
        multiline=True,
        allow_none=True,
        load_default=None,
        metadata={"label": _l("What was done, in the words of a CV"), "rows": 3},
    )

    @validates_schema
    def _in_order(self, data: Mapping[str, Any], **_options: Any) -> None:
        if data.get("until") and data.get("since") and data["until"] < data["since"]:
            raise ValidationError({"until": [Message("The last day is before the first one.")]})


def episode_schema(occupation_name: Callable[[str], str]) -> EpisodeSchema:
    """The form of an episode; `occupation_name` gives the label of an occupation that was chosen before."""
    schema = EpisodeSchema()
    schema.fields["occupation"].metadata = {**schema.fields["occupation"].metadata, "display": occupation_name}
    return schema
