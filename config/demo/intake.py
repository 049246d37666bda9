"""Intake: receptions, and the anonymous questions that are counted at the desk."""

from datetime import date, datetime, timedelta
from uuid import UUID

from clais.dates import working_day_on_or_before
from config.demo.engine.desk import Colleague, Desk
from config.demo.engine.dice import Dice
from config.demo.engine.history import History
from config.demo.engine.texts import read
from tenants.intake.models import InformationRequest, Intake
from tenants.questionnaires.models import InstrumentAnswer, InstrumentFilling
from tenants.questionnaires.workflow import FILLING

CHANNEL_WEIGHTS = {"visit": 46, "phone": 16, "email": 6, "partner": 24, "territory": 3, "invited": 5}
REQUEST_WEIGHTS = {
    "work": 34, "training": 22, "project": 14, "french": 10, "papers": 8, "mobility": 5, "childcare": 4, "business": 3,
}  # fmt: skip
REACHED = "joignable"
"""What the second version of the intake form asks beside what every reception keeps."""
URGENT = ("shelter", "food", "income", "energy", "care", "safety", "deadline")
QUESTIONS = {
    "channel": {"visit": 55, "phone": 35, "email": 10},
    "topic": {
        "work": 24, "training": 20, "french": 14, "allowances": 14, "papers": 10, "childcare": 6, "mobility": 6,
        "housing": 6,
    },
    "answer": {"informed": 44, "directed": 24, "documents": 12, "appointment": 18, "none": 2},
    "age_band": {"18_24": 26, "25_34": 28, "35_44": 22, "45_54": 16, "55_plus": 8},
    "sex": {"woman": 54, "man": 44, "undeclared": 2},
}  # fmt: skip


def receive(history: History, moment: datetime, *, returning: bool = False) -> Colleague:
    """A reception: how they came, what they ask, what cannot wait. Gives who received them."""
    dice, voice = history.dice, history.voice
    channel = "visit" if returning else dice.pick(CHANNEL_WEIGHTS)
    kinds = list(dict.fromkeys([dice.pick(REQUEST_WEIGHTS) for _ in range(dice.choice((1, 1, 2, 3)))]))
    urgent = dice.some(URGENT, 2, 1) if dice.chance(0.14) else []
    # Whoever works in a platform begins an intake; a file is opened again by those who follow people.
    clerk = history.referent if returning else dice.choice(history.desk.colleagues)
    key = history.desk.ledger.add(
        Intake, dice, moment, person_id=history.key, received_on=moment.date(), channel=channel,
        sent_by=dice.choice(read("sentences")["senders"]) if channel in {"partner", "invited"} else None,
        request=voice.say("closing", "reopened") if returning else voice.say("requests"), request_kinds=kinds,
        urgent_needs=urgent, urgent_note=voice.say("urgent", urgent[0]) if urgent else None,
        received_by=clerk.name, filling_id=_asked(history, moment, clerk),
    )  # fmt: skip
    history.desk.record(
        dice, moment, clerk, "intake.receive", "intake", key, person_id=history.key, details={"channel": channel}
    )
    history.reached(moment.date())
    history.received_at = history.received_at or moment
    return clerk


def _asked(history: History, moment: datetime, clerk: Colleague) -> UUID | None:
    """The filling that says what was asked, with dice of its own; None before the platform adopted a version."""
    day, desk = moment.date(), history.desk
    asked = next((one for one in reversed(desk.receptions_asked) if one.since <= day), None)
    if asked is None:
        return None
    dice = Dice(f"{history.key}/{moment}/asked")
    key = dice.key(moment)
    state = desk.step(dice, moment, clerk, FILLING, "instrument_filling", key, "receive", FILLING.initial)
    desk.ledger.add(
        InstrumentFilling, dice, moment, id=key, person_id=history.key, centre_id=asked.centre,
        instrument_id=asked.instrument, instrument_version_id=asked.version, content_id=asked.content,
        number=asked.number, kind="intake", name="Fiche d'accueil", state=state, begun_on=day, begun_by=clerk.name,
        finished_on=day,
    )  # fmt: skip
    if asked.number > 1 and dice.chance(0.75):
        said = dice.choice(read("sentences")["reachable"])
        desk.ledger.add(InstrumentAnswer, dice, moment, filling_id=key, item=REACHED, value=said, given_by=clerk.name)
    return key


def questions(desk: Desk, dice: Dice, first: date) -> None:
    """Anonymous questions at the desk, some days apart, from `first` until the last working day."""
    day = first
    while day < desk.today:
        day += timedelta(days=dice.randint(2, 12))
        _question(desk, dice, min(working_day_on_or_before(day), desk.yesterday))


def _question(desk: Desk, dice: Dice, day: date) -> None:
    clerk = dice.choice(desk.of_role("receptionist", "agent"))
    moment = dice.office_moment(day)
    drawn = {name: dice.pick(weights) for name, weights in QUESTIONS.items()}
    place = dice.choice(desk.place.localities) if desk.place else None
    key = desk.ledger.add(
        InformationRequest, dice, moment, **drawn, received_on=day, minutes=dice.choice((5, 5, 10, 15, 20)),
        postal_code=place[0] if place and dice.chance(0.8) else None, recorded_by=clerk.name,
    )  # fmt: skip
    desk.record(dice, moment, clerk, "information_request.create", "information_request", key)
