"""Closed files: what each person had when they left, and what became of them some months later."""

from datetime import date, datetime, timedelta
from uuid import UUID

from clais.dates import months_after, working_day_on_or_before, working_days_after
from config.demo.engine.desk import Colleague
from config.demo.engine.dice import Dice
from config.demo.engine.history import History
from config.demo.engine.voice import Voice
from tenants.exits.models import ExitCheck, PersonExit
from tenants.exits.rules.delays import months_of_checks
from tenants.exits.workflow import CHECK

_RESULTS = {
    "job": {"open_ended": 45, "fixed_term": 35, "assisted": 15, "self_employed": 5},
    "training": {"training": 100},
    "moved": {"looking": 50, "unknown": 50},
    "handed_over": {"looking": 60, "not_looking": 40},
    "dropped_out": {"not_looking": 40, "unknown": 60},
    "no_news": {"unknown": 100},
    "other": {"looking": 40, "not_looking": 40, "unknown": 20},
}
_LATER = {
    "open_ended": {"open_ended": 85, "looking": 15},
    "fixed_term": {"open_ended": 30, "fixed_term": 40, "looking": 30},
    "assisted": {"assisted": 80, "open_ended": 10, "looking": 10},
    "self_employed": {"self_employed": 90, "looking": 10},
    "training": {"training": 55, "fixed_term": 25, "looking": 20},
}
_ELSE = {"looking": 45, "fixed_term": 20, "training": 10, "not_looking": 25}
_REACHED, _LATE, _COMMENT = 0.72, 0.25, 0.5


def leave(history: History, moment: datetime, reason: str) -> None:
    """Write the exit of a file that is closed at `moment`, and the news that were asked for until yesterday."""
    dice, left_on = Dice(f"{history.key}/exit/{moment.date()}"), moment.date()
    result = dice.pick(_RESULTS[reason])
    key = history.desk.ledger.add(
        PersonExit, dice, moment, person_id=history.key, left_on=left_on, noted_by=history.referent.name,
        reason=reason, result=result,
    )  # fmt: skip
    again = next((step.day for step in history.timeline.steps if step.name == "reopen" and step.day >= left_on), None)
    for months in months_of_checks({}, left_on):
        due = working_day_on_or_before(months_after(left_on, months))
        asked = working_days_after(due, dice.randint(0, 6))
        # Nobody asks for news of someone who is back, and an agent who is behind leaves some for later.
        is_asked = asked <= history.desk.yesterday and (again is None or asked < again)
        is_late = due > history.desk.yesterday - timedelta(days=45) and not history.up_to_date and dice.chance(_LATE)
        if again and not is_asked:
            history.news_to_ask.append({"exit_id": key, "months": months, "due_on": due, "moment": moment})
        else:
            _check(history, dice, moment, (key, result), months, due, asked if is_asked and not is_late else None)


def come_back(history: History, moment: datetime, who: Colleague) -> None:
    """Write the news that are asked for no more, since the file is open again at `moment`."""
    for left in history.news_to_ask:
        dice, planned = Dice(f"{left['exit_id']}/dropped/{left['months']}"), left.pop("moment")
        key = dice.key(planned)
        state = history.desk.step(dice, moment, who, CHECK, "exit_check", key, "drop", CHECK.initial)
        history.desk.ledger.add(
            ExitCheck, dice, planned, id=key, person_id=history.key, state=state, asked_on=None, asked_by=None,
            result=None, comment=None, **left,
        )  # fmt: skip
    history.news_to_ask.clear()


def _check(
    history: History, dice: Dice, moment: datetime, left: tuple[UUID, str], months: int, due: date, asked: date | None
) -> None:
    exit_id, result = left
    key, state, found, comment = dice.key(moment), CHECK.initial, None, None
    if asked:
        step = "reach" if dice.chance(_REACHED) else "miss"
        told = dice.office_moment(asked)
        state = history.desk.step(dice, told, history.referent, CHECK, "exit_check", key, step, state)
        history.desk.record(dice, told, history.referent, "exit_check.note", "exit_check", key, person_id=history.key)
        if step == "reach":
            found = dice.pick(_LATER.get(result, _ELSE))
            values = history.person.values
            voice = Voice(dice, values["sex"], values["given_names"], history.project["into"])
            comment = voice.say("news", found) if dice.chance(_COMMENT) else None
    history.desk.ledger.add(
        ExitCheck, dice, moment, id=key, exit_id=exit_id, person_id=history.key, months=months, due_on=due, state=state,
        asked_on=asked, asked_by=history.referent.name if asked else None, result=found, comment=comment,
    )  # fmt: skip
