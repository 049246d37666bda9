"""One person, as every feature of the demo needs to know them to write its rows."""

from dataclasses import dataclass, field
from datetime import date, datetime
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
    levels: dict[str, int] = field(default_factory=dict)
    availability: str | None = None
    distance: int | None = None
    shareable_notes: list[tuple[UUID, datetime, str]] = field(default_factory=list)

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
