"""What the agenda puts on someone's day: appointments to settle, files without referent, people who wait."""

from collections.abc import Iterator

from flask import url_for

from clais.actor import Actor
from clais.clock import today
from clais.database import ScopedSession
from clais.feature.day import MOST, SOON, TODAY, Waiting
from clais.services import services
from clais.translation import gettext as _
from clais.web.formatting import clock_time, near_day, relative_day
from tenants.agenda import queries
from tenants.agenda.colleagues import of_the_gone
from tenants.agenda.presentation import without_contact_lines
from tenants.people import following
from tenants.people.urls import file_url, home_of


def appointments_to_settle(appointments: list[queries.AppointmentWithPerson]) -> Iterator[Waiting]:
    """The actor's past appointments without an outcome, the latest first."""
    for appointment, person in appointments[: -MOST - 1 : -1]:
        yield Waiting(
            TODAY + 1,
            person.full_name,
            _(
                "Appointment of %(day)s at %(hour)s: did the person come?",
                day=near_day(appointment.starts_at),
                hour=clock_time(appointment.starts_at),
            ),
            _("Say it"),
            url_for("agenda.show", appointment_id=appointment.id),
            _("to settle"),
            "wait",
            appointment.starts_at,
            home_of(person),
            subject=str(appointment.id),
            icon="calendar3",
            person_id=person.id,
        )


def files_to_hear_of(found: list[queries.FileWithoutContact]) -> Iterator[Waiting]:
    """The actor's files without contact, the longest first."""
    for (person, _last, _following), line in zip(found, without_contact_lines(found), strict=True):
        since = person.last_contact_on or person.stage_since
        yield Waiting(
            SOON,
            person.full_name,
            line.why,
            _("Note a contact"),
            url_for("follow_up.new_contact", person_id=person.id, back="day"),
            line.days,
            "",
            since,
            file_url(person.id),
            # With the day: after a contact, the file waits anew.
            subject=f"{person.id} {since.isoformat()}",
            icon="telephone",
            person_id=person.id,
        )


def files_without_referent(session: ScopedSession, _actor: Actor) -> Iterator[Waiting]:
    """The open files without referent, for the members who assign them."""
    for person in following.files_without_referent(session, services().permissions, limit=MOST):
        yield Waiting(
            TODAY + 2,
            person.full_name,
            _("Nobody follows this file since %(day)s.", day=near_day(person.stage_since)),
            _("Choose a referent"),
            url_for("people.referent", person_id=person.id),
            _("without referent"),
            "wait",
            person.stage_since,
            file_url(person.id),
            subject=str(person.id),
            icon="person-check",
            person_id=person.id,
        )


def people_who_wait(session: ScopedSession, actor: Actor) -> Iterator[Waiting]:
    """The people without referent or appointment, for the reception."""
    if actor.may("follow_up.read"):
        return
    people = following.files_without_referent(
        session, services().permissions, stages=("registered", "in_intake"), limit=2 * MOST
    )
    coming = queries.next_appointments(session, [person.id for person in people])
    for person in [person for person in people if person.id not in coming][:MOST]:
        yield Waiting(
            TODAY,
            person.full_name,
            _("Waits for a first interview since %(day)s.", day=near_day(person.stage_since)),
            _("Make an appointment"),
            url_for("agenda.new", person_id=person.id, back="day"),
            relative_day(person.stage_since),
            "wait" if person.stage_since < today() else "",
            person.stage_since,
            home_of(person),
            subject=str(person.id),
            icon="door-open",
            person_id=person.id,
        )


def appointments_of_the_gone(session: ScopedSession, actor: Actor) -> Iterator[Waiting]:
    """The appointments in the agenda of someone who left, for who follows the person now."""
    for appointment, person in of_the_gone(session, actor, services().permissions, MOST):
        yield Waiting(
            TODAY,
            person.full_name,
            _(
                "Appointment of %(day)s at %(hour)s with %(name)s, who has left: who takes it?",
                day=near_day(appointment.starts_at),
                hour=clock_time(appointment.starts_at),
                name=appointment.agent_name,
            ),
            _("Open it"),
            url_for("agenda.show", appointment_id=appointment.id),
            _("to take over"),
            "wait",
            appointment.starts_at,
            home_of(person),
            subject=str(appointment.id),
            icon="calendar3",
            person_id=person.id,
        )
