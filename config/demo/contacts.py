"""Follow-up: contacts and attempts, appointments kept, missed and to come, notes of the three classes."""

from datetime import date, datetime, timedelta
from uuid import UUID

from clais.dates import working_day_on_or_before
from config.demo.desk import Colleague
from config.demo.life import Life
from tenants.agenda.models import Appointment
from tenants.agenda.workflow import APPOINTMENT
from tenants.follow_up.models import Contact, Note

CONTACT_WEIGHTS = {
    "appointment": 42, "phone": 24, "message": 9, "email": 6, "office": 5, "partner": 2, "home": 2,
    "absent": 6, "no_answer": 3, "message_left": 3,
}  # fmt: skip
PURPOSE_WEIGHTS = {"follow_up": 50, "search": 15, "plan": 12, "bilan": 10, "paperwork": 8, "visit": 5}
NOTE_WEIGHTS = {"fact": 68, "shareable": 22, "confidence": 10}
_SENTENCES = {"absent": "missed", "no_answer": "no_answer", "message_left": "message_left"}


def contacts(life: Life, first: date, last: date) -> None:
    """Contacts some weeks apart between two days; the last one reached the person, on `last`."""
    day = first
    while day < last - timedelta(days=8):
        _contact(life, day, life.dice.pick(CONTACT_WEIGHTS))
        day = working_day_on_or_before(day + timedelta(days=life.dice.randint(13, 30)))
    _contact(life, working_day_on_or_before(last), "appointment" if life.dice.chance(0.5) else "phone")


def _contact(life: Life, day: date, kind: str) -> None:
    if kind in {"appointment", "absent"}:
        keep_appointment(life, day, came=kind == "appointment")
        return
    outcome = kind if kind in _SENTENCES else "reached"
    channel = "phone" if kind in _SENTENCES else kind
    note_contact(life, life.dice.office_moment(day), channel, outcome)


def note_contact(life: Life, moment: datetime, channel: str, outcome: str, **values: object) -> None:
    """A contact or an attempt. Only the first moves the day of the last contact."""
    reached = outcome == "reached"
    key = life.desk.ledger.add(
        Contact, life.dice, moment, person_id=life.key, happened_on=moment.date(), channel=channel, outcome=outcome,
        minutes=life.dice.choice((5, 10, 15, 20, 30, 45)) if reached else None,
        summary=life.voice.say("reached" if reached else _SENTENCES[outcome]) if life.dice.chance(0.8) else None,
        author_id=life.referent.membership_id, author_name=life.referent.name, **values,
    )  # fmt: skip
    if reached:
        life.reached(moment.date())
    life.desk.record(
        life.dice, moment, life.referent, "contact.note", "contact", key, person_id=life.key,
        details={"channel": channel, "outcome": outcome},
    )  # fmt: skip


def keep_appointment(life: Life, day: date, *, came: bool) -> None:
    """An appointment of the past: kept or missed, and the contact that it was."""
    made = working_day_on_or_before(max(day - timedelta(days=life.dice.randint(3, 16)), life.course.arrived.date()))
    starts = life.referent.free_hour(life.dice, day)
    if starts.date() > life.desk.yesterday or starts.date() > life.ends_on:
        note_contact(
            life, life.dice.office_moment(min(day, life.desk.yesterday)), "phone", "reached" if came else "no_answer"
        )
        return
    booked = min(life.dice.office_moment(made), starts - timedelta(minutes=30))
    key = appoint(life, life.referent, starts, booked=booked, steps=("come" if came else "miss",))
    note_contact(life, starts + timedelta(minutes=40), "office", "reached" if came else "absent", appointment_id=key)


def appoint(
    life: Life,
    agent: Colleague,
    starts: datetime,
    *,
    booked: datetime,
    steps: tuple[str, ...] = (),
    purpose: str = "",
    note: str | None = None,
) -> UUID:
    """An appointment made at `booked`, then taken along `steps` of its table; gives its key."""
    dice, desk = life.dice, life.desk
    key, state = dice.key(booked), APPOINTMENT.initial
    for name in steps:
        moment = starts + timedelta(minutes=5) if name in {"come", "miss"} else booked + timedelta(hours=1)
        state = desk.step(dice, moment, agent, APPOINTMENT, "appointment", key, name, state)
    desk.ledger.add(
        Appointment, dice, booked, id=key, person_id=life.key, agent_id=agent.membership_id, agent_name=agent.name,
        starts_at=starts, minutes=dice.choice((30, 45, 45)), purpose=purpose or dice.pick(PURPOSE_WEIGHTS),
        place=dice.choice(desk.place.offices) if desk.place else None, state=state, note=note,
    )  # fmt: skip
    desk.record(dice, booked, agent, "appointment.make", "appointment", key, person_id=life.key)
    return key


def notes(life: Life, first: date, last: date) -> None:
    """Notes some months apart: most for the team, some that may travel, a few in confidence."""
    day = first
    others = [colleague.membership_id for colleague in life.desk.of_role("agent", "coordinator")]
    while day <= last:
        kind = life.dice.pick(NOTE_WEIGHTS)
        moment = life.dice.office_moment(day)
        text = life.voice.say("notes", kind)
        readers = (
            [other for other in others if other != life.referent.membership_id][:1] if life.dice.chance(0.5) else []
        )
        key = life.desk.ledger.add(
            Note, life.dice, moment, person_id=life.key, note_class=kind, text=text,
            author_id=life.referent.membership_id, author_name=life.referent.name,
            readers=readers if kind == "confidence" else [], written_at=moment,
        )  # fmt: skip
        if kind == "shareable":
            life.shareable_notes.append((key, moment, text))
        life.desk.record(
            life.dice, moment, life.referent, "note.write", "note", key, person_id=life.key, details={"class": kind}
        )
        day = working_day_on_or_before(day + timedelta(days=life.dice.randint(35, 110)))


def to_come(life: Life, day: date) -> None:
    """An appointment to come, on `day` or the next one that the referent has free."""
    booked = life.dice.office_moment(max(life.course.arrived.date(), working_day_on_or_before(life.desk.yesterday)))
    booked = max(booked, life.course.arrived + timedelta(minutes=10))
    starts = life.referent.free_hour(life.dice, day)
    appoint(life, life.referent, starts, booked=booked, steps=("confirm",) if life.dice.chance(0.5) else ())
