"""An objective of a plan that tells of health or justice: the plan says a neutral word, the text lies sealed."""

from datetime import datetime, timedelta
from uuid import UUID

from config.demo.engine.dice import Dice
from config.demo.engine.history import History
from config.demo.engine.ledger import ToSeal
from config.demo.engine.texts import read
from tenants.orientation.models import PlanObjective
from tenants.sensitive.models import SensitiveFact

NEUTRAL = "Objectif confidentiel"
SUBJECT = "plan_objective.text"
_SHARE, _IN_STORY = 0.05, 0.4


def objective(history: History, plan_id: UUID, moment: datetime, rank: int) -> str | None:
    """The last objective of some plans, which says no more than that; gives what the plan says of it."""
    # Dice of its own, so that what else happens to a person does not hang on it.
    dice, desk = Dice(f"{plan_id}/sealed"), history.desk
    if not dice.chance(_IN_STORY if history.in_story else _SHARE):
        return None
    key = desk.ledger.add(
        PlanObjective, dice, moment, action_plan_id=plan_id, rank=rank, text=NEUTRAL, text_withheld_at=moment
    )
    text = dice.choice(read("situation")["objectives"])
    facts = [text["kind"], text["text"], text["reason"], "spoken", None]
    fact = desk.ledger.add(
        SensitiveFact, dice, moment, person_id=history.key, author_id=history.referent.membership_id,
        noted_by=history.referent.name, noted_at=moment, sealed=ToSeal(facts), subject=SUBJECT, subject_id=key,
        keep_until=max(desk.today, moment.date()) + timedelta(days=dice.randint(60, 300)),
    )  # fmt: skip
    desk.record(dice, moment, history.referent, "sensitive.note", "sensitive_fact", fact, person_id=history.key)
    return NEUTRAL
