"""What became of the step that an orientation advised: its agent asked for it some weeks later."""

from datetime import date, datetime, timedelta
from uuid import UUID

from clais.dates import working_day_on_or_before
from config.demo.engine.dice import Dice
from config.demo.engine.history import History
from tenants.advice.models import AdviceAnswer
from tenants.advice.rules.asking import LAST

_FIRST = {
    "done": 52, "not_yet": 18, "no_offer": 10, "out_of_reach": 8, "obstacle": 8, "changed_mind": 4,
}  # fmt: skip
_AGAIN = {"done": 60, "no_offer": 15, "obstacle": 15, "changed_mind": 10}
_ASKED, _ASKED_LATELY = 0.85, 0.4
"""The share that is asked in time: an agent who is behind leaves some, and of those that wait now the most."""


def ask(history: History, decision_id: UUID, decided_at: datetime) -> None:
    """Five weeks or so after a decision, and once more after « not yet », as far as that is past."""
    dice = Dice(f"{history.key}/advice/{decided_at.date()}")
    first = _answer(history, dice, decision_id, decided_at.date(), _FIRST)
    if first is not None and first[1] == "not_yet":
        _answer(history, dice, decision_id, first[0], _AGAIN)


def _answer(
    history: History, dice: Dice, decision_id: UUID, since: date, weights: dict[str, int]
) -> tuple[date, str] | None:
    day = working_day_on_or_before(since + timedelta(days=dice.randint(32, 40)))
    is_asked = history.up_to_date or dice.chance(_ASKED_LATELY if day + LAST > history.desk.today else _ASKED)
    if day >= history.ends_on or not is_asked:
        return None
    moment, answer = dice.office_moment(day), dice.pick(weights)
    key = history.desk.ledger.add(
        AdviceAnswer, dice, moment, decision_id=decision_id, person_id=history.key, answer=answer, answered_on=day,
        answered_by=history.referent.name,
    )  # fmt: skip
    history.desk.record(
        dice, moment, history.referent, "advice.answer", "advice_answer", key, person_id=history.key,
        details={"answer": answer},
    )  # fmt: skip
    return day, answer
