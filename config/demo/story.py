"""The people of the story: whom the first agent of the first platform has on their desk today."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from clais.dates import months_after, weekday_on_or_before, working_day_on_or_before
from config.demo import agenda
from config.demo.engine.desk import Desk
from config.demo.engine.dice import Dice, at
from config.demo.engine.history import History
from config.demo.engine.texts import read
from config.demo.engine.timeline import Step, Timeline


@dataclass(frozen=True, slots=True)
class Character:
    """Someone of the story: family name, given names and sex; what they want; since when; and what is at hand today."""

    named: tuple[str, str, str]
    into: str
    followed_for: int | None
    play: Callable[[History], None]

    def project(self) -> dict[str, Any]:
        """What they want to do."""
        found: dict[str, Any] = next(p for p in read("projects")["projects"] if p["into"] == self.into)
        return found

    def timeline(self, dice: Dice, desk: Desk) -> Timeline:
        """In follow-up for `followed_for` days, or in intake since yesterday when None."""
        if self.followed_for is None:
            return Timeline(at(desk.yesterday, 15, 20), "in_intake", (Step("begin_intake", desk.yesterday),))
        follow_up = (
            _review_falls_today(desk.today)
            if self.followed_for == REVIEW
            else desk.today - timedelta(self.followed_for)
        )
        days = [working_day_on_or_before(follow_up - timedelta(days=before)) for before in (24, 17, 0)]
        names = ("begin_intake", "begin_orientation", "begin_follow_up")
        steps = tuple(Step(name, day) for name, day in zip(names, days, strict=True))
        return Timeline(at(days[0], 9, 15 + dice.randrange(30)), "in_follow_up", steps)


REVIEW = 0
"""As `followed_for`: as long as it takes for the plan's first evaluation to fall today, or on the next possible day."""


def _review_falls_today(today: date) -> date:
    day = today - timedelta(days=97)
    while weekday_on_or_before(months_after(day, 3)) < today or day != working_day_on_or_before(day):
        day += timedelta(days=1)
    return day


def _regular(history: History, last: int) -> None:
    first = history.timeline.steps[-1].day
    agenda.contacts(history, first, working_day_on_or_before(max(first, history.desk.today - timedelta(days=last))))


def _recent(history: History) -> None:
    _regular(history, 6)


def _review_today(history: History) -> None:
    _regular(history, 14)
    _today(history, (10, 30), "bilan", confirmed=True)


def _lost_by_phone(history: History) -> None:
    _regular(history, 34)


def _did_not_come(history: History) -> None:
    _regular(history, 47)
    agenda.keep_appointment(history, working_day_on_or_before(history.desk.today - timedelta(days=41)), came=False)


def _first_interview(history: History) -> None:
    _today(history, (15, 45), "first", confirmed=False, note="Vient de l'ALE.")


def _afternoon(history: History) -> None:
    _regular(history, 20)
    _today(history, (14, 15), "search", confirmed=False)


def _today(history: History, hour: tuple[int, int], purpose: str, *, confirmed: bool, note: str | None = None) -> None:
    history.referent.diary[history.desk.today].add(hour)
    booked = at(history.desk.yesterday, 16)
    steps = ("confirm",) if confirmed else ()
    starts = at(history.desk.today, *hour)
    agenda.appoint(history, history.referent, starts, booked=booked, steps=steps, purpose=purpose, note=note)


KARIM, SOFIA, THIERRY = ("Benali", "Karim", "man"), ("Marchetti", "Sofia", "woman"), ("Dufrasne", "Thierry", "man")
CHARACTERS = (
    Character(KARIM, "dans la voirie ou la maçonnerie", 160, _recent),
    Character(SOFIA, "dans l'aide ménagère ou familiale", REVIEW, _review_today),
    Character(THIERRY, "dans la logistique", 240, _recent),
    Character(("El Khattabi", "Aïcha", "woman"), "dans le nettoyage", 120, _lost_by_phone),
    Character(("Piret", "Jean-Marc", "man"), "dans les espaces verts", 300, _did_not_come),
    Character(("Vandenbosch", "Lucas", "man"), "dans un garage", None, _first_interview),
    Character(("Yilmaz", "Elif", "woman"), "dans la vente", 400, _afternoon),
)
NEWCOMERS = (
    ("Haddad", "Nassim", "man"), ("Ferrara", "Alessio", "man"), ("Brichard", "Fatima", "woman"),
)  # fmt: skip
"""Registered at the desk yesterday: nobody follows them yet."""
