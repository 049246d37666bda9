"""Agenda: appointments kept, missed and to come, among the other contacts of the follow-up."""

from datetime import date, datetime, timedelta
from uuid import UUID

from clais.dates import working_day_on_or_before
from config.demo.engine.desk import Colleague
from config.demo.engine.history import History
from config.demo.follow_up import SENTENCES, note_contact
from tenants.agenda.models import Appointment
from tenants.agenda.workflow import APPOINTMENT

CONTACT_WEIGHTS = {
    "appointment": 42, "phone": 24, "message": 9, "email": 6, "office": 5, "partner": 2, "home": 2,
    "absent": 6, "no_answer": 3, "message_left": 3,
}  # fmt: skip
PURPOSE_WEIGHTS = {"follow_up": 50, "search": 15, "plan": 12, "bilan": 10, "paperwork": 8, "visit": 5}
SAID_AFTER = timedelta(minutes=40)
"""After its beginning, an appointment is said to be kept or missed: that is the contact."""


def contacts(history: History, first: date, last: date) -> None:
    """Contacts some weeks apart between two days; the last one reached the person, on `last`."""
    day = first
    while day < last - timedelta(days=8):
        _contact(history, day, history.dice.pick(CONTACT_WEIGHTS))
        day = working_day_on_or_before(day + timedelta(days=history.dice.randint(13, 30)))
    _contact(history, working_day_on_or_before(last), "appointment" if history.dice.chance(0.5) else "phone")


def _contact(history: History, day: date, kind: str) -> None:
    if kind in {"appointment", "absent"}:
        keep_appointment(history, day, came=kind == "appointment")
        return
    outcome = kind if kind in SENTENCES else "reached"
    channel = "phone" if kind in SENTENCES else kind
    note_contact(history, history.moment_on(day), channel, outcome)


def keep_appointment(history: History, day: date, *, came: bool) -> None:
    """An appointment of the past: kept or missed, and the contact that it was."""
    made = working_day_on_or_before(
        max(day - timedelta(days=history.dice.randint(3, 16)), history.timeline.arrived.date())
    )
    starts = history.referent.free_hour(history.dice, day)
    # Nobody makes an appointment for a file that is closed.
    began = history.reopened_at or history.received_at
    too_early = began is not None and starts < began + timedelta(hours=1)
    if too_early or starts.date() > history.desk.yesterday or starts.date() > history.ends_on:
        note_contact(
            history,
            history.moment_on(min(day, history.desk.yesterday)),
            "phone",
            "reached" if came else "no_answer",
        )
        return
    booked = history.moment_on(made)
    if began is not None:
        booked = max(booked, began + timedelta(minutes=10))
    booked = min(booked, starts - timedelta(minutes=30))
    key = appoint(history, history.referent, starts, booked=booked, steps=("come" if came else "miss",))
    note_contact(history, starts + SAID_AFTER, "office", "reached" if came else "absent", appointment_id=key)


def appoint(
    history: History,
    agent: Colleague,
    starts: datetime,
    *,
    booked: datetime,
    steps: tuple[str, ...] = (),
    purpose: str = "",
    note: str | None = None,
) -> UUID:
    """An appointment made at `booked`, then taken along `steps` of its table; gives its key."""
    dice, desk = history.dice, history.desk
    key, state = dice.key(booked), APPOINTMENT.initial
    for name in steps:
        moment = starts + SAID_AFTER if name in {"come", "miss"} else booked + timedelta(hours=1)
        state = desk.step(dice, moment, agent, APPOINTMENT, "appointment", key, name, state)
    desk.ledger.add(
        Appointment, dice, booked, id=key, person_id=history.key, agent_id=agent.membership_id, agent_name=agent.name,
        starts_at=starts, minutes=dice.choice((30, 45, 45)), purpose=(purpose := purpose or dice.pick(PURPOSE_WEIGHTS)),
        place=dice.choice(desk.place.offices) if desk.place else None, state=state, note=note,
    )  # fmt: skip
    desk.record(
        dice, booked, agent, "appointment.make", "appointment", key, person_id=history.key,
        details={"purpose": purpose},
    )  # fmt: skip
    return key


def to_come(history: History, day: date) -> None:
    """An appointment to come, on `day` or the next one that the referent has free."""
    booked = history.dice.office_moment(
        max(history.timeline.arrived.date(), working_day_on_or_before(history.desk.yesterday))
    )
    booked = max(booked, history.timeline.arrived + timedelta(minutes=10))
    starts = history.referent.free_hour(history.dice, day)
    appoint(history, history.referent, starts, booked=booked, steps=("confirm",) if history.dice.chance(0.5) else ())


def today(agent: Colleague, history: History, day: date) -> None:
    """An appointment of an agent on the day on which the demo is looked at."""
    starts = agent.free_hour(history.dice, day)
    booked = history.dice.office_moment(history.desk.yesterday)
    booked = max(booked, history.timeline.arrived + timedelta(minutes=10))
    appoint(history, agent, starts, booked=booked, steps=("confirm",) if history.dice.chance(0.6) else ())
