"""Appointments as the screen shows them: in a row with their acts, in a week, on the thread of a file."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from uuid import UUID

from flask import url_for

from clais.actor import Actor
from clais.clock import now, today
from clais.database import ScopedSession
from clais.dates import day_of, holiday, is_weekend
from clais.text import lower_first
from clais.translation import gettext as _
from clais.translation import pgettext
from clais.web.formatting import beside_row_day, clock_time, day_as, near_day, row_moment
from clais.web.translations import language_of_request
from tenants.agenda import queries
from tenants.agenda.choices import PURPOSES
from tenants.agenda.models import Appointment
from tenants.agenda.workflow import AHEAD, APPOINTMENT
from tenants.follow_up.queries import authors_of_reports
from tenants.people.models import Person
from tenants.people.urls import home_of
from tenants.people.workflow import OPEN_STAGES

TAG_KINDS = {"planned": "", "confirmed": "here", "came": "done", "absent": "late", "cancelled": ""}
SOON = timedelta(minutes=30)
WORKING_WEEK = 5
NOUNS = {
    "confirm": "confirmation", "come": "presence", "miss": "absence", "cancel": "annulation", "undo": "retour",
}  # fmt: skip
"""Transition → the last word of its address."""


@dataclass(frozen=True, slots=True)
class Act:
    """A button of a row: `name` is the end of its address, or an endpoint when `link`."""

    name: str
    label: str
    link: str | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """One appointment: its texts, its state, its most likely act now, and the other acts."""

    id: UUID
    version: int
    when: str
    who: str
    who_url: str
    why: str
    state: str
    state_label: str
    tag_kind: str
    is_now: bool
    main: Act | None
    others: list[Act] = field(default_factory=list)
    distance: str = ""
    arrived: str = ""


def ends_at(appointment: Appointment) -> datetime:
    """When an appointment ends."""
    return appointment.starts_at + timedelta(minutes=appointment.minutes)


def rows_of(
    session: ScopedSession,
    found: Iterable[queries.AppointmentWithPerson],
    actor: Actor,
    back: str,
    *,
    team: bool = False,
) -> list[Row]:
    """Appointments in rows. `back` is the page that shows them; `team` adds the name of the agent."""
    pairs = list(found)
    came = [appointment.id for appointment, _person in pairs if appointment.state == "came"]
    authors = authors_of_reports(session, came) if actor.may("follow_up.write") else {}
    return [_row(*pair, actor, back, authors.get(pair[0].id), team=team) for pair in pairs]


def _row(
    appointment: Appointment, person: Person, actor: Actor, back: str, author_id: UUID | None, *, team: bool
) -> Row:
    starts, ends = appointment.starts_at, ends_at(appointment)
    main, others = _acts(appointment, person, actor, back, author_id)
    purpose = purpose_text(appointment)
    on_file = back == "file"
    parts = [None if on_file else purpose, appointment.place]
    names_agent = team and not (on_file and appointment.agent_id == actor.membership_id)
    parts += [_("with %(name)s", name=appointment.agent_name)] if names_agent else []
    hours = _("until %(hour)s", hour=clock_time(ends))
    return Row(
        id=appointment.id,
        version=appointment.version,
        when=clock_time(starts) if back in {"day", "agenda", "desk"} else row_moment(starts),
        distance=_distance(appointment) if on_file else "",
        arrived=arrived_text(appointment),
        # On the file everything is about the person: there the purpose names the row.
        who=purpose if on_file else person.full_name,
        who_url=_link("agenda.show", appointment, back) if on_file else home_of(person),
        why=" · ".join(part for part in (*parts, hours, appointment.note) if part),
        state=appointment.state,
        state_label=lower_first(_(APPOINTMENT.states[appointment.state])),
        tag_kind=TAG_KINDS[appointment.state],
        is_now=appointment.state in AHEAD and starts - SOON <= now() < ends,
        main=main,
        others=others,
    )


def purpose_text(appointment: Appointment) -> str:
    """What an appointment is for."""
    return _(PURPOSES.get(appointment.purpose, appointment.purpose))


def arrived_text(appointment: Appointment) -> str:
    """Since when the person is there; nothing once the meeting has its outcome."""
    if appointment.arrived_at is None or appointment.state not in AHEAD:
        return ""
    return _("there since %(hour)s", hour=clock_time(appointment.arrived_at))


def is_over(appointment: Appointment) -> bool:
    """Whether an appointment has its outcome, or has ended."""
    return appointment.state not in AHEAD or ends_at(appointment) <= now()


def _distance(appointment: Appointment) -> str:
    """How far it is; of the appointments of today those that are over are told apart."""
    of_today = day_of(appointment.starts_at) == today()
    return (
        pgettext("an appointment", "over")
        if of_today and is_over(appointment)
        else beside_row_day(appointment.starts_at)
    )


def _acts(
    appointment: Appointment, person: Person, actor: Actor, back: str, author_id: UUID | None
) -> tuple[Act | None, list[Act]]:
    """The most likely act at this hour and in this state, and the other possible ones.

    `author_id` is who wrote the report of the interview.
    """
    steps = APPOINTMENT.buttons(appointment, actor.permissions)
    if not steps:
        return None, []
    buttons = {
        name: Act("", _(step.label), _link("agenda.change", appointment, back))
        if name == "move"
        else Act(NOUNS[name], _(step.label))
        for name, step in steps.items()
    }
    if appointment.state not in AHEAD:
        if person.stage not in OPEN_STAGES and appointment.state != "came":
            # Nobody is expected again in a closed file: what was cancelled stays so.
            return (None if appointment.state == "cancelled" else buttons["undo"]), []
        return _acts_afterwards(appointment, actor, back, buttons["undo"], author_id)
    if day_of(appointment.starts_at) > today():
        likely: tuple[str, ...] = ("confirm", "move", "cancel", "undo")
    elif appointment.starts_at - SOON > now():
        likely = ("confirm", "come", "miss", "move", "cancel", "undo")
    else:
        likely = ("come", "miss", "move", "cancel", "undo")
    main, *others = [buttons[name] for name in likely if name in buttons]
    return main, others


def _acts_afterwards(
    appointment: Appointment, actor: Actor, back: str, undo: Act, author_id: UUID | None
) -> tuple[Act | None, list[Act]]:
    if appointment.state != "came":
        again = url_for("agenda.new", person_id=appointment.person_id, back=back)
        return Act("", _("Another appointment"), again), [undo]
    if not actor.may("follow_up.write"):
        return undo, []
    if author_id is not None and author_id != actor.membership_id:
        # Nobody writes over a colleague's report; the page of the appointment shows it.
        shown = (
            None if back == "appointment" else Act("", _("Read the report"), _link("agenda.show", appointment, back))
        )
        return shown, [undo]
    label = _("Note the interview") if author_id is None else _("Correct")
    return Act("", label, _link("agenda.report", appointment, back)), [undo]


def _link(endpoint: str, appointment: Appointment, back: str) -> str:
    return url_for(endpoint, appointment_id=appointment.id, back=back)


@dataclass(frozen=True, slots=True)
class Day:
    """One day of the week: its name, the reason it is closed, and its appointments."""

    day: date
    name: str
    is_today: bool
    closed: str | None
    appointments: list[queries.AppointmentWithPerson]


def week(appointments: list[queries.AppointmentWithPerson], monday: date) -> list[Day]:
    """The days of a week; Saturday and Sunday only when they have appointments."""
    days = []
    for number in range(7):
        day = monday + timedelta(days=number)
        mine = [pair for pair in appointments if day_of(pair[0].starts_at) == day]
        if mine or number < WORKING_WEEK:
            days.append(one_day(day, mine))
    return days


def one_day(day: date, appointments: list[queries.AppointmentWithPerson]) -> Day:
    """One day with its appointments."""
    closed = holiday(day, language_of_request()) or (_("weekend") if is_weekend(day) else None)
    return Day(day, day_as(day, "EEEE"), day == today(), closed, appointments)


def moment_in_words(moment: datetime) -> str:
    """A moment for a sentence: lundi 23 novembre à 10:30."""
    return _("%(day)s at %(hour)s", day=near_day(moment, weekday=True), hour=clock_time(moment))
