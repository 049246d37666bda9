"""The form of an appointment: its initial values, the values it reads, its warnings before saving."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from flask import url_for

from clais.actor import Actor
from clais.clock import local, now, today
from clais.database import ScopedSession
from clais.dates import day_of, holiday, is_weekend, moment_of
from clais.forms.form import Form
from clais.identity.models import Membership
from clais.identity.queries import members_to_name
from clais.services import services
from clais.translation import gettext as _
from clais.web.context import database
from clais.web.formatting import clock_time, exact_day
from clais.web.translations import language_of_request
from tenants.agenda import queries
from tenants.agenda.choices import USUAL_MINUTES
from tenants.agenda.models import Appointment
from tenants.agenda.schemas import appointment_schema
from tenants.people.models import Person
from tenants.sensitive.forms import blank_why, typed_writer
from tenants.sensitive.forms import values_of as sealed_values
from tenants.sensitive.withholding import Writer, may_write

HAS_AGENDA = "follow_up.write"
"""The permission of the members who have an agenda; a receptionist makes appointments for them."""
SEALS = "sensitive.write"
"""That of those who seal a note."""


def agents_of(session: ScopedSession) -> list[Membership]:
    """The members who have an agenda, by name."""
    return members_to_name(session, HAS_AGENDA, services().permissions)


@dataclass(frozen=True, slots=True)
class Booking:
    """The appointment that a valid form describes."""

    agent: Membership
    starts_at: datetime
    minutes: int
    purpose: str
    place: str | None
    note: str | None
    accepted: str
    back: str
    writer: Writer | None

    @property
    def facts(self) -> dict[str, Any]:
        """The keyword arguments of the actions."""
        names = ("starts_at", "minutes", "purpose", "place", "note", "writer")
        return {name: getattr(self, name) for name in names}


def booking_of(form: Form, agents: list[Membership]) -> Booking:
    """Read a booking from a valid form."""
    data = dict(form.data)
    writer = typed_writer(data) if "withheld" in data else None
    return Booking(
        agent=next(agent for agent in agents if str(agent.id) == data["agent_id"]),
        starts_at=moment_of(data["day"], data["hour"]),
        minutes=int(data["minutes"]),
        purpose=data["purpose"],
        place=data["place"],
        note=data.get("note"),
        accepted=data["accepted"],
        back=data["back"],
        writer=writer,
    )


def schema_for(
    session: ScopedSession,
    actor: Actor,
    agents: list[Membership],
    *,
    asks_person: bool,
    has_note: bool = True,
) -> Any:
    """The schema of the form, with the agents of this platform; with `asks_person`, it has a field for the person.

    `has_note`: there is no sealed note that the actor may not write over.
    """

    def name_of_person(key: str) -> str:
        try:
            person = session.get(Person, (session.scope.tenant_id, UUID(key)))
        except ValueError:
            return ""
        return person.full_name if person else ""

    choices = [(str(agent.id), agent.display_name) for agent in agents]
    source = url_for("agenda.propose_people") if asks_person else None
    return appointment_schema(
        choices,
        source,
        name_of_person if asks_person else None,
        seals=actor.may(SEALS),
        has_note=has_note,
    )


def may_write_note(session: ScopedSession, actor: Actor, appointment: Appointment) -> bool:
    """Whether the form asks for the note: of a sealed one, for who reads it without a reason."""
    if appointment.note_withheld_at is None:
        return True
    person = session.get_one(Person, (appointment.tenant_id, appointment.person_id))
    return actor.may(SEALS) and may_write(session, actor, person, appointment, "note")


def blank(
    session: ScopedSession, actor: Actor, agents: list[Membership], link: dict[str, Any], person: Person | None
) -> dict[str, Any]:
    """The initial values of the form: one's own agenda, or the referent's, at the next free half hour."""
    keys = {agent.id for agent in agents}
    wishes = (link["agent"], actor.membership_id, person.referent_id if person else None)
    agent_id = next((wish for wish in wishes if wish in keys), None)
    values: dict[str, Any] = {
        "minutes": str(USUAL_MINUTES),
        "purpose": "first" if person and person.stage in {"registered", "in_intake"} else "follow_up",
        "back": link["back"],
        **blank_why(),
    }
    if agent_id is None:
        return values | ({"day": link["day"]} if link["day"] else {})
    # A link of the agenda may ask for a later day: the hour is then the first free one of that day.
    asked = moment_of(link["day"], time()) if link["day"] and link["day"] > today() else now()
    start = local(queries.next_free_moment(session, agent_id, asked, USUAL_MINUTES))
    if link["day"] and link["day"] != start.date() and link["day"] >= today():
        return values | {"agent_id": str(agent_id), "day": link["day"]}
    return values | {"agent_id": str(agent_id), "day": start.date(), "hour": start.time()}


def values_of(appointment: Appointment, back: str) -> dict[str, Any]:
    """An appointment as its form shows it."""
    start = local(appointment.starts_at)
    return {
        "agent_id": str(appointment.agent_id),
        "day": start.date(),
        "hour": start.time(),
        "minutes": str(appointment.minutes),
        "purpose": appointment.purpose,
        "place": appointment.place,
        "note": appointment.note,
        "back": back,
    }


def values_to_write(appointment: Appointment, person: Person, actor: Actor, back: str) -> dict[str, Any]:
    """The same for who may write the note: with its words, where they are sealed, and why. That is on record."""
    values = values_of(appointment, back)
    if may_write_note(database(), actor, appointment):
        values |= sealed_values(person, (appointment, "note"))
    return values


def warnings(session: ScopedSession, booking: Booking, person: Person, excluding: UUID | None = None) -> list[str]:
    """The warnings before saving. The agent confirms them once; they never forbid."""
    day = day_of(booking.starts_at)
    found = list(_about_day(day, booking.starts_at))
    for other, whose in queries.overlapping(
        session,
        agent_id=booking.agent.id,
        person_id=person.id,
        starts_at=booking.starts_at,
        minutes=booking.minutes,
        excluding=excluding,
    ):
        hours = {
            "begins": clock_time(other.starts_at),
            "ends": clock_time(other.starts_at + timedelta(minutes=other.minutes)),
        }
        if other.agent_id == booking.agent.id:
            found.append(
                _(
                    "%(agent)s already meets %(name)s from %(begins)s to %(ends)s.",
                    agent=other.agent_name,
                    name=whose.full_name,
                    **hours,
                )
            )
        else:
            found.append(
                _(
                    "%(name)s already meets %(agent)s from %(begins)s to %(ends)s.",
                    agent=other.agent_name,
                    name=whose.full_name,
                    **hours,
                )
            )
    return found


def _about_day(day: date, starts_at: datetime) -> list[str]:
    public_holiday = holiday(day, language_of_request())
    if public_holiday:
        return [_("%(day)s is a public holiday: %(name)s.", day=exact_day(day, weekday=True), name=public_holiday)]
    if is_weekend(day):
        return [_("%(day)s is in the weekend.", day=exact_day(day, weekday=True))]
    return [_("This hour is already past.")] if starts_at < now() else []


def acceptance(booking: Booking, person: Person, found: list[str]) -> str:
    """The key that « anyway » confirms: these warnings at this hour. Another hour gives new warnings."""
    return f"{booking.starts_at.isoformat()}/{booking.minutes}/{booking.agent.id}/{person.id}/{len(found)}"
