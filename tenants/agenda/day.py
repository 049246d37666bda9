"""What the agenda puts on someone's day: appointments to settle, files without referent, people who wait."""

from collections.abc import Callable, Iterator
from functools import partial

from flask import url_for

from clais.actor import Actor
from clais.clock import today
from clais.database import ScopedSession
from clais.feature.day import MOST, SOON, TODAY, Waiting, Words
from clais.services import services
from clais.translation import gettext as _
from clais.web.formatting import clock_time, near_day, relative_day
from tenants.agenda import queries
from tenants.agenda.colleagues import of_the_gone
from tenants.agenda.models import Appointment
from tenants.agenda.presentation import without_contact_line
from tenants.agenda.silence import FileWithoutContact
from tenants.people import following
from tenants.people.models import Person
from tenants.people.urls import file_url, home_of


def appointments_to_settle(appointments: list[queries.AppointmentWithPerson]) -> Iterator[Waiting]:
    """The actor's past appointments without an outcome, the latest first."""
    for appointment, person in appointments[: -MOST - 1 : -1]:
        yield _of_appointment(TODAY + 1, appointment, person, _to_settle)


def appointments_of_the_gone(session: ScopedSession, actor: Actor) -> Iterator[Waiting]:
    """The appointments in the agenda of someone who left, for who follows the person now."""
    for appointment, person in of_the_gone(session, actor, services().permissions, MOST):
        yield _of_appointment(TODAY, appointment, person, _to_take_over)


def _of_appointment(
    urgency: int, appointment: Appointment, person: Person, words: Callable[[Appointment, Person], Words]
) -> Waiting:
    return Waiting(
        urgency,
        person.full_name,
        partial(words, appointment, person),
        appointment.starts_at,
        subject=str(appointment.id),
        icon="calendar3",
        person_id=person.id,
    )


def _to_settle(appointment: Appointment, person: Person) -> Words:
    return Words(
        _(
            "Appointment of %(day)s at %(hour)s: did the person come?",
            day=near_day(appointment.starts_at),
            hour=clock_time(appointment.starts_at),
        ),
        _("Say it"),
        url_for("agenda.show", appointment_id=appointment.id),
        _("to settle"),
        "wait",
        home_of(person),
    )


def _to_take_over(appointment: Appointment, person: Person) -> Words:
    return Words(
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
        home_of(person),
    )


def files_to_hear_of(found: list[FileWithoutContact]) -> Iterator[Waiting]:
    """The actor's files without contact, the longest first."""
    for file in found:
        person = file[0]
        since = person.last_contact_on or person.stage_since
        yield Waiting(
            SOON,
            person.full_name,
            partial(_to_hear_of, file),
            since,
            # With the day: after a contact, the file waits anew.
            subject=f"{person.id} {since.isoformat()}",
            icon="telephone",
            person_id=person.id,
        )


def _to_hear_of(file: FileWithoutContact) -> Words:
    line = without_contact_line(*file)
    return Words(
        line.why,
        _("Note a contact"),
        url_for("follow_up.new_contact", person_id=line.person_id, back="day"),
        line.days,
        who_url=file_url(line.person_id),
    )


def files_without_referent(session: ScopedSession, _actor: Actor) -> Iterator[Waiting]:
    """The open files without referent, for the members who assign them."""
    for person in following.files_without_referent(session, services().permissions, limit=MOST):
        yield Waiting(
            TODAY + 2,
            person.full_name,
            partial(_to_assign, person),
            person.stage_since,
            subject=str(person.id),
            icon="person-check",
            person_id=person.id,
        )


def _to_assign(person: Person) -> Words:
    return Words(
        _("Nobody follows this file since %(day)s.", day=near_day(person.stage_since)),
        _("Choose a referent"),
        url_for("people.referent", person_id=person.id),
        _("without referent"),
        "wait",
        file_url(person.id),
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
            partial(_to_receive, person),
            person.stage_since,
            subject=str(person.id),
            icon="door-open",
            person_id=person.id,
        )


def _to_receive(person: Person) -> Words:
    return Words(
        _("Waits for a first interview since %(day)s.", day=near_day(person.stage_since)),
        _("Make an appointment"),
        url_for("agenda.new", person_id=person.id, back="day"),
        relative_day(person.stage_since),
        "wait" if person.stage_since < today() else "",
        home_of(person),
    )
