"""Who opened which files in the last days: what agents read leaves no other row, and the log of accesses shows it."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from clais.dates import working_days_before
from config.demo.engine.desk import Colleague, Desk
from config.demo.engine.dice import Dice, at
from config.demo.engine.history import History

DAYS = 8
"""How many working days back the readings go."""
READS = {"agent": "person.read", "coordinator": "person.read", "receptionist": "person.read_card"}


def open_files(desk: Desk, dice: Dice, histories: Sequence[History]) -> None:
    """Each colleague comes to work and opens some files, their own first, some of them again and again."""
    day = desk.yesterday
    for _ in range(DAYS):
        known = [history for history in histories if history.timeline.arrived.date() < day]
        for colleague in desk.colleagues:
            came = at(day, 8, dice.randint(15, 50))
            desk.record(
                dice, came, colleague, "session.enter", "membership", colleague.membership_id,
                details={"role": colleague.role},
            )  # fmt: skip
            own = [history for history in known if history.referent is colleague] or known
            moment = came + timedelta(minutes=10)
            for history in dice.sample(own, min(len(own), dice.randint(2, 4))):
                for _again in range(dice.choice((1, 1, 2, 3))):
                    moment += timedelta(minutes=dice.randint(2, 25))
                    _read(desk, dice, moment, colleague, history)
        day = working_days_before(day, 1)


def _read(desk: Desk, dice: Dice, moment: datetime, who: Colleague, history: History) -> None:
    desk.record(dice, moment, who, READS[who.role], "person", history.key, person_id=history.key)
