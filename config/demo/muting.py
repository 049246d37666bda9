"""Files of which nobody has to hear for some weeks, because someone decided so."""

from datetime import timedelta

from clais.dates import working_days_before
from config.demo.engine.dice import Dice
from config.demo.engine.history import History
from tenants.muting.models import FileMuting

_SHARE = 0.05
_REASONS = {"busy": 50, "partner": 25, "waiting": 15, "asked": 10}


def mute(history: History) -> None:
    """A few of those in follow-up are quiet since some days: nothing happened since, and the day is ahead."""
    dice, desk = Dice(f"{history.key}/muting"), history.desk
    day = max(working_days_before(desk.today, dice.randint(2, 12)), history.reached_on or desk.yesterday)
    in_follow_up = history.timeline.stage == "in_follow_up" and history.timeline.steps[-1].day < day
    if not in_follow_up or history.in_story or not dice.chance(_SHARE):
        return
    moment, who = dice.office_moment(day), history.referent
    until = desk.today + timedelta(days=dice.randint(10, 90))
    reason = dice.pick(_REASONS)
    key = desk.ledger.add(
        FileMuting, dice, moment, person_id=history.key, reason=reason, starts_on=day, until_on=until,
        noted_by=who.name,
    )  # fmt: skip
    history.quiet = (day, until)
    desk.record(dice, moment, who, "muting.note", "file_muting", key, person_id=history.key, details={"reason": reason})
