"""What was learnt of obstacles since the last bilan: one that hinders less or more, one that is lifted."""

from datetime import date, datetime, timedelta

from clais.dates import working_day_on_or_before
from clais.instruments.rules.dimensions import SENSITIVE
from config.demo.engine.dice import Dice
from config.demo.engine.history import History
from config.demo.engine.texts import read
from config.demo.engine.voice import Voice
from tenants.obstacles.choices import LIFTED
from tenants.obstacles.models import ObstacleChange

_SHARE, _FEWEST_DAYS = 0.35, 10
_HEAVIEST, _LIGHTEST = -3, -1


def learn(history: History) -> None:
    """What is noted in an open file between two bilans, with dice of its own; always in those of the story."""
    dice = Dice(f"{history.key}/obstacles")
    if not history.is_open or not history.situations or not (dice.chance(_SHARE) or history.in_story):
        return
    found = history.situations[-1]
    since = found.found_at.date()
    days = (history.ends_on - since).days
    levels = found.levels
    hindering = sorted((one for one in levels if levels[one] < 0 and one not in SENSITIVE), key=levels.__getitem__)
    if not hindering or days < _FEWEST_DAYS:
        return
    heaviest, *others = hindering
    moved = levels[heaviest] + 1 if levels[heaviest] < _LIGHTEST else levels[heaviest] - 1
    _note(history, dice, since + timedelta(days=days * 2 // 5), heaviest, moved)
    if others:
        _note(history, dice, since + timedelta(days=days * 4 // 5), others[-1], LIFTED)


def _note(history: History, dice: Dice, day: date, dimension: str, level: int) -> None:
    before = history.situations[-1].levels[dimension]
    texts = read("obstacles")["lifted" if level == LIFTED else "less" if level > before else "more"][dimension]
    text = dice.choice(texts)
    moment = _moment(history, dice, working_day_on_or_before(day))
    key = history.desk.ledger.add(
        ObstacleChange, dice, moment, person_id=history.key, dimension=dimension, seen_on=moment.date(), level=level,
        source=text["source"], noticed_by="partner" if text["source"] == "partner" else "person",
        lifted_how=text.get("how"), note=_voice(history, dice).one_of([text["note"]]), noted_by=history.referent.name,
    )  # fmt: skip
    verb = "obstacle.lift" if level == LIFTED else "obstacle.change"
    history.desk.record(dice, moment, history.referent, verb, "obstacle_change", key, person_id=history.key)


def _voice(history: History, dice: Dice) -> Voice:
    values = history.person.values
    return Voice(dice, values["sex"], values["given_names"], history.project["into"])


def _moment(history: History, dice: Dice, day: date) -> datetime:
    """At the office on `day`, after the bilan that it is about."""
    return max(dice.office_moment(day), history.situations[-1].found_at + timedelta(minutes=15))
