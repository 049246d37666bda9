"""One person's file: card, keys, receptions and stages. What happens in between is in `path` and `contacts`."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from clais.encryption import Keyring
from config.demo.course import Course
from config.demo.desk import Colleague, Desk
from config.demo.dice import Dice, at
from config.demo.persons import Invented, sealed_number
from config.demo.texts import read
from config.demo.voice import Voice
from tenants.intake.models import Intake
from tenants.people.matching.keys import keys_of
from tenants.people.models import Person, PersonKey
from tenants.people.workflow import STAGE

CHANNEL_WEIGHTS = {"visit": 46, "phone": 16, "email": 6, "partner": 24, "territory": 3, "invited": 5}
REQUEST_WEIGHTS = {
    "work": 34, "training": 22, "project": 14, "french": 10, "papers": 8, "mobility": 5, "childcare": 4, "business": 3,
}  # fmt: skip
URGENT = ("shelter", "food", "income", "energy", "care", "safety", "deadline")
CONSENT_WEIGHTS = {"spoken": 45, "paper": 35, "screen": 20}
NUMBER_PURPOSE = "national_number"


@dataclass(slots=True)
class Life:
    """A person at work in the ledger: who they are, how they speak, who follows them, and where they got to."""

    dice: Dice
    desk: Desk
    person: Invented
    course: Course
    referent: Colleague
    project: dict[str, Any]
    voice: Voice
    reference: str
    part: bool = False
    main: bool = False
    """Whether they are people of the story, and whether the story's agent follows them: their files are up to date."""
    reached_on: date | None = None
    goal: str | None = None
    wishes: list[tuple[str, str]] = field(default_factory=list)
    levels: dict[str, int] = field(default_factory=dict)
    availability: str | None = None
    distance: int | None = None
    shareable_notes: list[tuple[UUID, datetime, str]] = field(default_factory=list)

    @property
    def key(self) -> UUID:
        return self.person.key

    @property
    def is_open(self) -> bool:
        return self.course.stage != "closed"

    @property
    def ends_on(self) -> date:
        """The last day on which something may have happened."""
        closed = self.course.day_of("close")
        return self.desk.yesterday if self.is_open or closed is None else closed

    def reached(self, day: date) -> None:
        """Remember that the person was spoken with."""
        if self.reached_on is None or self.reached_on < day:
            self.reached_on = day


def draw_project(dice: Dice, sex: str) -> dict[str, Any]:
    """What the person wants to do, from `projects.toml`."""
    projects = read("projects")["projects"]
    column = sex if sex in {"woman", "man"} else dice.choice(("woman", "man"))
    weights = [project["women" if column == "woman" else "men"] for project in projects]
    found: dict[str, Any] = dice.choices(projects, weights)[0]
    return found


def receive(life: Life, moment: datetime, *, returning: bool = False) -> None:
    """A reception: how they came, what they ask, what cannot wait."""
    dice, voice = life.dice, life.voice
    channel = "visit" if returning else dice.pick(CHANNEL_WEIGHTS)
    kinds = list(dict.fromkeys([dice.pick(REQUEST_WEIGHTS) for _ in range(dice.choice((1, 1, 2, 3)))]))
    urgent = dice.some(URGENT, 2, 1) if dice.chance(0.14) else []
    key = life.desk.ledger.add(
        Intake, dice, moment, person_id=life.key, received_on=moment.date(), channel=channel,
        sent_by=dice.choice(read("sentences")["senders"]) if channel in {"partner", "invited"} else None,
        request=voice.say("closing", "reopened") if returning else voice.say("requests"), request_kinds=kinds,
        urgent_needs=urgent, urgent_note=voice.say("urgent", urgent[0]) if urgent else None,
        received_by=dice.choice(life.desk.colleagues).name,
    )  # fmt: skip
    life.desk.record(
        dice, moment, life.referent, "intake.receive", "intake", key, person_id=life.key, details={"channel": channel}
    )
    life.reached(moment.date())


def walk(life: Life) -> dict[str, datetime]:
    """Log the stages as the table has them; give the moment of each (last) transition."""
    stage, moments = STAGE.initial, {}
    moment = life.course.arrived
    for step in life.course.steps:
        wanted = life.dice.office_moment(step.day)
        # Two steps of one day stay in order.
        moment = max(wanted, moment + timedelta(minutes=5))
        if step.name in {"begin_intake", "reopen"}:
            moment = max(moment, life.course.arrived + timedelta(minutes=5))
            receive(life, moment, returning=step.name == "reopen")
        comment = life.voice.say("closing", step.reason) if step.reason else None
        stage = life.desk.step(
            life.dice, moment, life.referent, STAGE, "person", life.key, step.name, stage, step.reason, comment
        )
        life.desk.record(
            life.dice, moment, life.referent, f"person.{step.name}", "person", life.key, person_id=life.key,
            details={"reason": step.reason} if step.reason else {},
        )  # fmt: skip
        moments[step.name] = moment
    if stage != life.course.stage:
        raise ValueError(f"the course to {life.course.stage} leads to {stage}")
    return moments


def write_person(life: Life, keyring: Keyring, authorised: bool) -> None:
    """Put down the card as it is today, and its keys."""
    person, desk = life.person, life.desk
    arrived = life.course.arrived
    last = life.course.steps[-1].day if life.course.steps else arrived.date()
    consent = arrived + timedelta(minutes=3)
    values = {
        **person.values,
        "reference": life.reference,
        "stage": life.course.stage,
        "stage_since": last,
        "referent_id": life.referent.membership_id if life.course.steps else None,
        "last_contact_on": life.reached_on,
        "availability": life.availability,
        "registration_consent_at": consent,
        "registration_consent_manner": life.dice.pick(CONSENT_WEIGHTS),
        "national_number": sealed_number(keyring, desk.tenant_id, person) if authorised else None,
    }
    updated = max(arrived, at(life.reached_on or arrived.date(), 16, 30))
    desk.ledger.add(Person, life.dice, arrived, id=life.key, updated_at=updated, **values)
    hashed = None
    if values["national_number"] and person.national_number:
        hashed = keyring.lookup_hash(person.national_number, tenant_id=desk.tenant_id, purpose=NUMBER_PURPOSE).hex()
    for kind, key in sorted(keys_of(_card(values), hashed)):
        desk.ledger.add(PersonKey, life.dice, arrived, person_id=life.key, kind=kind, key=key)
    clerk = life.dice.choice(desk.colleagues)
    desk.record(life.dice, arrived, clerk, "person.register", "person", life.key, person_id=life.key)


def _card(values: dict[str, Any]) -> Person:
    """A card that only `keys_of` reads: the state column is left alone, since its guard would refuse it."""
    names = ("family_name", "given_names", "birth_date", "phone", "other_phone", "email", "locality", "reference")
    return Person(**{name: values[name] for name in names})
