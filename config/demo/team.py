"""The team of a platform: who works on which half-days, with how many files at most, and who is away soon."""

from datetime import date, timedelta

from clais.dates import is_working_day, monday_of
from clais.identity.models import MEMBERSHIP
from config.demo.engine.desk import Colleague, Desk
from config.demo.engine.dice import Dice, at
from tenants.team.choices import AFTERNOON, DAYS, HALF_DAYS, MORNING
from tenants.team.models import Absence, WorkingPattern

_WITHOUT_WEDNESDAY = [code for code in HALF_DAYS if not code.startswith("wednesday")]
_HALF_TIME = [f"{day}_{MORNING}" for day in DAYS]
_FOUR_DAYS_AND_A_HALF = [code for code in HALF_DAYS if code != f"friday_{AFTERNOON}"]
PATTERNS: tuple[tuple[list[str], int, list[str], list[str]], ...] = (
    ([], 45, ["it"], []),
    (_WITHOUT_WEDNESDAY, 40, ["ar", "ber"], ["french", "training"]),
    (_HALF_TIME, 23, ["tr"], []),
)
"""Half-days, ceiling, languages and requests of the agents of a platform, one after another."""


def team(desk: Desk, opened: date) -> None:
    """What the coordinator noted of each member, and the absences of the next weeks."""
    dice = Dice(f"team/{desk.tenant_id}")
    chief = next(iter(desk.of_role("coordinator")), None)
    if chief is None:
        return
    for number, agent in enumerate(desk.of_role("agent")):
        half_days, ceiling, languages, kinds = PATTERNS[number % len(PATTERNS)]
        _pattern(desk, dice, opened, chief, agent, half_days, ceiling, languages, kinds)
    _pattern(desk, dice, opened, chief, chief, _FOUR_DAYS_AND_A_HALF, 20, [], [], takes_newcomers=False)
    next_week = monday_of(desk.today) + timedelta(days=7)
    for place, (kind, first, days) in enumerate((("leave", next_week, 4), ("training", _day_after(desk.today), 0))):
        for agent in desk.of_role("agent")[place : place + 1]:
            moment = at(desk.yesterday, 11, 20)
            desk.ledger.add(
                Absence, dice, moment, membership_id=agent.membership_id, kind=kind, starts_on=first,
                ends_on=first + timedelta(days=days), noted_by=agent.name, version=1,
            )  # fmt: skip
            desk.record(
                dice, moment, agent, "team.note_absence", MEMBERSHIP, agent.membership_id, details={"kind": kind}
            )


def _day_after(day: date) -> date:
    """The next working day but one: an absence that is near, and not over."""
    day += timedelta(days=2)
    while not is_working_day(day):
        day += timedelta(days=1)
    return day


def _pattern(
    desk: Desk, dice: Dice, opened: date, chief: Colleague, agent: Colleague, half_days: list[str], ceiling: int,
    languages: list[str], kinds: list[str], *, takes_newcomers: bool = True,
) -> None:  # fmt: skip
    moment = at(opened, 15, 40)
    desk.ledger.add(
        WorkingPattern, dice, moment, membership_id=agent.membership_id, half_days=half_days, ceiling=ceiling,
        languages=languages, request_kinds=kinds, takes_newcomers=takes_newcomers, version=1,
    )  # fmt: skip
    fields = ["ceiling", "half_days", "languages", "request_kinds"]
    desk.record(dice, moment, chief, "team.change_pattern", MEMBERSHIP, agent.membership_id, details={"fields": fields})
