"""What agents want to do by a day: in the files that they follow, and for themselves."""

from datetime import timedelta

from clais.dates import working_days_after, working_days_before
from config.demo.engine.desk import Colleague, Desk
from config.demo.engine.dice import Dice
from config.demo.engine.history import History
from config.demo.engine.texts import read
from tenants.tasks.models import OwnTask

_SHARE, _DONE = 0.16, 0.4
_OWN = ((-3, -1), (1, 2), (6, 9))
"""How far away the days of an agent's own tasks are: one was done, and the others are ahead."""


def on_file(history: History) -> None:
    """A task that the referent noted some days ago, in one file of a few: done yesterday, or still to do."""
    dice, desk = Dice(f"{history.key}/task"), history.desk
    day = working_days_before(desk.today, dice.randint(3, 7))
    began = history.timeline.steps[-1].day
    if not history.is_open or history.in_story or day <= began or not dice.chance(_SHARE):
        return
    moment, who = dice.office_moment(day), history.referent
    is_done = dice.chance(_DONE)
    done_at = dice.office_moment(desk.yesterday) if is_done else None
    first = 1 if history.up_to_date or is_done else -2
    due_on = desk.today + timedelta(days=dice.randint(first, 8))
    key = desk.ledger.add(
        OwnTask, dice, moment, person_id=history.key, user_id=who.user_id, author_name=who.name,
        text=dice.choice(read("tasks")["on_file"]), due_on=due_on, done_at=done_at, updated_at=done_at or moment,
        done_by_id=who.membership_id if is_done else None, done_by=who.name if is_done else None,
        version=2 if is_done else 1,
    )  # fmt: skip
    desk.record(dice, moment, who, "task.add", "own_task", key, person_id=history.key)
    if done_at:
        desk.record(dice, done_at, who, "task.finish", "own_task", key, person_id=history.key)


def of_ones_own(desk: Desk, who: Colleague) -> None:
    """What an agent noted for themselves, which nobody else reads."""
    dice = Dice(f"{who.membership_id}/tasks")
    for text, away in zip(dice.sample(read("tasks")["own"], len(_OWN)), _OWN, strict=True):
        moment = dice.office_moment(working_days_before(desk.today, 6))
        days = dice.randint(*away)
        done_at = dice.office_moment(working_days_before(desk.today, 2)) if days < 0 else None
        due_on = working_days_after(desk.today, days) if days > 0 else working_days_before(desk.today, -days)
        desk.ledger.add(
            OwnTask, dice, moment, membership_id=who.membership_id, user_id=who.user_id, author_name=who.name,
            text=text, due_on=due_on, done_at=done_at, updated_at=done_at or moment,
            done_by_id=who.membership_id if done_at else None, done_by=who.name if done_at else None,
            version=2 if done_at else 1,
        )  # fmt: skip
