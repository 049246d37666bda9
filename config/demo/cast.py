"""The people of the story: whom the first agent of the first platform has on their desk today."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from clais.dates import months_after, weekday_on_or_before, working_day_on_or_before
from config.demo import contacts
from config.demo.course import Course, Step
from config.demo.desk import Desk
from config.demo.dice import Dice, at
from config.demo.life import Life
from config.demo.texts import read


@dataclass(frozen=True, slots=True)
class Part:
    """Someone of the story: family name, given names and sex; what they want; since when; and what is at hand today."""

    named: tuple[str, str, str]
    into: str
    followed_for: int | None
    play: Callable[[Life], None]

    def project(self) -> dict[str, Any]:
        """What they want to do."""
        found: dict[str, Any] = next(p for p in read("projects")["projects"] if p["into"] == self.into)
        return found

    def course(self, dice: Dice, desk: Desk) -> Course:
        """In follow-up for `followed_for` days, or in intake since yesterday when None."""
        if self.followed_for is None:
            return Course(at(desk.yesterday, 15, 20), "in_intake", (Step("begin_intake", desk.yesterday),))
        follow_up = (
            _review_falls_today(desk.today)
            if self.followed_for == REVIEW
            else desk.today - timedelta(self.followed_for)
        )
        days = [working_day_on_or_before(follow_up - timedelta(days=before)) for before in (24, 17, 0)]
        names = ("begin_intake", "begin_orientation", "begin_follow_up")
        steps = tuple(Step(name, day) for name, day in zip(names, days, strict=True))
        return Course(at(days[0], 9, 15 + dice.randrange(30)), "in_follow_up", steps)


REVIEW = 0
"""As `followed_for`: as long as it takes for the plan's first evaluation to fall today, or on the next possible day."""


def _review_falls_today(today: date) -> date:
    day = today - timedelta(days=97)
    while weekday_on_or_before(months_after(day, 3)) < today or day != working_day_on_or_before(day):
        day += timedelta(days=1)
    return day


def _regular(life: Life, last: int) -> None:
    first = life.course.steps[-1].day
    contacts.contacts(life, first, working_day_on_or_before(max(first, life.desk.today - timedelta(days=last))))


def _recent(life: Life) -> None:
    _regular(life, 6)


def _review_today(life: Life) -> None:
    _regular(life, 14)
    _today(life, (10, 30), "bilan", confirmed=True)


def _lost_by_phone(life: Life) -> None:
    _regular(life, 34)


def _did_not_come(life: Life) -> None:
    _regular(life, 47)
    contacts.keep_appointment(life, working_day_on_or_before(life.desk.today - timedelta(days=41)), came=False)


def _first_interview(life: Life) -> None:
    _today(life, (15, 45), "first", confirmed=False, note="Vient de l'ALE.")


def _afternoon(life: Life) -> None:
    _regular(life, 20)
    _today(life, (14, 15), "search", confirmed=False)


def _today(life: Life, hour: tuple[int, int], purpose: str, *, confirmed: bool, note: str | None = None) -> None:
    life.referent.diary[life.desk.today].add(hour)
    booked = at(life.desk.yesterday, 16)
    steps = ("confirm",) if confirmed else ()
    starts = at(life.desk.today, *hour)
    contacts.appoint(life, life.referent, starts, booked=booked, steps=steps, purpose=purpose, note=note)


KARIM, SOFIA, THIERRY = ("Benali", "Karim", "man"), ("Marchetti", "Sofia", "woman"), ("Dufrasne", "Thierry", "man")
CAST = (
    Part(KARIM, "dans la voirie ou la maçonnerie", 160, _recent),
    Part(SOFIA, "dans l'aide ménagère ou familiale", REVIEW, _review_today),
    Part(THIERRY, "dans la logistique", 240, _recent),
    Part(("El Khattabi", "Aïcha", "woman"), "dans le nettoyage", 120, _lost_by_phone),
    Part(("Piret", "Jean-Marc", "man"), "dans les espaces verts", 300, _did_not_come),
    Part(("Vandenbosch", "Lucas", "man"), "dans un garage", None, _first_interview),
    Part(("Yilmaz", "Elif", "woman"), "dans la vente", 400, _afternoon),
)
