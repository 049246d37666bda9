"""When a person moves along their path: a list of transitions of the table with their days, from chance alone."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from clais.dates import working_day_on_or_before
from config.demo.engine.dice import Dice

STAGE_WEIGHTS = {"registered": 3, "in_intake": 8, "in_orientation": 13, "in_follow_up": 47, "closed": 29}
ARRIVED_DAYS_AGO = {
    "registered": (1, 6), "in_intake": (1, 16), "in_orientation": (18, 48), "in_follow_up": (55, 725),
    "closed": (110, 730),
}  # fmt: skip
EXIT_WEIGHTS = {
    "job": 30, "training": 20, "moved": 9, "handed_over": 9, "dropped_out": 14, "no_news": 14, "other": 4,
}  # fmt: skip
_EARLY_EXIT = 0.2
_RETURN = 0.06
_LONG_AGO = 420


@dataclass(frozen=True, slots=True)
class Step:
    """A transition of `tenants.people.workflow.STAGE` and the day on which it is taken."""

    name: str
    day: date
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Timeline:
    """Where someone stands and the steps that led there, oldest first. `arrived` is when the file was opened."""

    arrived: datetime
    stage: str
    steps: tuple[Step, ...]

    def day_of(self, name: str) -> date | None:
        """The last day on which a transition was taken."""
        return next((step.day for step in reversed(self.steps) if step.name == name), None)


def draw_timeline(dice: Dice, today: date, yesterday: date, stage: str | None = None) -> Timeline:
    """A timeline that ends in `stage` (any, when None) by `yesterday`, the last working day."""
    stage = stage or dice.pick(STAGE_WEIGHTS)
    arrived = min(working_day_on_or_before(today - timedelta(days=dice.randint(*ARRIVED_DAYS_AGO[stage]))), yesterday)
    days = _Days(dice, arrived, yesterday)
    steps: list[Step] = []
    if stage == "registered":
        return Timeline(dice.office_moment(arrived), stage, ())
    steps.append(Step("begin_intake", arrived))
    if stage == "closed":
        steps += _until_closed(dice, days)
    elif stage != "in_intake":
        if stage == "in_follow_up" and (today - arrived).days > _LONG_AGO and dice.chance(_RETURN * 3):
            steps += [*_until_closed(dice, days), Step("reopen", days.later(50, 110))]
        steps.append(Step("begin_orientation", days.later(2, 12)))
        if stage == "in_follow_up":
            steps.append(Step("begin_follow_up", days.later(7, 24)))
    return Timeline(dice.office_moment(arrived), stage, tuple(steps))


def _until_closed(dice: Dice, days: "_Days") -> list[Step]:
    reason = dice.pick(EXIT_WEIGHTS)
    if dice.chance(_EARLY_EXIT):
        early = dice.choice(("moved", "no_news", "handed_over", "dropped_out"))
        return [Step("close", days.later(12, 60), early)]
    steps = [Step("begin_orientation", days.later(2, 12)), Step("begin_follow_up", days.later(7, 24))]
    return [*steps, Step("close", days.later(30, 170), reason)]


class _Days:
    """Working days, each after the one before, none past `last`."""

    def __init__(self, dice: Dice, first: date, last: date) -> None:
        self._dice, self._at, self._last = dice, first, last

    def later(self, least: int, most: int) -> date:
        wanted = self._at + timedelta(days=self._dice.randint(least, most))
        self._at = max(self._at, working_day_on_or_before(min(wanted, self._last)))
        return self._at
