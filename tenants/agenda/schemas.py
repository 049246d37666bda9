from collections.abc import Callable
from datetime import date, time, timedelta
from typing import Any, cast

from marshmallow import ValidationError, fields, validate, validates

from clais.clock import today
from clais.forms.choices import choices_of
from clais.forms.fields import ChoiceSource, Date, Identifier, OneChoice, Time, TrimmedString, WholeNumber
from clais.forms.schemas import Schema
from clais.translation import gettext as _
from clais.translation import lazy_gettext as _l
from tenants.agenda.choices import LENGTHS, PURPOSES
from tenants.agenda.rules.hours import EARLIEST, LATEST
from tenants.sensitive.schemas import WithholdingSchema, mark

FURTHEST = timedelta(days=730)
OLDEST = timedelta(days=366)
RETURNS = ("day", "agenda", "file", "appointment", "desk")
"""The pages to which an act returns."""


class _AppointmentRules(Schema):
    """The rules of every appointment, whatever the choices of its form."""

    @validates("day")
    def check_day(self, value: date, **_kwargs: Any) -> None:
        """Refuse a day that is too far away: its year is a typing mistake."""
        if not today() - OLDEST <= value <= today() + FURTHEST:
            raise ValidationError(_("This day is too far away: check the year."))

    @validates("hour")
    def check_hour(self, value: time, **_kwargs: Any) -> None:
        """Refuse the hours of the night: they are more likely a typing mistake than an appointment."""
        if not EARLIEST <= value <= LATEST:
            raise ValidationError(_("Choose an hour between 7:00 and 21:00."))


class _WithholdingRules(_AppointmentRules, WithholdingSchema):
    """The same for who may seal the note."""

    withheld = mark(_l("It tells of health, origin, disability or justice: keep it sealed, from the reception too"))


def _note() -> TrimmedString:
    return TrimmedString(
        500,
        multiline=True,
        load_default=None,
        allow_none=True,
        metadata={
            "label": _l("To know, to bring"),
            "rows": 2,
            "hint": _l("The reception reads it too: nothing of the file here."),
        },
    )


def appointment_schema(
    agents: ChoiceSource,
    person_source: str | None = None,
    person_name: Callable[[str], str] | None = None,
    *,
    seals: bool = False,
    has_note: bool = True,
) -> Schema:
    """The schema of an appointment in the agenda of one of `agents` (pairs of membership key and name).

    With `person_source`, the address that proposes people, the form has a field for the person; `person_name` gives the
    name for a key. With `seals`, its note may be sealed; without `has_note`, it is sealed from who fills the form in.
    """
    asked: dict[str, fields.Field[Any]] = {}
    if person_source is not None:
        asked["person_id"] = fields.UUID(
            required=True,
            metadata={
                "label": _l("With whom"),
                "ask": _l("Choose the person."),
                "hint": _l("Type the start of a name, then choose."),
                "widget": "combobox",
                "source": person_source,
                "display": person_name,
            },
        )
    asked |= {
        "day": Date(required=True, metadata={"label": _l("Day"), "ask": _l("Give the day.")}),
        "hour": Time(required=True, metadata={"label": _l("Hour"), "ask": _l("Give the hour.")}),
        "minutes": OneChoice(
            lambda: [(str(length), _("%(minutes)s min", minutes=length)) for length in LENGTHS],
            required=True,
            metadata={"label": _l("Length"), "ask": _l("Choose the length.")},
        ),
        "agent_id": OneChoice(
            agents, required=True, metadata={"label": _l("In the agenda of"), "ask": _l("Choose the agent.")}
        ),
        "purpose": OneChoice(
            choices_of(PURPOSES),
            required=True,
            metadata={"label": _l("Purpose"), "ask": _l("Choose the purpose.")},
        ),
        "place": TrimmedString(
            120,
            load_default=None,
            allow_none=True,
            metadata={"label": _l("Place"), "placeholder": _l("Office 2, town hall…")},
        ),
        "note": _note(),
        "accepted": fields.String(load_default="", validate=validate.Length(max=300), metadata={"widget": "hidden"}),
        "back": OneChoice([(place, place) for place in RETURNS], load_default="file", metadata={"widget": "hidden"}),
    }
    if not has_note:
        del asked["note"]
    rules = _WithholdingRules if seals and has_note else _AppointmentRules
    return cast("Schema", rules.from_dict(asked, name="AppointmentSchema")())


class LetterSchema(Schema):
    bring = TrimmedString(
        500,
        multiline=True,
        load_default=None,
        allow_none=True,
        metadata={
            "label": _l("To know, to bring"),
            "rows": 4,
            "hint": _l("The person reads this on the letter."),
        },
    )


class ReportSchema(Schema):
    summary = TrimmedString(
        1000,
        multiline=True,
        required=True,
        metadata={
            "label": _l("What was said, what was agreed"),
            "ask": _l("Write what was said."),
            "rows": 5,
            "hint": _l("Read by the agents of the platform. For a confidence, write a note on the file."),
        },
    )
    minutes = WholeNumber(
        load_default=None, allow_none=True, validate=validate.Range(1, 480), metadata={"label": _l("Minutes")}
    )
    back = OneChoice([(place, place) for place in RETURNS], load_default="file", metadata={"widget": "hidden"})


class StepSchema(Schema):
    """An act that is one button."""

    back = OneChoice([(place, place) for place in RETURNS], load_default="appointment")


class NewSchema(Schema):
    """What a link to a blank appointment may fill in."""

    day = Date(load_default=None)
    agent = fields.UUID(load_default=None)
    back = OneChoice([(place, place) for place in RETURNS], load_default="file")


class AgendaSchema(Schema):
    """What the agenda shows: the week or the day around `day`, of an agent or of everyone."""

    day = Date(load_default=None)
    view = fields.String(load_default="week", validate=validate.OneOf(["week", "day"]))
    agent = fields.String(load_default=None, validate=validate.Length(max=36))


class WithoutContactSchema(Schema):
    after = fields.String(load_default=None, validate=validate.Length(max=600))


class ProposalSchema(Schema):
    q = Identifier(200, load_default="")
