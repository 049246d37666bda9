"""Clocks that stand still: someone in orientation whom no delay presses for some weeks."""

from datetime import timedelta

from config.demo.engine.dice import Dice
from config.demo.engine.history import History
from tenants.pauses.models import ClockPause

_SHARE = 0.15
_REASONS = {"health_or_family": 55, "working": 20, "away": 15, "prevented": 10}


def pauses(history: History) -> None:
    """A pause that was noted yesterday, for one whose orientation has begun: nothing is due by a day yet."""
    dice, desk = Dice(f"{history.key}/pause"), history.desk
    nothing_due = history.timeline.stage == "in_orientation" and history.person.values["status"] != "integration_income"
    if not nothing_due or history.in_story or not dice.chance(_SHARE):
        return
    moment = max(dice.office_moment(desk.yesterday), history.moment_on(desk.yesterday))
    key = desk.ledger.add(
        ClockPause, dice, moment, person_id=history.key, reason=dice.pick(_REASONS), starts_on=desk.yesterday,
        until_on=desk.today + timedelta(days=dice.randint(10, 30)), noted_by=history.referent.name,
    )  # fmt: skip
    desk.record(dice, moment, history.referent, "pause.note", "clock_pause", key, person_id=history.key)
