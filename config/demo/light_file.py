"""A file with a light history: card, stages, one contact; for some a plan, and for a few of them a referral."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from clais.dates import working_day_on_or_before
from clais.encryption import Keyring
from config.demo import follow_up, orientation
from config.demo.catalogue import PublishedScheme
from config.demo.engine.desk import Desk
from config.demo.engine.dice import Dice
from config.demo.engine.history import History, draw_project
from config.demo.engine.timeline import draw_timeline
from config.demo.engine.voice import Voice
from config.demo.file import take_steps
from config.demo.people import invent, write_person
from config.demo.referrals.drawing import DrawnReferral, lapses_on
from config.demo.referrals.writing import write_referral

_PLANNED = 0.4


@dataclass(frozen=True, slots=True)
class Sending:
    """How referrals are drawn: to whom, for which schemes, weights of their states, share of the people with one."""

    centre: Desk
    schemes: Sequence[PublishedScheme]
    states: Mapping[str, int]
    referred: float


def file_reference(desk: Desk, number: int) -> str:
    """The public number of the `number`-th person of a platform."""
    return f"{desk.code}-{desk.today.year}-{number + 1:05d}"


def write_light_file(desk: Desk, keyring: Keyring, dice: Dice, number: int, sending: Sending) -> None:
    """Put down the `number`-th person of a platform."""
    if desk.place is None:
        raise ValueError("a platform has a place")
    timeline = draw_timeline(dice, desk.today, desk.yesterday)
    person = invent(dice, desk.place, timeline.arrived, number)
    project = draw_project(dice, person.values["sex"])
    voice = Voice(dice, person.values["sex"], person.values["given_names"], project["into"])
    reference = file_reference(desk, number)
    history = History(
        dice, desk, person, timeline, desk.colleagues[number % len(desk.colleagues)], project, voice, reference
    )
    moments = take_steps(history)
    followed = moments.get("begin_follow_up")
    if timeline.steps:
        follow_up.note_contact(history, history.moment_on(history.ends_on), "phone", "reached")
    if followed is not None and dice.chance(_PLANNED):
        history.goal = project["goal"]
        orientation.plan(history, followed, overdue=2)
        if history.is_open and dice.chance(sending.referred / _PLANNED * 2):
            _refer(history, number, sending, followed)
    write_person(history, keyring, authorised=desk.place.authorisation is not None)


def _refer(history: History, number: int, sending: Sending, planned: datetime) -> None:
    """A referral in one of the states; none before the plan, whose goal travels."""
    dice, desk = history.dice, history.desk
    scheme = dice.choice(sending.schemes)
    state = dice.pick(sending.states)
    ago = dice.randint(0, 6) if state == "requested" else dice.randint(40, 50)
    sent = dice.office_moment(working_day_on_or_before(desk.yesterday - timedelta(days=ago)))
    still_open = [session for session in scheme.sessions if session.closes_on >= sent.date()]
    if sent <= planned or not still_open:
        return
    steps = [("send", sent)]
    if state == "cancelled":
        steps.append(("cancel", sent + timedelta(days=20)))
    elif state == "lapsed":
        steps.append(("lapse", dice.office_moment(lapses_on(sent))))
    referral = DrawnReferral(history, sending.centre, state, steps, dice.choice(still_open))
    referral.reference = f"{desk.code}-R{desk.today.year}-{number + 1:05d}"
    write_referral(referral, sending.centre.colleagues[0])
