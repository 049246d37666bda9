"""One person, as every feature of the demo needs to know them to write its rows."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from config.demo.engine.desk import Colleague, Desk
from config.demo.engine.dice import Dice
from config.demo.engine.texts import read
from config.demo.engine.timeline import Timeline
from config.demo.engine.voice import Voice


@dataclass(slots=True)
class InventedPerson:
    """Someone as their card shows them, before any history. `values` are columns of `person`."""

    key: UUID
    arrived: datetime
    values: dict[str, Any] = field(repr=False)
    national_number: str | None = field(repr=False)
    newcomer: bool

    @property
    def birth_date(self) -> date:
        born: date = self.values["birth_date"]
        return born


@dataclass(frozen=True, slots=True)
class Situation:
    """The last answer in each dimension after a bilan, and the distance to employment."""

    found_at: datetime
    levels: dict[str, int]
    distance: int


@dataclass(slots=True)
class History:
    """What the demo knows of a person while it writes their file: card, stages, referent, what was written so far."""

    dice: Dice
    desk: Desk
    person: InventedPerson
    timeline: Timeline
    referent: Colleague
    project: dict[str, Any]
    voice: Voice
    reference: str
    in_story: bool = False
    """Whether they are one of the people of `config.demo.story`."""
    up_to_date: bool = False
    """Whether the agent of the story follows them, in whose files nothing is late."""
    reached_on: date | None = None
    goal: str | None = None
    wishes: list[tuple[str, str]] = field(default_factory=list)
    availability: str | None = None
    shareable_notes: list[tuple[UUID, datetime, str]] = field(default_factory=list)
    situations: list[Situation] = field(default_factory=list)
    received_at: datetime | None = None
    reopened_at: datetime | None = None
    closed_at: datetime | None = None
    news_to_ask: list[dict[str, Any]] = field(default_factory=list)
    """What nobody had asked yet about an exit when the person came back."""
    """When the person was first received, and when the file was closed for good."""
    quiet: tuple[date, date] | None = None
    """From when until when nobody has to hear of them, as their referent decided."""
    heir: Colleague | None = None
    """To whom the referent handed the file lately, with a word."""

    @property
    def key(self) -> UUID:
        return self.person.key

    @property
    def is_open(self) -> bool:
        return self.timeline.stage != "closed"

    @property
    def ends_on(self) -> date:
        """The last day on which something may have happened."""
        closed = self.timeline.day_of("close")
        return self.desk.yesterday if self.is_open or closed is None else closed

    def moment_on(self, day: date) -> datetime:
        """A moment at the office on `day`: after the first reception, and before the file is closed for good."""
        moment = self.dice.office_moment(day)
        if self.received_at:
            moment = max(moment, self.received_at + timedelta(minutes=10))
        return min(moment, self.closed_at - timedelta(minutes=10)) if self.closed_at else moment

    def situation_at(self, moment: datetime) -> Situation | None:
        """What the bilans had found by then."""
        return next((found for found in reversed(self.situations) if found.found_at <= moment), None)

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
