"""A local platform's two years: its people, who follows them, its partners and the questions at its desk."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from clais.dates import working_day_on_or_before
from clais.encryption import Keyring
from clais.registry.models import Partner
from config.demo import contacts, path
from config.demo.cast import Part
from config.demo.course import Course, draw_course
from config.demo.desk import Colleague, Desk
from config.demo.dice import Dice
from config.demo.life import Life, draw_project, walk, write_person
from config.demo.persons import invent
from config.demo.texts import read
from config.demo.voice import Voice
from tenants.intake.models import InformationRequest
from tenants.people.models import RecentlyOpened

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
_WITHOUT_CONTACT = 0.06


@dataclass(frozen=True, slots=True)
class Share:
    """How much of the demo is one platform's: `first` numbers its people apart from those of the others."""

    people: int
    first: int
    seed: str


def live(desk: Desk, keyring: Keyring, share: Share, parts: Sequence[Part] = ()) -> list[Life]:
    """Fill the ledger of a platform and give the lives in it, by day of arrival. `parts` are people of the story."""
    if desk.place is None:
        raise ValueError("a platform has a place")
    agents = desk.of_role("agent")
    drawn = [
        _draw(desk, share, number, parts[number] if number < len(parts) else None) for number in range(share.people)
    ]
    # Public numbers are given in order of arrival, as they would have been.
    drawn.sort(key=lambda one: one[1].arrived)
    lives = []
    for dice, course, part, number in drawn:
        person = invent(dice, desk.place, course.arrived, share.first + number, part.named if part else None)
        referent = agents[0] if part else dice.choice(agents)
        project = part.project() if part else draw_project(dice, person.values["sex"])
        voice = Voice(dice, person.values["sex"], person.values["given_names"], project["into"])
        reference = desk.reference("", course.arrived)
        main = bool(parts) and referent is agents[0]
        life = Life(dice, desk, person, course, referent, project, voice, reference, part is not None, main)
        if course.steps and dice.chance(0.7):
            life.availability = voice.say("availabilities")
        _follow(life)
        if part:
            part.play(life)
        write_person(life, keyring, authorised=desk.place.authorisation is not None)
        lives.append(life)
    return lives


def _draw(desk: Desk, share: Share, number: int, part: Part | None) -> tuple[Dice, Course, Part | None, int]:
    dice = Dice(f"{share.seed}/{desk.code}/{number}")
    course = part.course(dice, desk) if part else draw_course(dice, desk.today, desk.yesterday)
    return dice, course, part, number


def _follow(life: Life) -> None:
    """What happened between the steps. The main agent's files are up to date, so that their day shows the story."""
    moments = walk(life)
    began = moments.get("begin_orientation")
    if began is not None:
        path.wish(life, began)
        first = path.bilans(life, began.date())
        followed = moments.get("begin_follow_up")
        if followed is not None:
            path.decide(life, followed - timedelta(minutes=20), first)
            path.plan(
                life, followed, overdue=0 if life.main else 2, late_review=not life.main and life.dice.chance(0.08)
            )
        elif life.dice.chance(0.4):
            path.decide(life, life.dice.office_moment(life.ends_on), first)
    first_day = (began or life.course.arrived).date()
    if not life.course.steps:
        return
    if not life.part:
        contacts.contacts(life, first_day, _last_contact(life))
    contacts.notes(life, first_day, life.ends_on)
    if life.is_open and not life.part and life.dice.chance(0.3):
        contacts.to_come(life, life.desk.today + timedelta(days=life.dice.randint(1, 20)))


def _last_contact(life: Life) -> date:
    if not life.is_open:
        return max(
            life.course.arrived.date(), working_day_on_or_before(life.ends_on - timedelta(days=life.dice.randint(0, 6)))
        )
    lost = life.dice.chance(_WITHOUT_CONTACT) and not life.main
    ago = life.dice.randint(31, 58) if lost else life.dice.randint(1, 26)
    return max(life.course.arrived.date(), working_day_on_or_before(life.desk.today - timedelta(days=ago)))


def furnish(desk: Desk, dice: Dice, days: int = 730) -> None:
    """Partners, anonymous questions at the desk, files opened lately, and today's appointments of each agent."""
    if desk.place is None:
        raise ValueError("a platform has a place")
    opened = desk.today - timedelta(days=days)
    for number, partner in enumerate(read("partners")["partners"]):
        name = partner["name"].format(place=desk.place.name)
        contact = f"accueil.{number + 1}@{desk.place.slug}.example"
        desk.ledger.add(
            Partner, dice, dice.office_moment(working_day_on_or_before(opened)), name=name, kind=partner["kind"],
            is_member=partner["is_member"], phone=f"+327100{dice.randrange(10_000):04d}", email=contact,
            address=f"{dice.choice(read('partners')['streets'])} {dice.randint(1, 90)}, {desk.place.localities[0][0]} "
            f"{desk.place.localities[0][1]}",
            note=partner["note"],
        )  # fmt: skip
    day = opened
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


def today_of(desk: Desk, dice: Dice, lives: Sequence[Life], story: bool) -> None:
    """Three or four appointments today for each agent, and the files that they opened last."""
    for agent in desk.of_role("agent"):
        own = [life for life in lives if life.referent is agent and life.is_open and life.course.steps]
        if not own:
            continue
        scripted = story and agent is desk.of_role("agent")[0]
        for life in dice.sample(own, min(len(own), 1 if scripted else dice.randint(3, 4))):
            _today(agent, life, desk.today)
        for age, life in enumerate(dice.sample(own, min(len(own), 6))):
            opened = dice.office_moment(desk.yesterday) - timedelta(hours=age)
            desk.ledger.add(
                RecentlyOpened, dice, opened, membership_id=agent.membership_id, person_id=life.key, opened_at=opened
            )
            desk.record(dice, opened, agent, "person.read", "person", life.key, person_id=life.key)


def _today(agent: Colleague, life: Life, today: date) -> None:
    starts = agent.free_hour(life.dice, today)
    booked = life.dice.office_moment(life.desk.yesterday)
    booked = max(booked, life.course.arrived + timedelta(minutes=10))
    contacts.appoint(life, agent, starts, booked=booked, steps=("confirm",) if life.dice.chance(0.6) else ())
