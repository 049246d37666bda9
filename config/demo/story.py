"""The people of the story: whom the first agent of the first platform has on their desk today."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from clais.dates import months_after, working_day_on_or_before
from config.demo import agenda
from config.demo.engine.desk import Desk
from config.demo.engine.dice import Dice, at
from config.demo.engine.history import History
from config.demo.engine.texts import read
from config.demo.engine.timeline import Step, Timeline
from tenants.people.models import ToldApart


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
    while working_day_on_or_before(months_after(day, 3)) < today or day != working_day_on_or_before(day):
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
PIRET = ("Piret", "Jean-Marc", "man")
CHARACTERS = (
    Character(KARIM, "dans la voirie ou la maçonnerie", 160, _recent),
    Character(SOFIA, "dans l'aide ménagère ou familiale", REVIEW, _review_today),
    Character(THIERRY, "dans la logistique", 240, _recent),
    Character(("El Khattabi", "Aïcha", "woman"), "dans le nettoyage", 120, _lost_by_phone),
    Character(PIRET, "dans les espaces verts", 300, _did_not_come),
    Character(("Vandenbosch", "Lucas", "man"), "dans un garage", None, _first_interview),
    Character(("Yilmaz", "Elif", "woman"), "dans la vente", 400, _afternoon),
)
NEWCOMERS = (
    ("Haddad", "Nassim", "man"), ("Ferrara", "Alessio", "man"), ("Brichard", "Fatima", "woman"),
)  # fmt: skip
"""Registered at the desk yesterday: nobody follows them yet."""
BORN_WITH_SOFIA = {"birth_date": date(1991, 3, 8), "phone": "+32470001991"}
BORN_WITH_JEAN_MARC = {"birth_date": date(1979, 10, 21), "phone": "+32470001979"}
BORN_WITH_MONIQUE = {"birth_date": date(1986, 6, 17), "phone": "+32470001986"}
BORN_WITH_FREDERIC = {"birth_date": date(1983, 11, 4), "phone": "+32470001983"}
REGISTERED_TWICE = (("Delcourt", "Monique", "woman"), ("Delcour", "Monique", "woman"))
"""One person whose two files became one this morning."""
WRITTEN_TWICE = (("Baeten", "Frédéric", "man"), ("Baetens", "Frédéric", "man"))
"""Two files that the coordinator has not decided about yet, as those of Sofia."""
FACTS: dict[tuple[str, str, str], dict[str, Any]] = {
    SOFIA: BORN_WITH_SOFIA,
    ("Marcheti", "Sofia", "woman"): BORN_WITH_SOFIA,
    PIRET: BORN_WITH_JEAN_MARC,
    ("Piret", "Jean-Marie", "man"): BORN_WITH_JEAN_MARC,
    **dict.fromkeys(REGISTERED_TWICE, BORN_WITH_MONIQUE),
    **dict.fromkeys(WRITTEN_TWICE, BORN_WITH_FREDERIC),
}
"""What two files of the story have in common: one person who was registered twice, two brothers, one file by now."""
LOOK_ALIKES = (*tuple(FACTS)[1::2], REGISTERED_TWICE[0], WRITTEN_TWICE[0])
"""The people whose file looks like that of someone of the story, by name; they have a path of their own."""
TOLD_APART = (PIRET, LOOK_ALIKES[1])
"""Of these, the pair that the coordinator decided about."""


def tell_apart(desk: Desk, dice: Dice, histories: Sequence[History]) -> None:
    """Write the decision of the coordinator that two brothers are two people."""
    who, text = desk.of_role("coordinator")[0], read("look_alikes")["told_apart"]
    files = {(one.person.values["family_name"], one.person.values["given_names"]): one for one in histories}
    pair = [files[name[:2]] for name in TOLD_APART if name[:2] in files]
    if len(pair) < len(TOLD_APART):
        return  # A demo of very few people.
    one, other = pair
    day = working_day_on_or_before(desk.yesterday - timedelta(days=2))
    moment = max(at(day, 11, 20), one.timeline.arrived, other.timeline.arrived)
    for first, second in ((one, other), (other, one)):
        desk.ledger.add(
            ToldApart, dice, moment, person_id=first.key, other_id=second.key, cause="decided", because=text,
            decided_by=who.name, decided_at=moment,
        )  # fmt: skip
    desk.record(
        dice, moment, who, "person.tell_apart", "person", one.key, person_id=one.key, details={"other": str(other.key)}
    )
